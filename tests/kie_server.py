"""A server on a real socket that does to its clients whatever the script says."""

import contextlib
import json
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

# A throw-away certificate that nobody trusts, for tests of who checks certificates.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBlzCCAT6gAwIBAgIUAIzhG85/wN8X/HbhrC9P3PBmMWEwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKbWVkaWEudGVzdDAgFw0yNjExMjIxMDM1MzJaGA8yMTI2MTAy
OTEwMzUzMlowFTETMBEGA1UEAwwKbWVkaWEudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABCNuhHdpp4CzHwDL3mVIM1b5NYuCPH+vS6g80l64R1VGrmPLDpB5
JkinSFQrEda5cyS0rjjxjuWo0zbKaqHuSmWjajBoMB0GA1UdDgQWBBRl0+pw+ziB
gztRKeB4Q0prp7o6izAfBgNVHSMEGDAWgBRl0+pw+ziBgztRKeB4Q0prp7o6izAP
BgNVHRMBAf8EBTADAQH/MBUGA1UdEQQOMAyCCm1lZGlhLnRlc3QwCgYIKoZIzj0E
AwIDRwAwRAIgehmz9mmGsTT2UacTix4buQ6HZr9Ll82lhOIET97ss3gCIBG+70lF
RVmIL1qo9inWl+qZWHKGEGciWT0tW9xSUWtB
-----END CERTIFICATE-----
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUv5L3u+V7lgolaUG
Ls1Fu47R4KSADd+iFrNArE5Tc0GhRANCAAQjboR3aaeAsx8Ay95lSDNW+TWLgjx/
r0uoPNJeuEdVRq5jyw6QeSZIp0hUKxHWuXMktK448Y7lqNM2ymqh7kpl
-----END PRIVATE KEY-----
"""


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Call:
    """One connection, seen from the server."""

    conn: socket.socket
    server: "KieServer"
    request: Request | None = None

    def read(self) -> Request | None:
        """Take one whole request from the wire and remember it; None when the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (chunk := self.conn.recv(65536)):
                return None
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += self.conn.recv(65536)
        method, target, _ = first.split(" ")
        self.request = Request(method=method, target=target, headers=headers, body=body)
        self.server.requests.append(self.request)
        return self.request

    def reset(self) -> None:
        self.conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.conn.close()

    def wait_for_goodbye(self) -> None:
        while self.conn.recv(65536):
            pass


Behaviour = Callable[[Call], None]


def answer(status: int = 200, body: object = b"", headers: dict[str, str] | None = None) -> Behaviour:
    """A complete, well-formed answer; the connection stays open afterwards."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"Content-Length": str(len(content)), "Content-Type": "application/json"} | (headers or {})

    def behave(call: Call) -> None:
        if call.read() is not None:
            call.conn.sendall(_head(status, fields) + content)

    behave.keeps_open = True  # type: ignore[attr-defined]
    return behave


def says(code: int, msg: str = "success", data: object = None, *, status: int = 200) -> Behaviour:
    """Kie's own envelope."""
    return answer(status, {"code": code, "msg": msg, "data": data})


def redirect(location: str, status: int = 307) -> Behaviour:
    return answer(status, b"", {"Location": location})


def raw(content: bytes) -> Behaviour:
    """These bytes, then the end of the connection."""

    def behave(call: Call) -> None:
        call.read()
        call.conn.sendall(content)

    return behave


def reset(call: Call) -> None:
    """Take the whole request, then break the connection."""
    call.read()
    call.reset()


def hang_up(call: Call) -> None:
    """Take the whole request, then close without a word."""
    call.read()


def bite(call: Call) -> None:
    """Break the connection at the first byte."""
    call.conn.recv(1)
    call.reset()


def gibberish(call: Call) -> None:
    """Speak plain HTTP to whoever says anything."""
    call.conn.recv(65536)
    call.conn.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def silence(call: Call) -> None:
    """Take the request and never answer."""
    call.read()
    call.wait_for_goodbye()


def deaf(call: Call) -> None:
    """Accept the connection and neither read nor write."""
    call.server.stopped.wait()


def half_headers(call: Call) -> None:
    call.read()
    call.conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
    call.wait_for_goodbye()


def trickle(start: bytes) -> Behaviour:
    """Begin to answer, and go on for ever with a byte now and then."""

    def behave(call: Call) -> None:
        call.read()
        call.conn.sendall(start)
        while not call.server.stopped.wait(0.02):
            call.conn.sendall(b"a")

    return behave


@dataclass
class KieServer:
    """Plays one behaviour per request, the last one for ever. Records every request it has read whole."""

    script: tuple[Behaviour, ...]
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    names: list[str | None] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._played = 0
        self._lock = threading.Lock()
        self._open: list[tuple[socket.socket, threading.Thread]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for conn, thread in self._open:
            with contextlib.suppress(OSError):
                conn.shutdown(socket.SHUT_RDWR)
            thread.join()
            conn.close()

    def _accept(self) -> None:
        while True:
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(conn,))
            self._open.append((conn, thread))
            thread.start()

    def _serve(self, conn: socket.socket) -> None:
        with contextlib.suppress(OSError), self._secured(conn) as channel:
            while True:
                with self._lock:
                    behave = self.script[min(self._played, len(self.script) - 1)]
                    self._played += 1
                call = Call(channel, self)
                behave(call)
                if not getattr(behave, "keeps_open", False):
                    return
                if call.request is None:
                    self._played -= 1
                    return
                if self.tls or not channel.recv(1, socket.MSG_PEEK):
                    return

    @contextlib.contextmanager
    def _secured(self, conn: socket.socket) -> Iterator[socket.socket]:
        if self.tls is None:
            with conn:
                yield conn
            return
        with self.tls.wrap_socket(conn, server_side=True) as channel:
            yield channel


def secure(*script: Behaviour) -> KieServer:
    """A server that speaks TLS with the untrusted certificate, and notes the names it is called by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "server.pem"
        pem.write_text(CERTIFICATE)
        context.load_cert_chain(pem)
    server = KieServer(script, tls=context)
    context.sni_callback = lambda _channel, name, _context: server.names.append(name)
    return server


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def unanswering_port() -> Iterator[int]:
    """A port whose queue is full, so that the next connection is never answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def _head(status: int, fields: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
