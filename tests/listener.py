"""Somebody whom the sandbox calls back."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Listener(HTTPServer):
    """Hears callbacks; answers 500 to the first `deaf` of them."""

    def __init__(self, deaf: int) -> None:
        self.deaf, self.heard = deaf, list[tuple[dict[str, str], Any]]()
        super().__init__(("127.0.0.1", 0), _Ear)
        self.url = f"http://127.0.0.1:{self.server_port}/hooks/kie/token/"

    def __enter__(self) -> "Listener":
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Ear(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(500 if len(self.server.heard) <= self.server.deaf else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
