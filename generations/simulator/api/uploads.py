"""The upload host: three ways to hand over a file (docs.kie.ai: file-upload-api)."""

import base64
import binascii
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import BinaryIO, Protocol

from generations.simulator.api.refusals import Refusal

Json = dict[str, object]

NO_PATH = "Missing required parameter: uploadPath"
BAD_BASE64 = "Base64 decoding failed: Invalid Base64 format"
LINE = 65_536
KINDS = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"GIF8", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
    (b"WAVE", 8, "audio/wav", ".wav"),
    (b"ftypqt", 4, "video/quicktime", ".mov"),
    (b"ftyp", 4, "video/mp4", ".mp4"),
    (b"\x1aE\xdf\xa3", 0, "video/webm", ".webm"),
    (b"ID3", 0, "audio/mpeg", ".mp3"),
)


class Source(Protocol):
    def readline(self, size: int, /) -> bytes: ...


class Shelf:
    """Keeps uploaded files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def draft(self) -> Path:
        return self.folder / f"{uuid.uuid4().hex}.part"

    def take_base64(self, body: Mapping[str, object], site: str) -> Json:
        """Keep a file sent as text. Raises Refusal."""
        text = body.get("base64Data")
        if not isinstance(text, str) or not text:
            raise Refusal(400, "Missing required parameter: base64Data")
        try:
            content = base64.b64decode(
                text.partition(",")[2] if text.startswith("data:") else text, validate=True
            )
        except (binascii.Error, ValueError):
            raise Refusal(400, BAD_BASE64) from None
        draft = self.draft()
        draft.write_bytes(content)
        return self.keep(draft, body.get("uploadPath"), body.get("fileName"), site)

    def take_reference(self, body: Mapping[str, object], site: str) -> Json:
        """Store only the address: the sandbox fetches nothing."""
        url = body.get("fileUrl")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Refusal(400, "Missing required parameter: fileUrl")
        draft = self.draft()
        draft.write_text(url + "\n")
        return self.keep(draft, body.get("uploadPath"), body.get("fileName"), site)

    def take_form(self, source: Source, length: int, content_type: str, site: str) -> Json:
        """Store the file of a multipart form, written to disk as it arrives. Raises Refusal."""
        draft = self.draft()
        try:
            fields, name = _read_form(_Limited(source, length), content_type, draft)
            if not draft.exists():
                raise Refusal(400, "Missing required parameter: file")
            return self.keep(draft, fields.get("uploadPath"), fields.get("fileName") or name, site)
        finally:
            draft.unlink(missing_ok=True)

    def keep(self, draft: Path, folder: object, name: object, site: str) -> Json:
        """Move a draft to its place, and describe it the way the service does."""
        parts = [_plain(part) for part in str(folder or "").split("/") if part.strip(".")]
        if not parts:
            draft.unlink(missing_ok=True)
            raise Refusal(400, NO_PATH)
        kind, ending = _kind_of(draft)
        file_name = _plain(str(name)) if name else uuid.uuid4().hex[:20] + ending
        path = "/".join(("kieai", "sandbox", *parts, file_name))
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(place)
        return {
            "success": True,
            "fileName": file_name,
            "filePath": path,
            "downloadUrl": f"{site}/files/{path}",
            "fileSize": place.stat().st_size,
            "mimeType": kind,
            "uploadedAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }

    def find(self, path: str) -> tuple[Path, str] | None:
        """An uploaded file and its type."""
        parts = path.split("/")
        place = self.folder / path
        if any(part.strip(".") == "" for part in parts) or not place.is_file():
            return None
        return place, _kind_of(place)[0]


class _Limited:
    """The lines of one request body, never reading past its end."""

    def __init__(self, source: Source, length: int) -> None:
        self._source, self._left = source, length

    def readline(self, size: int, /) -> bytes:
        line = self._source.readline(min(size, self._left))
        self._left -= len(line)
        return line


def _read_form(source: Source, content_type: str, draft: Path) -> tuple[dict[str, str], str]:
    """The text fields and the file's original name; the file's bytes go to the draft."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise Refusal(400, "Missing required parameter: file")
    mark = b"--" + boundary.encode()
    fields: dict[str, str] = {}
    file_name = ""
    more = _copy_part(source, mark, None) is not None
    while more:
        name, own_name = _part_header(source)
        if name == "file":
            file_name = own_name
            with draft.open("wb") as target:
                more = _copy_part(source, mark, target) is False
        else:
            kept = bytearray()
            more = _copy_part(source, mark, kept) is False
            fields[name] = kept.decode(errors="replace")
    return fields, file_name


def _part_header(source: Source) -> tuple[str, str]:
    header = Message()
    while (line := source.readline(LINE)).strip():
        key, _, value = line.decode(errors="replace").partition(":")
        header[key.strip()] = value.strip()
    name = header.get_param("name", header="Content-Disposition")
    return str(name or ""), header.get_filename() or ""


def _copy_part(source: Source, mark: bytes, target: BinaryIO | bytearray | None) -> bool | None:
    """Copy up to the next boundary: True after the last one, False when parts follow, None when cut off."""
    held, fresh = b"", True
    while line := source.readline(LINE):
        if fresh and line.startswith(mark):
            return line[len(mark) :].startswith(b"--")
        _put(target, held)
        fresh = line.endswith(b"\n")
        held = (
            b"\r\n" if line.endswith(b"\r\n") else b"\n" if fresh else b"\r" if line.endswith(b"\r") else b""
        )
        _put(target, line[: len(line) - len(held)])
    return None


def _put(target: BinaryIO | bytearray | None, content: bytes) -> None:
    if isinstance(target, bytearray):
        target += content
    elif target is not None:
        target.write(content)


def _plain(name: str) -> str:
    """A file name without characters that are special in a path."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._")[-120:] or uuid.uuid4().hex[:12]


def _kind_of(path: Path) -> tuple[str, str]:
    """Type and extension, determined by the first bytes."""
    with path.open("rb") as file:
        start = file.read(32)
    if start.startswith((b"http://", b"https://")):
        return "text/uri-list", ".txt"
    found = ((kind, ending) for magic, at, kind, ending in KINDS if start[at : at + len(magic)] == magic)
    return next(found, ("application/octet-stream", ".bin"))
