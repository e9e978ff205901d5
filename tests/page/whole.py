"""Whether the HTML of answers is whole: each element is closed in its place, each id and attribute once."""

from collections import Counter
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_IN_ITSELF = {"a", "button", "form", "label"}


class BrokenPage(AssertionError):
    """Says what is wrong, and in which line of the answer."""


class _Tags(HTMLParser):
    """Parsers mend what is broken. This one notes it: `problems`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._open: list[tuple[str, int]] = []
        self._ids: Counter[str] = Counter()
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> of line {line} is never closed" for tag, line in self._open]
        self.problems += [f"the id {name!r} is there {n} times" for name, n in self._ids.items() if n > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag in NOT_IN_ITSELF and any(tag == other for other, _ in self._open):
            self.problems.append(f"<{tag}> of line {self.getpos()[0]} is in another <{tag}>")
        if tag not in VOID:
            self._open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        twice = [name for name, n in names.items() if n > 1]
        self.problems += [f"<{tag}> of line {self.getpos()[0]} has {name!r} twice" for name in twice]
        self._ids.update(value or "" for name, value in attrs if name == "id")

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if not self._open:
            self.problems.append(f"</{tag}> in line {line} closes nothing")
            return
        opened, since = self._open[-1]
        if opened == tag:
            self._open.pop()
            return
        self.problems.append(f"</{tag}> in line {line} where <{opened}> of line {since} is open")
        if any(tag == other for other, _ in self._open):
            while self._open.pop()[0] != tag:
                pass


def problems(html: str) -> list[str]:
    """What is broken, as sentences; what only a parser with all rules of HTML sees is found while reading."""
    return _Tags(html).problems
