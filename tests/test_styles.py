"""The style sheets and icons hold what pages use, pages use what they hold, and both can be read."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATES = [p.read_text() for p in sorted((ROOT / "templates").rglob("*.html"))]
SCRIPTS = [p.read_text() for p in sorted((ROOT / "static" / "js").rglob("*.js"))]
CODE = [p.read_text() for p in sorted((ROOT / "generations").rglob("*.py"))]
MARKUP = [
    p.read_text()
    for f in ("forms", "templatetags", "views")
    for p in (ROOT / "generations" / f).rglob("*.py")
]
"""The code that names classes."""
SHEETS = {p.name: p.read_text() for p in sorted((ROOT / "static" / "css").glob("*.css"))}
NAME = re.compile(r"-?[A-Za-z_][\w-]*")
HTMX = {"htmx-request", "htmx-swapping", "htmx-settling", "htmx-added"}
"""What htmx puts on elements by itself."""
LONGEST, WIDEST = 300, 100
"""Lines of a style sheet, and columns of a line."""


def styled(css: str) -> set[str]:
    """The classes that a style sheet has rules for."""
    plain = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", css, flags=re.DOTALL)
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", plain))


def attributes() -> str:
    """What stands in class attributes, and in the tags that write some."""
    value = r"class=\"((?:{[{%].*?[}%]}|[^\"])*)\"|{% (?:icon|avatar) ([^%]*)%}"
    return " ".join(" ".join(found) for t in [*TEMPLATES, *MARKUP] for found in re.findall(value, t))


def strings(texts: list[str]) -> str:
    return " ".join(found for t in texts for found in re.findall(r"[\"'`]([^\"'`\n]*)[\"'`]", t))


def used() -> tuple[set[str], set[str]]:
    """The names that stand in class attributes and in strings of code, and beginnings that are filled in."""
    beginnings = set(re.findall(r"([\w-]+--)\{[{%]", attributes()))
    return set(NAME.findall(attributes() + strings(SCRIPTS + MARKUP))), beginnings


def worn(templates: list[str]) -> set[str]:
    """The whole class names in templates: not those that are filled in."""
    values = re.findall(r"class=\"((?:{[{%].*?[}%]}|[^\"])*)\"", " ".join(templates))
    plain = [re.sub(r"[\w-]*{{.*?}}[\w-]*|{%.*?%}", " ", value) for value in values]
    return set(" ".join(plain).split())


def hooks(scripts: list[str]) -> set[str]:
    """The classes by which scripts find elements."""
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", strings(scripts)))


def badly_written(css: str) -> list[str]:
    """The lines that hold more than one declaration, or a rule that is too long for one line."""
    wrong = []
    for line in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).splitlines():
        plain = re.sub(r"\"[^\"]*\"|\([^()]*\)|\([^()]*\([^()]*\)[^()]*\)", "", line).strip()
        short = re.fullmatch(r"[^{};]+ { (?:[^{};]+; ){1,2}}", plain)
        whole = re.fullmatch(r"[^{};]+[{,;]|}|[^{};]*", plain)
        if len(line) > WIDEST or not (short or whole):
            wrong.append(line.strip())
    return wrong


def test_every_class_that_has_a_style_is_used() -> None:
    names, beginnings = used()
    dead = {c for css in SHEETS.values() for c in styled(css) if c not in names | HTMX}
    assert sorted(c for c in dead if not c.startswith(tuple(beginnings))) == []


def test_a_class_that_nothing_uses_is_found() -> None:
    names, beginnings = used()
    assert "chip--" in beginnings or "dot--" in beginnings
    assert styled(".gallery__never { color: red; /* .not-this */ }") == {"gallery__never"}
    assert "gallery__never" not in names


def test_every_class_of_a_template_has_a_style_or_is_found_by_a_script() -> None:
    known = {c for css in SHEETS.values() for c in styled(css)} | hooks(SCRIPTS)
    assert sorted(worn(TEMPLATES) - known) == []
    assert worn(['<p class="a{% if b %} c{% endif %} dot--{{ d }}">']) - {"a"} == {"c"}


def test_every_declaration_has_a_line_or_stands_in_a_short_rule() -> None:
    assert {name: lines for name, css in SHEETS.items() if (lines := badly_written(css))} == {}
    assert (
        badly_written("  .a { color: red; gap: 0; }\n  .b {\n    color: red;\n    &:hover { gap: 0; }\n  }")
        == []
    )
    assert badly_written("  .a { color: red; gap: 0; top: 0; }") == [".a { color: red; gap: 0; top: 0; }"]
    assert badly_written("  color: red; gap: 0;") == ["color: red; gap: 0;"]
    assert badly_written(".a { color: red; &:hover { gap: 0; } }") == [
        ".a { color: red; &:hover { gap: 0; } }"
    ]
    assert len(badly_written(f".a {{ background: {'x' * WIDEST}; }}")) == 1


def test_style_sheets_stay_small_enough_to_be_read_at_once() -> None:
    assert {name for name, css in SHEETS.items() if len(css.splitlines()) > LONGEST} == set()


def test_every_part_of_a_style_sheet_belongs_to_one_and_every_other_to_a_page() -> None:
    parts = [
        part for css in SHEETS.values() for part in re.findall(r'^@import "([^"]+)";$', css, re.MULTILINE)
    ]
    linked = set(re.findall(r"{% static \"css/([^\"]+)\" %}", " ".join(TEMPLATES)))
    assert {*parts, *linked} == SHEETS.keys()
    assert linked.isdisjoint(parts)
    of_guests = {"tokens.css", "base.css", "actions.css", "fields.css"}  # They get little more than these.
    assert {part for part in parts if parts.count(part) > 1} == of_guests


def test_every_icon_is_used_and_every_used_one_is_there() -> None:
    sprite = (ROOT / "static" / "icons.svg").read_text()
    there = set(re.findall(r'<symbol[^>]*id="([\w-]+)"', sprite))
    text = " ".join([*TEMPLATES, *SCRIPTS, *CODE])
    named = set(re.findall(r"{% icon \"([\w-]+)\"", text)) | set(
        re.findall(r"icon(?:s\.svg)?#([\w-]+)", text)
    )
    assert named - there == set()
    quoted = set(re.findall(r"[\"'#]([a-z][a-z0-9-]*)[\"']", text))
    assert there - quoted - named == set()


def test_words_of_our_own_ask_for_no_second_font() -> None:
    """What templates, scripts and sentences are written with makes no browser ask for the second file."""
    css = (ROOT / "static" / "css" / "tokens.css").read_text()
    first = re.findall(r"unicode-range: ([^;]*);", css)[0]
    ends = [part.strip().removeprefix("U+").split("-") for part in first.split(",")]
    there = {n for low, *high in ends for n in range(int(low, 16), int((high or [low])[0], 16) + 1)}
    wording = [p.read_text() for p in sorted((ROOT / "generations" / "wording").rglob("*.py"))]
    used = {c for text in [*TEMPLATES, *SCRIPTS, *wording] for c in text if not c.isspace()}
    assert ord("é") not in there
    assert sorted(c for c in used if ord(c) not in there) == []
