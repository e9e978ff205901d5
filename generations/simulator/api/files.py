"""Sends files whole or by byte range, with the headers that players and downloaders check."""

import re
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from generations.simulator.api.lines import Line

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


@dataclass(frozen=True)
class Span:
    """Part of a file: first byte and number of bytes."""

    first: int
    length: int


@dataclass(frozen=True)
class Request:
    """A request for a file: the part of it, or None when the file has no such part."""

    path: Path
    kind: str
    total: int
    stamp: float
    span: Span | None

    @property
    def tag(self) -> str:
        return f'"{self.total:x}-{int(self.stamp * 1000):x}"'


def asked(line: Line, path: Path, kind: str) -> Request:
    """What the caller wants of a file, according to its headers."""
    stat = path.stat()
    whole = Request(path, kind, stat.st_size, stat.st_mtime, Span(0, stat.st_size))
    if line.headers.get("If-Range", whole.tag) != whole.tag:
        return whole
    span = _span(line.headers.get("Range"), whole.total)
    return Request(path, kind, whole.total, whole.stamp, span)


def send(line: Line, request: Request) -> Span | None:
    """Answer GET or HEAD; returns the part that was sent completely, if any."""
    span = request.span
    send_head(line, request)
    if span is None or line.command == "HEAD":
        return None
    send_body(line, request.path, span)
    return span


def send_head(line: Line, request: Request) -> None:
    span, total = request.span, request.total
    if span is None:
        line.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        line.send_header("Content-Range", f"bytes */{total}")
        line.send_header("Content-Length", "0")
        line.end_headers()
        return
    part = span.length != total
    line.send_response(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
    if part:
        line.send_header("Content-Range", f"bytes {span.first}-{span.first + span.length - 1}/{total}")
    line.send_header("Content-Type", request.kind)
    line.send_header("Content-Length", str(span.length))
    line.send_header("Accept-Ranges", "bytes")
    line.send_header("ETag", request.tag)
    line.send_header("Last-Modified", formatdate(request.stamp, usegmt=True))
    line.end_headers()


def send_body(line: Line, path: Path, span: Span) -> None:
    """Send the bytes; return when they are gone."""
    with path.open("rb") as file:
        file.seek(span.first)
        left = span.length
        while left and (piece := file.read(min(CHUNK, left))):
            line.wfile.write(piece)
            left -= len(piece)
    line.wfile.flush()


def _span(header: str | None, total: int) -> Span | None:
    """The part a Range header asks for; the whole file without a valid header; None: unsatisfiable."""
    found = RANGE.match(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return Span(0, total)
    first, last = found.groups()
    if not first:
        length = min(int(last), total)
        return Span(total - length, length) if length else None
    start = int(first)
    end = min(int(last) if last else total - 1, total - 1)
    return Span(start, end - start + 1) if start <= end else None
