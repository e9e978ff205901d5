"""The script of a page: one module, and all that it imports."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kiestudio.static import IMPORT

register = template.Library()


@register.simple_tag
def script(name: str) -> SafeString:
    """The tags of a script module, by its path below `static/`.

    What it imports is asked for at once: no browser has to read one file to learn of the next.
    """
    preloads = format_html_join(
        "\n  ",
        '<link rel="modulepreload" href="{}" fetchpriority="low">',
        ((static(part),) for part in imported_by(name)),
    )
    return format_html(
        '{}\n  <script type="module" src="{}" fetchpriority="low"></script>', preloads, static(name)
    )


@register.simple_tag
def module(name: str) -> str:
    """The address of a module that a page loads only when a person asks for what it does."""
    return static(name)


@cache
def imported_by(name: str) -> tuple[str, ...]:
    """All that a module imports, directly or through others, each before what imports it.

    Raises FileNotFoundError when one is missing, RecursionError when two import each other.
    """
    parts: dict[str, None] = {}
    for part in imports_of(name):
        parts |= dict.fromkeys((*imported_by(part), part))
    return tuple(parts)


def imports_of(name: str) -> list[str]:
    """What a module imports directly, by paths below `static/`."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"There is no static file {name}.")
    urls = [found["url"] for found in re.finditer(IMPORT, Path(path).read_text())]
    return [posixpath.normpath(posixpath.join(posixpath.dirname(name), url)) for url in urls]
