"""The web server's worker: a loop that waits for slow clients, so that no thread has to.

`worker` accepts connections for gunicorn, `connection` follows one of them, `body` stores what it sends,
`request` and `answer` translate between HTTP and Django, `limits` and `places` decide how much each client
may use.
"""
