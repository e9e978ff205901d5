"""gunicorn: two processes, each with a loop for connections and eight threads for Django (kiestudio/web)."""

worker_class = "kiestudio.web.worker.LoopWorker"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 7
backlog = 1024
accesslog = None
loglevel = "warning"
control_socket_disable = True
