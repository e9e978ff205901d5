"""What is shown of a document, and how it reads."""

import re
from collections.abc import Iterator
from typing import Any

Node = Any
"""A node of justhtml: `name`, `attrs`, `children`, `parent`; texts are `#text` and have `data`."""

NEVER_SHOWN = {"head", "script", "style", "template", "noscript", "datalist", "#comment", "!doctype"}
IN_A_LINE = {
    *("#text", "a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "label", "mark", "q"),
    *("s", "samp", "small", "span", "strong", "sub", "sup", "svg", "time", "u", "use", "var", "wbr"),
}


def attribute(node: Node, name: str) -> str | None:
    """None when it is not there; an attribute without a value is empty."""
    attrs = node.attrs or {}
    return (attrs[name] or "") if name in attrs else None


def is_hidden(node: Node) -> bool:
    """Whether it is not shown as long as nobody opens it."""
    attrs = node.attrs or {}
    if node.name in NEVER_SHOWN or "hidden" in attrs or "popover" in attrs:
        return True
    return (node.name == "dialog" and "open" not in attrs) or (
        node.name == "input" and attrs.get("type") == "hidden"
    )


def elements(node: Node, hidden: bool = False) -> Iterator[Node]:
    """All elements in it in their order, with those that are hidden or without."""
    waiting = [*reversed(node.children or ())]
    while waiting:
        child = waiting.pop()
        if child.name.startswith("#") or (is_hidden(child) and not hidden):
            continue
        yield child
        waiting.extend(reversed(child.children or ()))


def plain(text: str) -> str:
    """White space means one space, as a browser shows it."""
    return re.sub(r"[ \t\n\r\f]+", " ", text).strip()


def words(node: Node) -> str:
    """The text as it is seen: what a field holds is its value and not a text, a list shows what is chosen."""
    return plain("".join(_pieces(node)))


def spoken(node: Node) -> str:
    """The text as a name: pictures by their words, and nothing that is hidden from screen readers."""
    return plain("".join(_pieces(node, aloud=True)))


def _pieces(node: Node, aloud: bool = False) -> Iterator[str]:
    for child in node.children or ():
        if child.name == "#text":
            yield child.data or ""
            continue
        if child.name.startswith("#") or is_hidden(child) or child.name == "textarea":
            continue
        if child.name == "option" and not is_chosen(child):
            continue
        if aloud and attribute(child, "aria-hidden") == "true":
            continue
        around = "" if child.name in IN_A_LINE else " "
        yield around
        label = aloud and (attribute(child, "alt") or attribute(child, "aria-label"))
        yield from [label] if label else _pieces(child, aloud)
        yield around


def is_chosen(option: Node) -> bool:
    """As a browser chooses when the page arrives: the marked option, else the first."""
    choice = option.parent
    while choice.name != "select":
        choice = choice.parent
    options = [node for node in elements(choice, hidden=True) if node.name == "option"]
    marked = [node for node in options if "selected" in (node.attrs or {})]
    if "multiple" in (choice.attrs or {}):
        return any(option is node for node in marked)
    return option is (marked[-1] if marked else options[0])
