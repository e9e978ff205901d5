"""Script modules as they are sent: what a page always loads together is one file.

A page's own file has all that it imports beyond the frame. Each module in it keeps a scope of its own: it
becomes a function that is called at once and answers with what the module exports.
"""

import posixpath
import re
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

IMPORT = r'(?P<matched>(?m:^)import (?P<names>(?:[^"]* from )?)"(?P<url>\.[^"]+)";)'
"""How our script modules import one another: at the beginning of a line, by a relative path."""
NAMED = re.compile(r'^import (?:\{ (?P<names>[^}]+) \} from )?"(?P<url>\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(
    r"^export (?P<what>(?:async )?(?:function|const|class) (?:(?P<one>\w+)|\{ (?P<more>[^}]+) \}))",
    re.MULTILINE,
)
LIBRARIES = ("django_htmx/htmx-2.min.js", "vendor/idiomorph-ext-0.8.0.min.js")
LIBRARY = "vendor/libraries.js"
"""All of them, as they are sent."""
FRAME = "js/frame.js"
"""The file of every page of a person signed in. What it holds is in no other file of theirs."""
ALONE = "js/shell.js"
"""The script of pages of people who are not signed in, all in one file."""
PAGE = re.compile(r"js/[\w-]+/page\.js")


class SharedLater(Exception):
    """A module of no page is imported by two that are loaded later: each would have one of its own."""


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
    return [_named(name, found["url"]) for found in re.finditer(IMPORT, source(name))]


def source(name: str) -> str:
    """The text of a module. Raises FileNotFoundError."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"There is no static file {name}.")
    return Path(path).read_text(encoding="utf-8")


def sent_with(name: str) -> tuple[str, ...]:
    """The files that a page asks for beside its own, which is `name`."""
    return (FRAME,) if FRAME in imported_by(name) else ()


def files(modules: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The files that are sent, each with the modules that it holds, itself the last. Raises SharedLater.

    A module that none imports is a page's or is loaded later: then the `page.js` beside it is there already.
    """
    imported = {part for name in modules for part in imports_of(name)}
    pages = [name for name in modules if name == ALONE or PAGE.fullmatch(name)]
    later = [name for name in modules if name not in {*imported, FRAME, *pages}]
    held: dict[str, tuple[str, ...]] = {}
    if FRAME in modules:
        held[FRAME] = (*imported_by(FRAME), FRAME)
    for name in (*pages, *later):
        there = () if name == ALONE else (FRAME, _page_beside(name))
        held[name] = _beyond(name, there, held)
    alone = [part for name in later for part in held[name]]
    if twice := {part for part in alone if alone.count(part) > 1}:
        raise SharedLater(f"{', '.join(sorted(twice))}: two that are loaded later would have one each.")
    return held


def joined(name: str, held: dict[str, tuple[str, ...]], lean: Callable[[str], str]) -> str:
    """The text of a file that is sent: of all modules that it holds, as `lean` leaves them."""
    own = held[name]
    places = {part: file for file in (_page_beside(name), FRAME) for part in held.get(file, ())}
    places |= dict.fromkeys(own, name)
    wanted = {file: dict[str, None]() for file in (FRAME, _page_beside(name)) if file in places.values()}
    body = []
    for part in own:
        text, names = _scope(part, source(part))
        for other in names:
            wanted.setdefault(places[other], {})[other] = None
        body.append(text)
    needs = imported_by(name)
    outside = {file: parts for file, parts in wanted.items() if file != name and (parts or file in needs)}
    head = [_import(name, file, [_space(part) for part in parts]) for file, parts in outside.items()]
    known = [_space(part) for part in own if EXPORT.search(source(part))]
    tail = [f"export {{ {', '.join(known)} }};\n"] if known else []
    return "".join([*head, lean("".join(body)) + "\n", *tail])


def _named(name: str, url: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), url))


def _page_beside(name: str) -> str:
    return posixpath.join(posixpath.dirname(name), "page.js")


def _beyond(name: str, files: Collection[str], held: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """All that a module needs that is not in these files, itself the last."""
    there = {part for file in files for part in held.get(file, ())}
    return tuple(part for part in (*imported_by(name), name) if part not in there)


def _space(name: str) -> str:
    """What a module is called in a file that holds several: “$studio_order”."""
    return "$" + re.sub(r"\W", "_", name.removeprefix("js/").removesuffix(".js"))


def _scope(name: str, text: str) -> tuple[str, list[str]]:
    """A module as a function that is called at once, and the modules from which it takes something."""
    taken = []

    def take(found: re.Match[str]) -> str:
        if not found["names"]:
            return ""
        taken.append(_named(name, found["url"]))
        return f"const {{ {found['names']} }} = {_space(taken[-1])};\n"

    gives = [n for found in EXPORT.finditer(text) for n in (found["one"] or found["more"]).split(", ")]
    inside = EXPORT.sub(r"\g<what>", NAMED.sub(take, text))
    if not gives:
        return f"(() => {{\n{inside}}})();\n", taken
    return f"const {_space(name)} = (() => {{\n{inside}return {{ {', '.join(gives)} }};\n}})();\n", taken


def _import(name: str, file: str, spaces: Collection[str]) -> str:
    path = posixpath.relpath(file, posixpath.dirname(name))
    url = path if path.startswith(".") else f"./{path}"
    names = f"{{ {', '.join(spaces)} }} from " if spaces else ""
    return f'import {names}"{url}";\n'
