"""Whether the HTML of answers is whole: each element is closed in its place, each id and attribute once."""

import re
from collections import Counter

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_IN_ITSELF = {"a", "button", "form", "label"}
RAW = {"script", "style"}
TAG = re.compile(
    r"""<!--.*?-->|<(?P<close>/?)(?P<tag>[a-zA-Z][^\s/>]*)(?P<attrs>(?:[^"'>]+|"[^"]*"|'[^']*')*)>""",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"""([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


class BrokenPage(AssertionError):
    """Says what is wrong, and in which line of the answer."""


class _Tags:
    """Parsers mend what is broken. This notes it: `problems`. It is quick, for it looks at every page."""

    def __init__(self, html: str) -> None:
        self.problems: list[str] = []
        self._html = html
        self._open: list[tuple[str, int]] = []
        self._ids: Counter[str] = Counter()
        at = 0
        while found := TAG.search(html, at):
            at = found.end()
            tag = (found["tag"] or "").lower()
            if found["close"]:
                self._closes(tag, found.start())
            elif tag:
                self._opens(tag, found["attrs"], found.start())
                if tag in RAW:
                    at = max(at, html.find(f"</{tag}", at))
        self.problems += [f"<{tag}> of line {self._line(at)} is never closed" for tag, at in self._open]
        self.problems += [f"the id {name!r} is there {n} times" for name, n in self._ids.items() if n > 1]

    def _line(self, at: int) -> int:
        return self._html.count("\n", 0, at) + 1

    def _opens(self, tag: str, attributes: str, at: int) -> None:
        found = ATTRIBUTE.findall(attributes)
        names = [name.lower() for name, *_ in found]
        if len(set(names)) < len(names):
            twice = [name for name, n in Counter(names).items() if n > 1]
            self.problems += [f"<{tag}> of line {self._line(at)} has {name!r} twice" for name in twice]
        if "id" in names:
            self._ids.update(["".join(found[names.index("id")][1:])])
        if tag in NOT_IN_ITSELF and any(tag == other for other, _ in self._open):
            self.problems.append(f"<{tag}> of line {self._line(at)} is in another <{tag}>")
        if tag not in VOID and not attributes.endswith("/"):
            self._open.append((tag, at))

    def _closes(self, tag: str, at: int) -> None:
        if not self._open:
            self.problems.append(f"</{tag}> in line {self._line(at)} closes nothing")
            return
        opened, since = self._open[-1]
        if opened == tag:
            self._open.pop()
            return
        where = f"</{tag}> in line {self._line(at)} where <{opened}> of line {self._line(since)} is open"
        self.problems.append(where)
        if any(tag == other for other, _ in self._open):
            while self._open.pop()[0] != tag:
                pass


def problems(html: str) -> list[str]:
    """What is broken, as sentences; what only a parser with all rules of HTML sees is found while reading."""
    return _Tags(html).problems
