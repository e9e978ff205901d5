"""Sends files: whole or by byte range, with the headers a player and a downloader look at."""

import re
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


@dataclass(frozen=True)
class Span:
    """Part of a file: first byte and number of bytes."""

    first: int
    length: int


def send(handler: BaseHTTPRequestHandler, path: Path, kind: str) -> None:
    """Answer GET or HEAD with the file, or with the part that was asked for."""
    with path.open("rb") as file:
        total = path.stat().st_size
        stamp = path.stat().st_mtime
        tag = f'"{total:x}-{int(stamp * 1000):x}"'
        wanted = handler.headers.get("Range")
        if handler.headers.get("If-Range", tag) != tag:
            wanted = None
        span = _span(wanted, total)
        if span is None:
            handler.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            handler.send_header("Content-Range", f"bytes */{total}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        part = span.length != total
        handler.send_response(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
        if part:
            handler.send_header("Content-Range", f"bytes {span.first}-{span.first + span.length - 1}/{total}")
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(span.length))
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("ETag", tag)
        handler.send_header("Last-Modified", formatdate(stamp, usegmt=True))
        handler.end_headers()
        if handler.command == "HEAD":
            return
        file.seek(span.first)
        left = span.length
        while left and (piece := file.read(min(CHUNK, left))):
            handler.wfile.write(piece)
            left -= len(piece)


def _span(header: str | None, total: int) -> Span | None:
    """The part a Range header asks for; the whole file without a header we understand; None: impossible."""
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
