"""Files sent by byte range (RFC 9110 §13 and 14)."""

import io
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, http_date

PLAYER_PIECE = 1024 * 1024
"""Bytes that a page's player gets at once. It requests the next piece when needed; a longer answer would
stall in the middle while the player is paused, and block one of the browser's six connections for the
page."""
PLAYERS = {"video", "audio"}
COME_BACK = ("Chrome/", "Firefox/")
"""Browsers whose players request missing pieces again. Safari's only accepts what it asked for."""
ONE_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,20})\s*-\s*([0-9]{0,20})\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """No byte of the file lies in the requested range."""


class Window:
    """A part of an open file that behaves like a whole file.

    It keeps `fileno`, so a server can use sendfile, and never reads past its end, for servers that do not.
    """

    def __init__(self, file: BinaryIO, span: range) -> None:
        self.file, self.span = file, span
        self.fileno, self.close = file.fileno, file.close
        self.seek(0)

    def read(self, size: int = -1) -> bytes:
        left = max(0, self.span.stop - self.file.tell())
        return self.file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: self.span.start, io.SEEK_CUR: self.file.tell(), io.SEEK_END: self.span.stop}
        return self.file.seek(origin[whence] + offset) - self.span.start

    def tell(self) -> int:
        return self.file.tell() - self.span.start


class RangeFileResponse(FileResponse):
    """A file, or the requested part of it. Raises OSError when it is not there."""

    block_size = 64 * 1024

    def __init__(self, request: HttpRequest, path: Path, *, headers: dict[str, str], **kwargs: Any) -> None:
        file = path.open("rb", buffering=0)
        size = os.fstat(file.fileno()).st_size
        span, status = range(size), 200
        try:
            wanted = _wanted(request, headers, size)
        except Unsatisfiable:
            span, status = range(0), 416
            headers = headers | {"Content-Range": f"bytes */{size}"}
        else:
            if wanted is not None:
                span, status = wanted, 206
                headers = headers | {"Content-Range": f"bytes {span.start}-{span.stop - 1}/{size}"}
        super().__init__(Window(file, span), status=status, headers=headers, **kwargs)


def respond(
    request: HttpRequest,
    path: Path,
    *,
    etag: str,
    modified: datetime,
    content_type: str,
    filename: str,
    as_attachment: bool,
) -> HttpResponseBase:
    """The file for a GET or HEAD request. Raises OSError when it is not there."""
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{etag}"',
        "Last-Modified": http_date(modified.timestamp()),
        "Content-Disposition": content_disposition_header(as_attachment, filename) or "inline",
    }
    size = path.stat().st_size
    if _unchanged(request, headers):
        return HttpResponse(status=304, headers={n: headers[n] for n in ("ETag", "Last-Modified")})
    if request.method == "HEAD":
        headers["Content-Length"] = str(size)
        return HttpResponse(headers=headers, content_type=content_type)
    naming = {"content_type": content_type, "filename": filename, "as_attachment": as_attachment}
    return RangeFileResponse(request, path, headers=headers, **naming)


def _unchanged(request: HttpRequest, headers: dict[str, str]) -> bool:
    """Whether the browser already has this file."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or headers["ETag"] in known
    return request.headers.get("If-Modified-Since") == headers["Last-Modified"]


def _wanted(request: HttpRequest, headers: dict[str, str], size: int) -> range | None:
    """The piece to send; None for the whole file. Multiple and invalid ranges get the whole file too."""
    match = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    condition = request.headers.get("If-Range", headers["ETag"])
    if request.method != "GET" or not match or condition not in (headers["ETag"], headers["Last-Modified"]):
        return None
    first, last = match.groups()
    if not (first or last) or (first and last and int(first) > int(last)):
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= size:
        raise Unsatisfiable
    if _comes_back(request):
        stop = min(stop, start + PLAYER_PIECE)
    return range(start, stop)


def _comes_back(request: HttpRequest) -> bool:
    """Whether the request comes from a player that takes the piece and then requests the next."""
    agent = request.headers.get("User-Agent", "")
    is_player = request.headers.get("Sec-Fetch-Dest") in PLAYERS
    return is_player and any(name in agent for name in COME_BACK)
