"""The web server's worker: a loop that waits for slow people, so that no thread has to.

`worker` accepts connections for gunicorn, `connection` follows one of them, `body` keeps what it sends,
`request` and `answer` stand between HTTP and Django, `limits` and `places` say how much anybody may take.
"""
