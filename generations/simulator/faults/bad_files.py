"""Plays faults of result files: expired, cut off, endless, fake, slow."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from generations.simulator.api import files
from generations.simulator.api.files import Request, Span
from generations.simulator.faults.program import Rule
from generations.simulator.faults.sabotage import traits_of

if TYPE_CHECKING:
    from generations.simulator.api.server import Handler

Play = Callable[["Handler", Rule, Request, Span], Span | None]
"""Answers with a file, possibly altered; returns the part that was sent unaltered."""

EXPIRED = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code></Error>'
SIGN_IN = b"<!doctype html><html><head><title>One moment</title></head><body>Checking</body></html>"
NO_FILE = b'{"code":404,"msg":"The specified key does not exist.","data":null}'
SCRAMBLED = 512


def send(handler: "Handler", request: Request, name: str, *, linked: bool) -> Span | None:
    """Send a result file as the program says; returns the part that was sent unaltered, if any."""
    mischief, store = handler.server.mischief, handler.server.store
    if mischief.idle or request.span is None or handler.command == "HEAD":
        return files.send(handler, request)
    task_id = name.removesuffix(".mp4").removesuffix("_1080p")
    rule = mischief.strike("file", lambda: traits_of(store.task(task_id)))
    if rule is None or (linked and rule.values.get("links") is False):
        return files.send(handler, request)
    return PLAYS[rule.fault](handler, rule, request, request.span)


def _gone(status: int, word: bytes) -> Play:
    def play(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
        handler.send(EXPIRED % word, status, "application/xml")

    return play


def _instead(content: bytes, kind: str) -> Play:
    def play(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
        handler.send(content, 200, kind)

    return play


def _part(rule: Rule, span: Span) -> Span:
    """The beginning of the requested part, never all of it."""
    return Span(span.first, max(0, min(int(span.length * rule.amount("share")), span.length - 1)))


def _truncated(handler: "Handler", rule: Rule, request: Request, span: Span) -> Span:
    part = _part(rule, span)
    handler.close_connection = True
    files.send_head(handler, request)
    files.send_body(handler, request.path, part)
    return part


def _truncated_no_length(handler: "Handler", rule: Rule, request: Request, span: Span) -> Span | None:
    """Half a file, without anything in the protocol that shows it."""
    content = _bytes(request, _part(rule, Span(0, request.total)))
    if rule.text("how") == "close":
        handler.send_head(200, request.kind, None)
        handler.wfile.write(content)
        return None
    handler.send_response(200)
    handler.send_header("Content-Type", request.kind)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content))
    return None


def _endless(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
    """The file, then zeros until the caller hangs up."""
    handler.send_head(200, request.kind, None)
    files.send_body(handler, request.path, Span(0, request.total))
    rate = rule.amount("bytes_per_second")
    step = int(rate / 10) or 64 * 1024
    while handler.pause(step / rate if rate else 0):
        handler.wfile.write(bytes(step))
        handler.wfile.flush()


def _redirect_private(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
    handler.send(b"", 302, "text/html", Location=rule.text("location"))


def _redirect_loop(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
    handler.send(b"", 302, "text/html", Location=handler.site + handler.path)


def _trickle(handler: "Handler", rule: Rule, request: Request, span: Span) -> Span | None:
    files.send_head(handler, request)
    whole = handler.drip(_bytes(request, span), rule.amount("bytes_per_second"))
    handler.close_connection = handler.close_connection or not whole
    return span if whole else None


def _slow_first_byte(handler: "Handler", rule: Rule, request: Request, span: Span) -> Span | None:
    if not handler.pause(rule.amount("seconds")):
        handler.close_connection = True
        return None
    return files.send(handler, request)


def _corrupt(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
    """A file of the right length that is no longer a film, or only half of one."""
    content = bytearray(_bytes(request, Span(0, request.total)))
    if rule.text("how") == "moov":
        content = content.replace(b"moov", b"free", 1)
    else:
        middle = max(0, request.total // 2 - SCRAMBLED // 2)
        for at in range(middle, min(request.total, middle + SCRAMBLED)):
            content[at] ^= 0xFF
    files.send_head(handler, request)
    handler.wfile.write(content[span.first : span.first + span.length])


def _stops_at(handler: "Handler", rule: Rule, request: Request, span: Span) -> Span:
    """The connection ends at a byte of the file; a request for the rest gets it."""
    stop = rule.whole("byte")
    if not span.first < stop < span.first + span.length:
        files.send(handler, request)
        return span
    handler.close_connection = True
    files.send_head(handler, request)
    part = Span(span.first, stop - span.first)
    files.send_body(handler, request.path, part)
    return part


def _reset(handler: "Handler", rule: Rule, request: Request, span: Span) -> None:
    files.send_head(handler, request)
    files.send_body(handler, request.path, _part(rule, span))
    handler.reset()


def _bytes(request: Request, span: Span) -> bytes:
    with request.path.open("rb") as file:
        file.seek(span.first)
        return file.read(span.length)


PLAYS: Mapping[str, Play] = {
    "http_403": _gone(403, b"AccessDenied"),
    "http_404": _gone(404, b"NoSuchKey"),
    "http_503": _gone(503, b"SlowDown"),
    "truncated": _truncated,
    "truncated_no_length": _truncated_no_length,
    "empty": _instead(b"", "video/mp4"),
    "html": _instead(SIGN_IN, "text/html"),
    "wrong_type_json": _instead(NO_FILE, "application/json"),
    "endless": _endless,
    "redirect_private": _redirect_private,
    "redirect_loop": _redirect_loop,
    "trickle": _trickle,
    "slow_first_byte": _slow_first_byte,
    "corrupt": _corrupt,
    "stops_at": _stops_at,
    "reset": _reset,
}
