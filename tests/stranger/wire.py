"""HTTP as bytes on a socket: whatever a server can do to its client, also against every rule."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

Headers = Iterable[tuple[str, str]]
IDLE = 70.0
"""Seconds after which a silent client is let go."""


class HangUp(Exception):
    """The connection ends here, in good order."""


class Reset(Exception):
    """The connection ends here with an RST."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, and the socket on which anything may be answered."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    port: int
    connection: socket.socket

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def raw(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, data: bytes, pieces: int, pause: float) -> None:
        """Send it in pieces, with so many seconds between them."""
        step = max(1, len(data) // pieces)
        for at in range(0, len(data), step):
            self.raw(data[at : at + step])
            time.sleep(pause)

    def answer(
        self, body: object, status: int = 200, kind: str = "application/json", more: Headers = ()
    ) -> None:
        """As a server should."""
        data = plain(body)
        self.raw(head(status, [("Content-Length", str(len(data))), ("Content-Type", kind), *more]) + data)


def plain(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def head(status: int, headers: Headers, version: str = "HTTP/1.1") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{version} {status} Whatever\r\n{lines}\r\n".encode()


class Listener:
    """Takes connections on a port of its own; each call goes to `handle`, which may raise HangUp or Reset."""

    def __init__(self, handle: Callable[[Call], None], port: int = 0) -> None:
        self._handle = handle
        self._socket = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(IDLE)
        with connection, connection.makefile("rb") as incoming:
            try:
                while call := self._read(connection, incoming):
                    self._handle(call)
                    if call.headers.get("connection", "").lower() == "close":
                        return
            except Reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except (HangUp, OSError):
                return

    def _read(self, connection: socket.socket, incoming: BinaryIO) -> Call | None:
        line = incoming.readline(65536).decode("latin1").split()
        if len(line) != 3:
            return None
        headers = {}
        while (text := incoming.readline(65536).decode("latin1").strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = incoming.read(int(headers.get("content-length") or 0))
        return Call(
            method=line[0],
            target=line[1],
            headers=headers,
            body=body,
            port=self.port,
            connection=connection,
        )
