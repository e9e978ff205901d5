"""A request as HTTP defines it, and as Django reads it (PEP 3333)."""

import ipaddress
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote_to_bytes

import h11

from kiestudio.web.answer import FileWrapper

ONCE = re.compile(rb"\n(host|content-length|transfer-encoding|content-type|authorization):", re.IGNORECASE)
"""Repeated, these headers could be interpreted differently here and by a proxy."""
BARE_NEWLINE = re.compile(rb"(?<!\r)\n")
MOST_HEADERS = 100
"""Browsers and proxies send 20 to 40."""
LENGTHS = re.compile(rb"\ncontent-length:[^\r]*,", re.IGNORECASE)


class Refusal(Exception):
    """A request that Django does not answer. The text is short and meant for people."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass(frozen=True)
class Trusted:
    """The proxies trusted to state the scheme (gunicorn's `forwarded_allow_ips`)."""

    networks: tuple[str, ...]

    def __contains__(self, address: str) -> bool:
        if "*" in self.networks or not address:
            return True
        peer = ipaddress.ip_address(address.partition("%")[0])
        return any(peer in ipaddress.ip_network(one, strict=False) for one in self.networks)


def count(raw: bytes | bytearray) -> None:
    """Refuse too many headers before parsing them, because parsing takes time. Raises Refusal."""
    if raw.lstrip(b"\r\n").partition(b"\r\n\r\n")[0].count(b"\n") > MOST_HEADERS:
        raise Refusal(431, "This request has too many headers.")


def check(head: h11.Request, raw: bytes, most: int) -> None:
    """Refuse what h11 accepts and a proxy in front of us might interpret differently. Raises Refusal.

    `raw` begins with the head as it arrived, which may have up to `most` bytes.
    """
    raw = raw.lstrip(b"\r\n").partition(b"\r\n\r\n")[0]
    if len(raw) > most:
        raise Refusal(431, "The headers of this request are too long.")
    names = [name.lower() for name in ONCE.findall(raw)]
    if len(names) > len(set(names)) or LENGTHS.search(raw) or BARE_NEWLINE.search(raw):
        raise Refusal(400, "This request can be read in two ways.")
    if b"content-length" in names and b"transfer-encoding" in names:
        raise Refusal(400, "The length of the body is said in two ways.")
    if not head.target.startswith((b"/", b"http://", b"https://")):
        raise Refusal(400, "This is no address.")


def length(head: h11.Request) -> int | None:
    """Length of the body in bytes; None when it is chunked and its end is only known on arrival."""
    headers = dict(head.headers)
    if b"transfer-encoding" in headers:
        return None
    return int(headers.get(b"content-length", 0))


def environ(
    head: h11.Request, peer: tuple[str, int], own: tuple[str, int], *, trusted: bool
) -> dict[str, Any]:
    """The environ that PEP 3333 requires, except for the body."""
    target = head.target.decode("ascii")
    if not target.startswith("/"):
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    found: dict[str, Any] = {
        "REQUEST_METHOD": head.method.decode("ascii"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_PROTOCOL": f"HTTP/{head.http_version.decode('ascii')}",
        "SERVER_NAME": own[0],
        "SERVER_PORT": str(own[1]),
        "REMOTE_ADDR": peer[0],
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        **_headers(head.headers),
    }
    secure = trusted and found.get("HTTP_X_FORWARDED_PROTO") == "https"
    found["wsgi.url_scheme"] = "https" if secure else "http"
    return found


def with_body(found: dict[str, Any], body: IO[bytes], size: int) -> dict[str, Any]:
    """The whole request. A chunked body now has a length, so Django reads it like any other."""
    found.pop("HTTP_TRANSFER_ENCODING", None)
    if size or "CONTENT_LENGTH" in found:
        found["CONTENT_LENGTH"] = str(size)
    found["wsgi.input"] = body
    return found


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Drops names that contain an underscore: they would be mistaken for others."""
    found: dict[str, str] = {}
    for raw, value in headers:
        if b"_" in raw:
            continue
        name = raw.decode("ascii").upper().replace("-", "_")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        text = value.decode("latin-1")
        glue = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{glue}{text}" if key in found else text
    return found
