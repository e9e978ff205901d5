"""The file host: whole files, and every way of not giving one."""

import gzip
import time
from collections.abc import Callable, Mapping

from tests.stranger.orders import Dice, File
from tests.stranger.wire import Call, HangUp, Reset, head

Mishap = Callable[[Call, File, str], None]
METADATA = "http://169.254.169.254/latest/meta-data/"
EXPIRED = "<Error>ExpiredToken</Error>"


def tag(file: File) -> str:
    return f'"{file.sha256[:16]}"'


def whole(call: Call, file: File, kind: str) -> None:
    call.answer(file.data, kind=kind, more=[("ETag", tag(file)), ("Accept-Ranges", "bytes")])


def _start(file: File, kind: str, length: int | None) -> bytes:
    size = [] if length is None else [("Content-Length", str(length))]
    return head(200, [*size, ("Content-Type", kind), ("ETag", tag(file)), ("Accept-Ranges", "bytes")])


def _status(code: int, body: str = "x", kind: str = "text/plain") -> Mishap:
    return lambda call, _, __: call.answer(body, code, kind, [("Retry-After", "3")])


def _to(address: str) -> Mishap:
    return lambda call, _, __: call.answer(b"", 302, more=[("Location", address)])


def _part(keep: Callable[[bytes], bytes], length: Callable[[bytes], int | None]) -> Mishap:
    """Bytes and a length that do not belong together, and the end of the connection."""

    def send(call: Call, file: File, kind: str) -> None:
        call.raw(_start(file, kind, length(file.data)) + keep(file.data))
        raise HangUp

    return send


def _reset(call: Call, file: File, kind: str) -> None:
    call.raw(_start(file, kind, len(file.data)) + file.data[:900])
    time.sleep(0.1)
    raise Reset


def _drip(call: Call, file: File, kind: str) -> None:
    call.raw(_start(file, kind, len(file.data)))
    call.drip(file.data, 10, 0.5)


def _chunked(call: Call, file: File, kind: str) -> None:
    """Whole, in chunks and without a length."""
    start = head(200, [("Transfer-Encoding", "chunked"), ("Content-Type", kind)])
    call.raw(start + b"%x\r\n%s\r\n0\r\n\r\n" % (len(file.data), file.data))


def _chunk_cut(call: Call, file: File, kind: str) -> None:
    start = head(200, [("Transfer-Encoding", "chunked"), ("Content-Type", kind)])
    call.raw(start + b"%x\r\n%s\r\n" % (len(file.data) - 30, file.data[:-30]))
    raise HangUp


def _first_part(call: Call, file: File, kind: str) -> None:
    size = len(file.data)
    span = [("Content-Range", f"bytes 0-{size - 51}/{size}"), ("ETag", tag(file))]
    call.answer(file.data[:-50], 206, kind, span)


def _odd_tag(call: Call, file: File, kind: str) -> None:
    size = [("Content-Length", str(len(file.data))), ("Content-Type", kind), ("ETag", 'bare, "x"')]
    call.raw(head(200, size) + file.data[:1000])
    raise HangUp


MISHAPS: Mapping[str, Mishap] = {
    "404": _status(404),
    "410": _status(410),
    "429": _status(429),
    "500": _status(500),
    "503": _status(503),
    "204": lambda call, _, __: call.raw(head(204, [])),
    "early end": _part(lambda data: data[: len(data) * 2 // 3], len),
    "early end without length": _part(lambda data: data[: len(data) // 2], lambda _: None),
    "tail missing without length": _part(lambda data: data[:-40], lambda _: None),
    "tail missing, length said so": _part(lambda data: data, lambda data: len(data) - 40),
    "length too long": _part(lambda data: data, lambda data: len(data) + 100),
    "reset": _reset,
    "dripping": _drip,
    "chunks": _chunked,
    "chunks cut": _chunk_cut,
    "empty": lambda call, _, kind: call.answer(b"", kind=kind),
    "compressed": lambda call, file, kind: call.answer(
        gzip.compress(file.data), kind=kind, more=[("Content-Encoding", "gzip")]
    ),
    "first part unasked": _first_part,
    "odd tag, cut": _odd_tag,
    "JSON": lambda call, _, __: call.answer({"code": 500, "msg": "file not ready"}),
    "noise": lambda call, _, __: call.answer(b"\x00\x01\x02" * 500, kind="video/mp4"),
    "to the inside": _to(METADATA),
    "to a stranger": _to("https://evil.example.invalid/v.mp4"),
    "to nowhere": _to("http://[::1:bad"),
    "round and round": lambda call, _, __: call.answer(b"", 302, more=[("Location", call.path + "?round")]),
    "a dead link, 403": _status(403, EXPIRED, "application/xml"),
    "a dead link, 400": _status(400, EXPIRED, "application/xml"),
    "a dead link, a page": lambda call, _, __: call.answer("<html>expired</html>", kind="text/html"),
}
"""By name: what meets somebody who fetches a file. A dead link stays dead: another has to be asked for."""


def rest(call: Call, file: File, kind: str, dice: Dice, *, honest: bool) -> None:
    """The rest of a file, for a client that has a part; a file host may misunderstand it in many ways."""
    begins, size = int(call.headers["range"].removeprefix("bytes=").split("-")[0]), len(file.data)
    data = file.data[begins:]

    def span(first: int, last: int) -> list[tuple[str, str]]:
        return [("ETag", tag(file)), ("Content-Range", f"bytes {first}-{last}/{size}")]

    match (
        "" if honest else dice.pick(["", "", "", "416", "412", "whole", "more", "beside", "no span", "less"])
    ):
        case "416":
            call.answer(b"", 416, more=[("Content-Range", f"bytes */{size}")])
        case "412":
            call.answer(b"", 412)
        case "whole":
            whole(call, file, kind)
        case "more":
            call.answer(file.data, 206, kind, span(0, size - 1))
        case "beside":
            call.answer(data, 206, kind, span(max(0, begins - 7), size - 1))
        case "no span":
            call.answer(data, 206, kind)
        case "less":
            half = data[: max(1, len(data) - 60)]
            call.answer(half, 206, kind, span(begins, begins + len(half) - 1))
        case _:
            call.answer(data, 206, kind, span(begins, size - 1))
