"""The loop of the web server on a real port, with a small application instead of Django."""

import asyncio
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from whitenoise.responders import SlicedFile

from kiestudio.web.answer import FileWrapper
from kiestudio.web.limits import Limits
from kiestudio.web.request import Trusted
from kiestudio.web.site import Site
from kiestudio.web.worker import accept

FILE = 8 * 1024 * 1024
LONG = 1_000_000
"""Bytes of a very long page."""
FLOW = 64
"""MiB of an answer that is made while it is sent: more than lies on any line."""
LIMITS = Limits(
    idle=30,
    head=30,
    body=30,
    send=30,
    head_size=32 * 1024,
    body_size=256 * 1024,
    upload_size=4 * 1024 * 1024,
    bodies_size=32 * 1024 * 1024,
    connections=1000,
    connections_of_one=1000,
)


class Flowing:
    """An answer that is made while it is sent; says how much of it was made, and whether it was closed."""

    flows = True

    def __init__(self, pieces: int = FLOW, fails: Exception | None = None) -> None:
        self.pieces, self.fails = pieces, fails
        self.made, self.closed = 0, threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        for number in range(1, self.pieces + 1):
            self.made = number
            yield bytes([number]) * 1024 * 1024
        if self.fails:
            raise self.fails

    def close(self) -> None:
        self.closed.set()


class Application:
    """Answers by the path; remembers the environments, and lets requests to /wait wait for `go`."""

    def __init__(self, file: Path) -> None:
        self.file, self.go = file, threading.Event()
        self.seen: list[dict[str, Any]] = []
        self.flow = Flowing()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.seen.append(environ)
        match environ["PATH_INFO"]:
            case "/file" | "/part" | "/sliced" | "/in-memory":
                return self._file(environ["PATH_INFO"], start_response)
            case "/204" | "/304":
                start_response(f"{environ['PATH_INFO'][1:]} Nothing", [("Content-Length", "0")])
                return []
            case "/stream":
                start_response("200 OK", [])
                return (bytes([n]) * 64 * 1024 for n in range(128))
            case "/flow":
                start_response("200 OK", [("Content-Length", str(FLOW * 1024 * 1024))])
                return self.flow
            case "/long":
                start_response("200 OK", [("Content-Length", str(LONG))])
                return [bytes(LONG)]
            case "/wait":
                self.go.wait(30)
            case "/broken":
                raise ZeroDivisionError
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", str(len(body) + 6)), ("Set-Cookie", " a=b")])
        return [b"hello ", body]

    def _file(self, path: str, start_response: Callable[..., Any]) -> FileWrapper:
        match path:
            case "/file":
                start_response("200 OK", [("Content-Length", str(FILE))])
                return FileWrapper(self.file.open("rb", buffering=0))
            case "/part":
                file = self.file.open("rb", buffering=0)
                file.seek(1000)
                start_response("206 Partial Content", [("Content-Length", "200000")])
                return FileWrapper(file)
            case "/sliced":
                start_response("206 Partial Content", [("Content-Length", "4")])
                return FileWrapper(SlicedFile(self.file.open("rb"), 5, 8))
            case "/in-memory":
                start_response("200 OK", [])
                return FileWrapper(io.BytesIO(b"no file"))
        raise LookupError(path)


class Server:
    """A site that is being served, and ways to speak to it."""

    def __init__(self, application: Application, limits: Limits, may_send: Callable[[Any], bool]) -> None:
        self.application, self.may_send, self.limits = application, may_send, limits
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.thread.start()
        self.ready.wait()

    async def _serve(self) -> None:
        self.loop, self.told = asyncio.get_running_loop(), asyncio.Event()
        trusted = Trusted(("127.0.0.1",))
        self.site = Site(self.application, self.limits, trusted=trusted, threads=2, may_send=self.may_send)
        accepting = asyncio.create_task(accept(self.listener, self.site))
        self.ready.set()
        await self.told.wait()
        accepting.cancel()
        await self.site.finish(2)

    def stop(self) -> None:
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.told.set)
        self.application.go.set()
        self.thread.join(10)
        self.listener.close()

    def open(self, raw: bytes = b"", *, source: str = "127.0.0.1", timeout: float = 20) -> socket.socket:
        """A connection from an address of this machine, on which something has been said."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout, source_address=(source, 0))
        line.sendall(raw)
        return line

    def say(self, raw: bytes, **how: Any) -> bytes:
        """What is answered until the server closes the connection."""
        with self.open(raw, **how) as line:
            return everything(line)

    def hello(self, **how: Any) -> bytes:
        """A short page, which asks for a thread."""
        return self.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", **how)


def everything(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(64 * 1024):
        parts.append(part)
    return b"".join(parts)


def until(holds: Callable[[], Any], seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One in which no two places look alike."""
    path = tmp_path_factory.mktemp("web") / "file"
    path.write_bytes(b"".join(n.to_bytes(4, "big") for n in range(FILE // 4)))
    return path


@pytest.fixture
def application(file: Path) -> Application:
    return Application(file)


@pytest.fixture
def serve(application: Application) -> Iterator[Callable[..., Server]]:
    """Start a server with two threads and some limits of its own."""
    running: list[Server] = []

    def start(may_send: Callable[[Any], bool] = lambda environ: False, **limits: int) -> Server:
        running.append(Server(application, replace(LIMITS, **limits), may_send))
        return running[-1]

    yield start
    for server in running:
        server.stop()
