"""HTTP to Kie's hosts, with the key: bounded in time and size, ignoring redirects and the environment.

The one question it must answer without error is whether a byte of a request has left this machine.
"""

import errno
import http.client
import io
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util.retry import Retry

from generations.kie.errors import SILENCES, Ambiguous, KieError, NotSent, Silence
from generations.kie.secret import Secret
from generations.kie.way_out import STRAIGHT, WayOut, WayOutAdapter
from generations.kie.wire import envelope

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

log = logging.getLogger(__name__)

USER_AGENT = "KieStudio/1.0 (+https://docs.kie.ai)"
LARGEST_ANSWER = 1024 * 1024
STALLED_WRITE = 15.0
ANSWER_PATIENCE = 2
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer without our key: it is removed before any other code sees the answer."""

    status: int
    body: bytes


class Session(requests.Session):
    """Reads nothing from the environment, and does not read redirects at all.

    Told not to follow one, requests would still read its whole body and choke on its target.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["User-Agent"] = USER_AGENT

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Transport:
    """Requests that carry the key. Built once; safe for many threads and across a fork."""

    def __init__(
        self, *, key: str, connect_timeout: float, read_timeout: float, way: WayOut = STRAIGHT
    ) -> None:
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("the API key holds characters that no HTTP header can carry")
        self._authorization = {"Authorization": f"Bearer {key}"} if key else {}
        self._secret = Secret(key)
        self._timeout = (connect_timeout, read_timeout)
        self._way = way
        self._local = threading.local()

    def get(self, url: str, query: Mapping[str, str], *, largest: int = LARGEST_ANSWER) -> Answer:
        """Read something of `largest` bytes at most. The connection is kept for later calls."""
        return self._exchange(self._kept_session(), "GET", url, query=query, largest=largest)

    def once(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
        content_type: str | None = None,
    ) -> Answer:
        """Send something that may cost money: once, on a connection of its own.

        On a kept connection, the server's ordinary close would look like a lost answer.
        """
        headers = {"Connection": "close"} | ({"Content-Type": content_type} if content_type else {})
        with _session(self._way) as session:
            return self._exchange(session, method, url, query=query, body=body, headers=headers)

    def close(self) -> None:
        """Close the connections of this thread."""
        session: Session | None = self._local.__dict__.pop("session", None)
        if session is not None:
            session.close()

    def _kept_session(self) -> Session:
        kept = self._local.__dict__
        if "session" not in kept or kept.get("pid") != os.getpid():
            kept["session"], kept["pid"] = _session(self._way), os.getpid()
        return cast("Session", kept["session"])

    def _exchange(
        self,
        session: Session,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        largest: int = LARGEST_ANSWER,
    ) -> Answer:
        try:
            with session.request(
                method,
                url,
                params=query,
                data=body,
                headers={**self._authorization, **(headers or {})},
                timeout=self._timeout,
                proxies=dict(self._way.proxies(url)),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(
                    status=response.status_code, body=self._secret.out_of_answer(_body(response, largest))
                )
        except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
            raise _silence(error, urlsplit(url).netloc) from error


def _body(response: requests.Response, largest: int) -> bytes:
    """The bytes of the answer. Complete JSON counts even when the connection broke right after it."""
    body = bytearray()
    try:
        while chunk := response.raw.read1(64 * 1024, decode_content=True):
            body += chunk
            if len(body) > largest:
                most = f"{largest // 1024**2} MiB"
                raise Ambiguous(f"the answer is larger than {most}", status=response.status_code)
    except (OSError, HTTPError):
        if envelope(bytes(body)) is None:
            raise
    return bytes(body)


def _silence(error: Exception, host: str) -> KieError:
    """NotSent if and only if the failure happened inside `connect`. The log has the error itself."""
    chain = list(_chain(error))
    log.info("%s gave no whole answer: %r", host, chain[-1])
    for link in chain:
        if isinstance(link, ConnectTimeoutError):
            kind = _first_kind(_causes(link)) if link.__cause__ else Silence.TIMED_OUT
            return NotSent(f"no connection to {host}: {SILENCES[kind]}", silence=kind, host=host)
    kind = _first_kind(reversed(chain))
    return Ambiguous(f"no whole answer from {host}: {SILENCES[kind]}", silence=kind, host=host)


def _first_kind(errors: Iterable[BaseException]) -> Silence:
    """The kind of the first error that has one."""
    for error in errors:
        if isinstance(error, OSError) and error.errno in NO_ROUTE:
            return Silence.NO_ROUTE
        for classes, kind in _KINDS:
            if isinstance(error, classes):
                return kind
    return Silence.OTHER


def _causes(error: BaseException) -> Iterator[BaseException]:
    while (cause := error.__cause__) is not None:
        yield cause
        error = cause


_KINDS: tuple[tuple[tuple[type[BaseException], ...], Silence], ...] = (
    ((TimeoutError, ReadTimeoutError, requests.Timeout), Silence.TIMED_OUT),
    ((socket.gaierror, NameResolutionError), Silence.NO_NAME),
    ((ssl.SSLCertVerificationError,), Silence.CERTIFICATE),
    ((ssl.SSLError, SSLError), Silence.TLS),
    ((ConnectionRefusedError,), Silence.REFUSED),
    ((http.client.IncompleteRead, IncompleteRead, http.client.RemoteDisconnected), Silence.CUT),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), Silence.RESET),
    ((http.client.HTTPException, DecodeError), Silence.CUT),
)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps. Never `__context__`: that may be an earlier call's failure."""
    yield error
    for inner in (getattr(error, "reason", None), *error.args):
        if isinstance(inner, BaseException):
            yield from _chain(inner)
            return


def _session(way: WayOut) -> Session:
    """A session that never retries by itself: the caller retries at its own pace."""
    session = Session()
    for scheme in ("https://", "http://"):
        classes = {"http": _Pool, "https": _TLSPool}
        session.mount(scheme, WayOutAdapter(way, classes, max_retries=Retry(0, read=False)))
    return session


class _TimedReader(io.RawIOBase):
    """The bytes of one answer, headers included, with a deadline that trickling data does not extend."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, seconds: float) -> None:
        self._sock, self._raw = sock, raw
        self._gap = sock.gettimeout() or 0
        self._ends = time.monotonic() + (seconds or ANSWER_PATIENCE * self._gap)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(min(left, self._gap))
        return cast("Any", self._raw).readinto(buffer)  # type: ignore[no-any-return]

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    seconds = 0.0
    """Seconds for the whole answer, from its first byte; 0: twice the limit for one gap."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(sock, self.fp.detach(), self.seconds))


class _Connection(HTTPConnection):
    """Turns every failure to connect, TLS included, into the one error that proves nothing was sent."""

    response_class = TimedResponse

    def connect(self) -> None:
        try:
            super().connect()
        except ConnectTimeoutError:
            raise
        except Exception as error:
            raise NewConnectionError(self, str(error)) from error
        if self.sock is not None:
            self.sock.settimeout(STALLED_WRITE)


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection
