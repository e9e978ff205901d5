"""The listening side: connections that are tracked and can all be ended, and a port that can close."""

import logging
import os
import select
import socket
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

logger = logging.getLogger(__name__)

BACKLOG = 128
MOST_UPLOAD = 2 * 1024**3
"""Maximum bytes of one body."""


class Exchange(ThreadingHTTPServer):
    """Keeps track of its threads and connections."""

    daemon_threads = True
    request_queue_size = BACKLOG

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(address, handler)

    def away(self) -> bool:
        """Whether the port should be closed for now."""
        return False

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self._serve, args=(request, client_address), name="simulator", daemon=True
        )
        with self._guard:
            self._open[thread] = request
        thread.start()

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        fault = sys.exception()
        if isinstance(fault, OSError):
            logger.debug("connection of %s ended early", client_address)
        else:
            logger.error("connection of %s ended by a fault of ours", client_address, exc_info=fault)

    def service_actions(self) -> None:
        """Close the port while `away` is true. Its descriptor stays ours: the loop above waits on it."""
        if not self.away():
            return
        number, address = self.socket.fileno(), self.server_address
        _put(socket.socket(self.address_family), number)
        while self.away() and not self._ended.wait(0.02):
            pass
        while not self._ended.is_set():
            fresh = socket.socket(self.address_family)
            fresh.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                fresh.bind(address)
                fresh.listen(BACKLOG)
            except OSError:
                fresh.close()
                self._ended.wait(0.05)
            else:
                _put(fresh, number)
                return

    def shutdown(self) -> None:
        self._ended.set()
        super().shutdown()

    def hang_up(self) -> None:
        """Cut every connection and wait for its thread."""
        self._ended.set()
        with self._guard:
            held = dict(self._open)
        for line in held.values():
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in held:
            thread.join()


class Line(BaseHTTPRequestHandler):
    """One connection, and the ways in which it can misbehave."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "KieSandbox", ""
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    timeout = 120

    def do_GET(self) -> None:
        self.get()

    def do_HEAD(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def get(self) -> None:
        """Answer GET, or HEAD, whose answer has no body."""

    def post(self) -> None:
        """Answer POST."""

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)

    def send(self, payload: bytes, status: int = 200, kind: str = "application/json", **more: str) -> None:
        """Send a complete answer."""
        self.send_head(status, kind, len(payload), **more)
        if self.command != "HEAD":
            self.wfile.write(payload)

    def send_head(self, status: int, kind: str, length: int | None, **more: str) -> None:
        """Send the head of an answer. Without a length, the answer ends with the connection."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is None:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def drip(self, payload: bytes, bytes_per_second: float) -> bool:
        """Send slowly, single bytes or a tenth of a second's worth at a time. Whether all was sent."""
        step = max(1, int(bytes_per_second / 10))
        for start in range(0, len(payload), step):
            self.wfile.write(payload[start : start + step])
            self.wfile.flush()
            if start + step < len(payload) and not self.pause(step / max(bytes_per_second, 0.01)):
                return False
        return True

    def pause(self, seconds: float) -> bool:
        """Wait. False, at once, when the caller or the simulator hangs up meanwhile."""
        watch = select.poll()
        watch.register(self.connection, select.POLLIN)
        return not watch.poll(seconds * 1000)

    def reset(self) -> None:
        """End the connection with a reset instead of an orderly close."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def _put(fresh: socket.socket, number: int) -> None:
    """Move a socket to an existing descriptor number; what was there is closed."""
    os.dup2(fresh.fileno(), number, inheritable=False)
    fresh.close()
