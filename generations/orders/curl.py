"""A curl command as documents and browsers write it, for sh, cmd or PowerShell: its address and its data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DATA = {"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"}
VALUED = {
    *("-H", "--header", "-X", "--request", "-u", "--user", "-A", "--user-agent", "-b", "--cookie", "-e"),
    *("--referer", "-o", "--output", "-m", "--max-time", "--connect-timeout", "--oauth2-bearer", "-x"),
    *("--proxy", "--retry", "--retry-delay", "-w", "--write-out", "--cacert", "-F", "--form"),
}
"""Other options that are followed by a value of theirs."""
BEGINS = re.compile(r"\s*(?:[$>#]\s+)?curl(?:\.exe)?\s", re.IGNORECASE)
_PIECE = re.compile(
    r"""\$'(?P<ansi>(?:[^'\\]|\\.)*+)'
    | '(?P<single>[^']*+)'
    | "(?P<double>(?:[^"\\]|\\.)*+)"
    | \\(?P<escaped>.)
    | (?P<plain>(?:(?!\$')[^\s'"\\])++)
    | (?P<blank>\s++)""",
    re.VERBOSE | re.DOTALL,
)
_IN_DOUBLE = re.compile(r"""\\([$`"\\])""")
_IN_ANSI = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}


class Unreadable(ValueError):
    """Nothing can be read of it; the text says why, and what can be done."""


@dataclass(frozen=True, kw_only=True)
class Command:
    address: str
    data: str
    """What it sends; empty: nothing."""


def command(text: str) -> Command:
    """Raises Unreadable for a quote that is left open, and for a file that only the other machine has."""
    words = iter(list(_words(_one_line(text)))[1:])
    address, data = "", []
    for word in words:
        name, value = _option(word)
        if name in DATA:
            data.append(value or next(words, ""))
        elif name in VALUED:
            _ = value or next(words, "")
        elif name == "--url":
            address = value or next(words, "")
        elif not name:
            address = address or word
    if any(sent.startswith("@") for sent in data):
        raise Unreadable("The command sends a file that is not here. Paste what is in the file.")
    return Command(address=address, data="&".join(data))


def _option(word: str) -> tuple[str, str]:
    """Its name, and the value that is joined to it; no name for what is no option."""
    if word.startswith("--"):
        name, _, value = word.partition("=")
        return name, value
    return (word[:2], word[2:]) if word.startswith("-") and len(word) > 1 else ("", "")


def _one_line(text: str) -> str:
    """Lines that go on joined, as each shell marks them; cmd marks every special character by a caret too."""
    if re.search(r"\^(?:\"|\r?\n)", text):
        text = re.sub(r"\^\r?\n", " ", text)
        text = re.sub(r"\^(.)", r"\1", text)
    return re.sub(r"(?:\\|`)\r?\n", " ", text)


def _words(text: str) -> Iterator[str]:
    at, word = 0, None
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            raise Unreadable("A quote in the command is not closed. Paste all of it.")
        at = found.end()
        if found.lastgroup == "blank":
            if word is not None:
                yield word
            word = None
        else:
            word = (word or "") + _meant(found)
    if word is not None:
        yield word


def _meant(piece: re.Match[str]) -> str:
    kind, text = piece.lastgroup, piece[piece.lastgroup or 0]
    if kind == "double":
        return _IN_DOUBLE.sub(r"\1", text)
    return _IN_ANSI.sub(_letter, text) if kind == "ansi" else text


def _letter(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _LETTERS.get(found[3], found[3])
