"""The style sheets and icons hold what pages use, and pages use what they hold."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATES = [p.read_text() for p in sorted((ROOT / "templates").rglob("*.html"))]
SCRIPTS = [p.read_text() for p in sorted((ROOT / "static" / "js").rglob("*.js"))]
CODE = [p.read_text() for p in sorted((ROOT / "generations").rglob("*.py"))]
STYLES = [p.read_text() for p in sorted((ROOT / "static" / "css").glob("*.css"))]
NAME = re.compile(r"-?[A-Za-z_][\w-]*")
HTMX = {"htmx-request", "htmx-swapping", "htmx-settling", "htmx-added"}
"""What htmx puts on elements by itself."""


def styled(css: str) -> set[str]:
    """The classes that a style sheet has rules for."""
    plain = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", css, flags=re.DOTALL)
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", plain))


def used() -> tuple[set[str], set[str]]:
    """The names that stand in class attributes and in strings of code, and beginnings that are filled in."""
    attributes = " ".join(found for t in TEMPLATES for found in re.findall(r'class="([^"]*)"', t))
    attributes += " ".join(
        found for t in TEMPLATES for found in re.findall(r"{% icon [^%]*%}|{% avatar [^%]*%}", t)
    )
    strings = " ".join(
        found for t in [*SCRIPTS, *CODE] for found in re.findall(r"[\"'`]([^\"'`\n]*)[\"'`]", t)
    )
    beginnings = set(re.findall(r"([\w-]+--)\{[{%]", attributes))
    return set(NAME.findall(attributes)) | set(NAME.findall(strings)), beginnings


def test_every_class_that_has_a_style_is_used() -> None:
    names, beginnings = used()
    dead = {c for css in STYLES for c in styled(css) if c not in names | HTMX}
    assert sorted(c for c in dead if not c.startswith(tuple(beginnings))) == []


def test_a_class_that_nothing_uses_is_found() -> None:
    names, beginnings = used()
    assert "chip--" in beginnings or "dot--" in beginnings
    assert styled(".gallery__never { color: red; /* .not-this */ }") == {"gallery__never"}
    assert "gallery__never" not in names


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
