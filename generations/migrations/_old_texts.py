"""Texts stored before there were codes, cleaned of the names of our exceptions."""

import re

from generations.kie.errors import SILENCES, Silence

_NAMES = {
    "ReadTimeoutError": Silence.TIMED_OUT,
    "ReadTimeout": Silence.TIMED_OUT,
    "ConnectTimeout": Silence.TIMED_OUT,
    "TimeoutError": Silence.TIMED_OUT,
    "timeout": Silence.TIMED_OUT,
    "ConnectionResetError": Silence.RESET,
    "ConnectionError": Silence.RESET,
    "ConnectionAbortedError": Silence.RESET,
    "BrokenPipeError": Silence.RESET,
    "ProtocolError": Silence.CUT,
    "ChunkedEncodingError": Silence.CUT,
    "ContentDecodingError": Silence.CUT,
    "DecodeError": Silence.CUT,
    "IncompleteRead": Silence.CUT,
    "RemoteDisconnected": Silence.CUT,
    "BadStatusLine": Silence.CUT,
    "ConnectionRefusedError": Silence.REFUSED,
    "NewConnectionError": Silence.REFUSED,
    "gaierror": Silence.NO_NAME,
    "NameResolutionError": Silence.NO_NAME,
    "SSLError": Silence.TLS,
    "SSLEOFError": Silence.TLS,
    "SSLCertVerificationError": Silence.CERTIFICATE,
}
_NAME = r"(?:requests\.exceptions\.|urllib3\.exceptions\.|http\.client\.|socket\.)?(\w+)"
_ENDS = re.compile(rf"(The line broke|no whole answer from \S+): {_NAME}(?=[.)”]|$|\s)")
_UNREACHED = re.compile(r"(no connection to [^\s:]+(?::\d+)?): (.+?)(?=\.?$)", re.DOTALL)
_OS_ERROR = re.compile(r"\[Errno -?\d+\] ([^:\[\]'\"]+)(?:: ?['\"][^'\"]*['\"])?")
_HINTS = (
    ("certificate", Silence.CERTIFICATE),
    ("ssl", Silence.TLS),
    ("timed out", Silence.TIMED_OUT),
    ("resolve", Silence.NO_NAME),
    ("not known", Silence.NO_NAME),
    ("unreachable", Silence.NO_ROUTE),
    ("no route", Silence.NO_ROUTE),
    ("refused", Silence.REFUSED),
)


def legible(text: str) -> str:
    """The text as it is, except where it contains the name of an exception or of a system error."""
    text = _ENDS.sub(_line_failed, text)
    text = _UNREACHED.sub(_not_reached, text)
    return _OS_ERROR.sub(lambda found: found[1].strip()[:1].lower() + found[1].strip()[1:], text)


def _line_failed(found: re.Match[str]) -> str:
    if not found[2].endswith(("Error", "Timeout", "timeout", "Line")) and found[2] not in _NAMES:
        return found[0]
    return f"{found[1]}: {SILENCES[_NAMES.get(found[2], Silence.OTHER)]}"


def _not_reached(found: re.Match[str]) -> str:
    if found[2] in SILENCES.values():
        return found[0]
    low = found[2].lower()
    kind = next((kind for word, kind in _HINTS if word in low), Silence.OTHER)
    return f"{found[1]}: {SILENCES[kind]}"
