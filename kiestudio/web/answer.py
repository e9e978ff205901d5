"""Django's answer, complete before its first byte is sent: no connection blocks a thread or the database.

The exception is an answer that says that it `flows`: it is made while it is sent, a piece at a time, says its
length, and needs no database once it has begun.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
IN_MEMORY = 256 * 1024
"""Bytes of an answer that may wait in memory, about as many as the kernel accepts from us at once. A longer
answer waits in a temporary file, so hundreds of clients that stopped reading cost little."""
AT_ONCE = 64 * 1024
"""A file up to this many bytes is read together with the head of its answer."""


class FileWrapper:
    """PEP 3333's `wsgi.file_wrapper`: an open file that a server may send in its own way."""

    def __init__(self, file: Any, block_size: int = AT_ONCE) -> None:
        self.file, self.block_size = file, block_size
        self.close: Callable[[], None] = getattr(file, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block_size), b"")


class Length:
    """Stands in for bytes that are sent past h11, which has to count them."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


class Flow(Protocol):
    """An answer of which no piece is made before the one before it has been sent."""

    flows: bool

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


@dataclass
class Answer:
    """A status, its headers, and the body: bytes, a part of a file, or pieces to come."""

    status: int = 0
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    file: int | None = None
    """A file descriptor that we own; `offset` and `size` say which part of it is the body."""
    offset: int = 0
    size: int = 0
    flow: Flow | None = None
    """What makes the body while it is sent; `size` is its length."""

    def close(self) -> None:
        if self.flow is not None:
            self.flow.close()
            self.flow = None
        if self.file is not None:
            os.close(self.file)
            self.file = None


def ask(application: Application, environ: dict[str, Any]) -> Answer:
    """Run the application to completion. The caller closes the answer."""
    answer = Answer()

    def start_response(status: str, headers: list[tuple[str, str]], _failed: Any = None) -> None:
        code, _, answer.reason = status.partition(" ")
        answer.status, answer.headers = int(code), headers

    parts: Any = application(environ, start_response)
    if getattr(parts, "flows", False):
        answer.flow, answer.size = parts, int(_length(answer.headers))
    else:
        _take(answer, parts)
    if environ["REQUEST_METHOD"] == "HEAD" or answer.status in {204, 304}:
        answer.close()
        answer.body, answer.size = b"", 0
        if answer.status in {204, 304}:
            # Django says 0, which a cache would take for the length of its stored copy (RFC 9110, 8.6).
            answer.headers = [pair for pair in answer.headers if pair[0].lower() != "content-length"]
    elif not _length(answer.headers):
        answer.headers.append(("Content-Length", str(answer.size)))
    return answer


def _take(answer: Answer, parts: Any) -> None:
    """The whole body. What made it is closed, whatever comes of it."""
    try:
        handle = _handle(parts)
        if handle is None:
            _take_bytes(answer, parts)
        else:
            _take_file(answer, handle)
    except BaseException:
        answer.close()
        raise
    finally:
        with contextlib.suppress(AttributeError):
            parts.close()


def _handle(parts: Iterable[bytes]) -> int | None:
    """The descriptor of a real file; None for an object that only reads like one, such as a file part."""
    try:
        return parts.file.fileno() if isinstance(parts, FileWrapper) else None
    except (AttributeError, OSError):
        return None


def _take_file(answer: Answer, handle: int) -> None:
    offset = os.lseek(handle, 0, os.SEEK_CUR)
    length = _length(answer.headers)
    size = int(length) if length else os.fstat(handle).st_size - offset
    if size <= AT_ONCE:
        answer.body = os.pread(handle, size, offset)
        answer.size = len(answer.body)
    else:
        answer.file, answer.offset, answer.size = os.dup(handle), offset, size


def _take_bytes(answer: Answer, parts: Iterable[bytes]) -> None:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        for part in parts:
            kept.write(part)
        answer.size = kept.tell()
        if answer.size > IN_MEMORY:
            kept.flush()
            answer.file = os.dup(kept.fileno())
        else:
            kept.seek(0)
            answer.body = kept.read()


def _length(headers: list[tuple[str, str]]) -> str:
    return next((value for name, value in headers if name.lower() == "content-length"), "")
