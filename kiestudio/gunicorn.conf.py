"""gunicorn: two processes with eight threads each. Answers to ranges are short, so few threads are enough."""

worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 5
keepalive = 5
accesslog = None
loglevel = "warning"
control_socket_disable = True
