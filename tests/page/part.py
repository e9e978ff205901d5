"""A page, and parts of it."""

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from justhtml import JustHTML
from justhtml.parser.context import FragmentContext

from tests.page import forms, roles
from tests.page.seen import Node, attribute, elements, words
from tests.page.whole import BrokenPage, problems

TYPED = "unexpected-null-character"
"""Somebody typed it: it is shown as a replacement character, and breaks nothing."""
Named = str | re.Pattern[str]


class Answer(Protocol):
    """Of the test client, or any other."""

    @property
    def content(self) -> bytes: ...


class Part:
    """An element of a page: what it says, and what is in it."""

    def __init__(self, node: Node, root: Node) -> None:
        self.node = node
        self._root = root

    def __repr__(self) -> str:
        return f"<{self.role or self.node.name} {self.name!r}: {self.text[:200]!r}>"

    def __contains__(self, said: str) -> bool:
        """Whether it says this."""
        return said in self.text

    def __getitem__(self, name: str) -> str:
        """An attribute that scripts read; what is missing fails."""
        found = attribute(self.node, name)
        assert found is not None, f"{self!r} has no {name!r}, but {dict(self.node.attrs)}"
        return found

    def get(self, name: str) -> str | None:
        return attribute(self.node, name)

    @cached_property
    def text(self) -> str:
        """What is seen, with one space for all white space; nothing that is hidden."""
        return words(self.node)

    @property
    def role(self) -> str:
        return roles.role(self.node)

    @property
    def name(self) -> str:
        return roles.name(self.node, self._root)

    # What is in it

    def all(self, role: str, name: Named = "") -> "list[Part]":
        """All parts of this role that have this in their name, in their order."""
        return [part for part in self._with((role,)) if _says(part.name, name)]

    def names(self, role: str) -> list[str]:
        return [part.name for part in self._with((role,))]

    def has(self, role: str, name: Named = "") -> bool:
        return bool(self.all(role, name))

    def one(self, role: str, name: Named = "") -> "Part":
        """The part with exactly this name, else the only one with this in its name."""
        return self._one(role, name, self._with((role,)))

    def heading(self, name: Named = "") -> "Part":
        return self.one("heading", name)

    def link(self, name: Named = "") -> "Part":
        return self.one("link", name)

    def button(self, name: Named = "") -> "Part":
        return self.one("button", name)

    @property
    def main(self) -> "Part":
        """The page without its frame."""
        return self.one("main")

    def row(self, name: Named = "") -> "Part":
        return self.one("row", name)

    def item(self, name: Named = "") -> "Part":
        return self.one("listitem", name)

    def group(self, name: Named = "") -> "Part":
        return self.one("group", name)

    def field(self, name: Named = "") -> "Part":
        """What people type into, choose from or tick, by its label."""
        return self._one("field", name, self.fields)

    @property
    def fields(self) -> "list[Part]":
        return self._with(roles.FIELDS)

    @property
    def controls(self) -> "list[Part]":
        """What can be pressed, in the order of the page."""
        return self._with(("button", "link"))

    def dialog(self, name: Named = "") -> "Part":
        """Open or not; once it is found, what is in it counts as shown."""
        closed = [node for node in elements(self.node, hidden=True) if node.name == "dialog"]
        return self._one("dialog", name, [Part(node, self._root) for node in closed])

    def part(self, key: str) -> "Part":
        """What has this id, shown or not; once it is found, what is in it counts as shown."""
        found = self.find(key)
        ids = [attribute(node, "id") for node in elements(self.node, hidden=True)]
        assert found, f"Nothing has the id {key!r}. There are: {', '.join(filter(None, ids))}"
        return found

    def find(self, key: str) -> "Part | None":
        return next((Part(node, self._root) for node in roles.by_id(self.node, key)), None)

    def having(self, name: str, value: str | None = None) -> "list[Part]":
        """All parts with an attribute that scripts read, with any value or this one; shown yet or not."""
        found = ((node, attribute(node, name)) for node in elements(self.node, hidden=True))
        return [Part(node, self._root) for node, v in found if v is not None and value in (None, v)]

    def fact(self, term: str) -> str:
        """What the only list of facts that has this term says of it."""
        said = self.facts(term)
        assert len(said) == 1, f"{len(said)} times a fact {term!r}. There are: {self._facts()}"
        return said[0]

    def facts(self, term: str) -> list[str]:
        """What lists of facts say of this term."""
        return [said for name, said in self._facts() if name == term]

    def _facts(self) -> list[tuple[str, str]]:
        terms = [node for node in elements(self.node) if node.name in ("dt", "dd")]
        return [(words(a), words(b)) for a, b in pairwise(terms) if (a.name, b.name) == ("dt", "dd")]

    @property
    def alert(self) -> "Part":
        """The one alert that says something."""
        return self._one("alert", "", self.alerts)

    @property
    def alerts(self) -> "list[Part]":
        return [part for part in self._with(("alert",)) if part.text]

    @property
    def cells(self) -> list[str]:
        """What stands in the cells of a row."""
        return [words(node) for node in elements(self.node) if node.name in ("td", "th")]

    # What it is itself

    @property
    def href(self) -> str:
        return self["href"]

    @property
    def value(self) -> str:
        """What a field holds."""
        return forms.value(self.node)

    @property
    def options(self) -> list[str]:
        return [words(node) for node in elements(self.node) if node.name == "option"]

    @property
    def is_checked(self) -> bool:
        return self.get("checked") is not None

    @property
    def is_pressed(self) -> bool:
        return self["aria-pressed"] == "true"

    @property
    def is_disabled(self) -> bool:
        return forms.is_disabled(self.node)

    @property
    def described(self) -> str:
        """What is said about it at another place."""
        return " ".join(words(node) for node in roles.by_id(self._root, self.get("aria-describedby") or ""))

    @property
    def problem(self) -> str:
        """What is said to be wrong with it; empty when nothing is."""
        return self.described if self.get("aria-invalid") == "true" else ""

    @property
    def sent(self) -> dict[str, list[str]]:
        """What a browser would send of the fields in it as they are, without any button."""
        return forms.sent(self.node, self._root)

    def _with(self, wanted: Iterable[str]) -> "list[Part]":
        return [
            Part(node, self._root)
            for node in elements(self.node)
            if roles.role(node) in wanted and attribute(node, "aria-hidden") != "true"
        ]

    def _one(self, what: str, name: Named, parts: "list[Part]") -> "Part":
        found = [part for part in parts if _says(part.name, name)]
        exact = [part for part in found if part.name == name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        there = "; ".join(repr(part.name[:80]) for part in parts) or f"none; it says {self.text[:400]!r}"
        wanted = name if isinstance(name, str) else name.pattern
        raise AssertionError(f"{len(exact or found)} times a {what} {wanted!r}. There are: {there}")


class Page(Part):
    """What an answer brought: a whole page, or a fragment for one."""

    @property
    def title(self) -> str:
        return next((words(node) for node in elements(self.node, hidden=True) if node.name == "title"), "")


def read(answer: Answer | str) -> Page:
    """The page of an answer. Fails when its HTML is broken."""
    html = answer if isinstance(answer, str) else answer.content.decode()
    is_whole = html.lstrip()[:9].lower() == "<!doctype"
    inside = "tbody" if html.lstrip().startswith("<tr") else "div"
    context = None if is_whole else FragmentContext(inside)
    parsed = JustHTML(html, sanitize=False, collect_errors=True, fragment_context=context)
    errors = [error for error in parsed.errors if error.code != TYPED]
    if wrong := problems(html) + [str(error) for error in errors]:
        raise BrokenPage("; ".join(wrong[:10]))
    return Page(parsed.root, parsed.root)


def _says(text: str, wanted: Named) -> bool:
    return wanted in text if isinstance(wanted, str) else bool(wanted.search(text))
