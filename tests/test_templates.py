"""Templates can be read: one element a line, indented by nesting, in lines that fit a window."""

import re
from collections.abc import Callable
from pathlib import Path

from django.template import Context, Engine

TEMPLATES = Path(__file__).parent.parent / "templates"
WIDEST = 140
VOID = {
    *("area", "base", "br", "circle", "col", "hr", "img", "input", "line", "link", "meta", "path"),
    *("polygon", "polyline", "rect", "source", "use"),
}
BLOCKS = {
    *("article", "aside", "blockquote", "body", "dd", "details", "dialog", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "head", "header", "hr", "html"),
    *("legend", "li", "main", "nav", "ol", "option", "p", "section", "select", "summary", "table", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "ul"),
}
NOT_INDENTED = {"html", "body", "block body"}
"""What holds the whole page does not move it to the right."""
TAG = re.compile(
    r"""{%\ (?P<end>end)?(?P<django>if|for|with|block\ body|block)\b [^%]* %}
    | {%\ (?P<between>else|elif|empty)\b [^%]* %}
    | <(?P<close>/)? (?P<html>[a-z][a-z0-9-]*)
        (?: {[{%].*?[}%]} | "(?:{[{%].*?[}%]}|[^"])*" | '[^']*' | [^>"'{] )* >""",
    re.DOTALL | re.VERBOSE,
)
KEPT = re.compile(r"(<(pre|textarea)\b(?:{[{%].*?[}%]}|[^>])*>).*?(?=</\2>)", re.DOTALL)


def wide(text: str) -> list[str]:
    return [line for line in text.splitlines() if len(line) > WIDEST]


def crowded(text: str) -> list[str]:
    """The lines on which two block-level elements begin."""
    begun = re.compile(r"<([a-z][a-z0-9]*)")
    return [line for line in text.splitlines() if sum(name in BLOCKS for name in begun.findall(line)) > 1]


def moved(text: str) -> list[str]:
    """The lines that do not stand two blanks to the right for each element and block around them."""
    text = KEPT.sub(lambda found: found[1].replace("\n", " "), text)
    wrong, depth, place = [], 0, 0
    blocks: list[str] = []
    for found in TAG.finditer(text):
        between = text[place : found.start()]
        wrong += _astray(between, depth)
        first = not between or between.endswith("\n") or not between.rpartition("\n")[2].strip()
        begins_line = first and (place == 0 or "\n" in between)
        kind, closes = _kind(found, blocks)
        counts = kind not in NOT_INDENTED
        depth -= counts and closes
        indent = len(between.rpartition("\n")[2])
        here = depth - bool(found["between"])
        if begins_line and indent != 2 * here:
            wrong.append(found[0].splitlines()[0])
        if not closes and not found["between"] and kind not in VOID and not found[0].endswith("/>"):
            depth += counts
        place = found.end()
    return wrong + _astray(text[place:], depth)


def _kind(found: re.Match[str], blocks: list[str]) -> tuple[str, bool]:
    """What a tag begins or ends, and whether it ends it."""
    if found["html"]:
        return found["html"], bool(found["close"])
    if found["end"]:
        return blocks.pop(), True
    if found["django"]:
        blocks.append(found["django"])
    return found["django"] or "", False


def _astray(between: str, depth: int) -> list[str]:
    """Lines of text and of other tags between two tags; the first follows what stands before it."""
    lines = between.split("\n")[1:-1]
    last = between.rpartition("\n")[2]
    lines += [last] if "\n" in between and last.strip() else []
    return [line for line in lines if line.strip() and len(line) - len(line.lstrip()) != 2 * depth]


def everywhere(check: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """The lines that a check finds, by template."""
    found = {str(p.relative_to(TEMPLATES)): check(p.read_text()) for p in TEMPLATES.rglob("*.html")}
    return {name: lines for name, lines in found.items() if lines}


def test_every_line_fits_a_window() -> None:
    assert everywhere(wide) == {}
    assert wide("<p>short</p>\n" + "x" * 141) == ["x" * 141]


def test_no_line_begins_two_block_level_elements() -> None:
    assert everywhere(crowded) == {}
    assert crowded("<ul>\n  <li><b>one</b></li>\n</ul>") == []
    assert crowded('<ul class="a"><li>one</li></ul>') == ['<ul class="a"><li>one</li></ul>']


def test_every_line_is_indented_by_what_is_around_it() -> None:
    assert everywhere(moved) == {}
    assert (
        moved("<ul>\n  {% for a in b %}\n    <li>\n      {{ a }}\n    </li>\n  {% endfor %}\n</ul>\n") == []
    )
    assert moved("<ul>\n<li>one</li>\n</ul>\n") == ["<li>"]
    assert moved("{% if a %}\n  <p>\n    {{ a }}\n    </p>\n{% endif %}\n") == ["</p>"]
    assert moved("<p>\n  one\n two\n</p>\n") == [" two"]


def test_pages_are_sent_without_indentation_and_what_is_filled_in_keeps_its_blanks(tmp_path: Path) -> None:
    page = '<p>\n  {% if on %}\n    <b class="a"\n       {% if on %}\n         id="b"\n       {% endif %}'
    page += ">{{ text }}</b>\n"
    page += "    {{ text }}\n    <i>c</i>\n  {% endif %}\n</p>\n"
    (tmp_path / "page.html").write_text(page)
    (tmp_path / "mail.txt").write_text("  as it is\n")
    engine = Engine(dirs=[str(tmp_path)], loaders=["kiestudio.templates.Lean"])
    shown = engine.get_template("page.html").render(Context({"on": True, "text": "x\n  y"}))
    assert shown == '<p>\n<b class="a"\nid="b"\n>x\n  y</b>\nx\n  y\n<i>c</i>\n</p>\n'
    assert engine.get_template("mail.txt").render(Context()) == "  as it is\n"
