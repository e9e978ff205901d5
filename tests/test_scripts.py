"""Scripts are modules: nothing is shared but by import, and each thing is done in one of them."""

import re
from collections.abc import Iterable
from pathlib import Path
from re import MULTILINE as M
from typing import Any

import pytest
from django.core.management import call_command

from generations.templatetags.scripts import script
from kiestudio.modules import ALONE, FRAME, SharedLater, files, imported_by, imports_of, joined, sent_with

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
TEMPLATES = {p: p.read_text() for p in sorted((ROOT / "templates").rglob("*.html"))}
MODULES = {p.relative_to(STATIC).as_posix(): p.read_text() for p in sorted((STATIC / "js").rglob("*.js"))}
VENDORED = '<script src="{% static "vendor/'

LONE = re.compile(
    r"\b(?:window|globalThis|self)(?:\.\w+|\[[^\]]+\])+\s*=(?!=)"  # A name for everybody.
    r"|Object\.\w+\((?:window|globalThis|self)\b"
    r"|[\"']use strict[\"']"  # A module is strict by itself.
)
NAMES = re.compile(r"^import \{ ([^}]+) \} from \"([^\"]+)\";$", M)
EXPORTS = re.compile(r"^export (?:async )?(?:function|const|let|class) (?:(\w+)|\{ ([^}]+) \})", M)
PART = re.compile(r"^\w.*[{(\[]$(?:\n(?: .*)?)*\n[\])}]", M)
"""What opens at the margin and closes there: a function, or what is done at an event."""


def entries(templates: Iterable[str]) -> set[str]:
    """The modules that pages name themselves, to be loaded at once or when somebody asks for them."""
    return {name for text in templates for name in re.findall(r'{% (?:script|module) "([^"]+)" %}', text)}


def exported(text: str) -> set[str]:
    return {name for one, more in EXPORTS.findall(text) for name in (one, *more.split(", ")) if name}


def asked_for(name: str, text: str) -> set[tuple[str, str]]:
    """Each name that a module imports, with the module that it is of."""
    here = STATIC / name
    return {
        ((here.parent / url).resolve().relative_to(STATIC).as_posix(), asked)
        for names, url in NAMES.findall(text)
        for asked in names.split(", ")
    }


def words(text: str) -> str:
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", text, flags=re.DOTALL)


def test_pages_load_modules_by_their_tag_and_only_libraries_otherwise() -> None:
    tags = [line for text in TEMPLATES.values() for line in re.findall(r"<script[^>]*>", text)]
    assert [tag for tag in tags if not tag.startswith(VENDORED)] == []
    assert entries(TEMPLATES.values()) > {"js/shell.js", "js/frame.js", "js/studio/page.js"}
    tags = script("js/studio/page.js").splitlines()
    assert tags.pop().strip().startswith('<script type="module" src="/static/js/studio/page.js"')
    assert len(tags) == len(imported_by("js/studio/page.js"))
    assert all('rel="modulepreload"' in tag for tag in tags)


def test_a_module_gives_no_name_to_everybody() -> None:
    assert [name for name, text in MODULES.items() if LONE.search(words(text))] == []
    for fault in ("window.notices = 1", "globalThis['fade']= () => {}", "Object.assign(window, { all })"):
        assert LONE.search(fault), fault
    assert not LONE.search("if (window.name == 1) window.scrollBy({ top })")


def test_every_import_names_what_the_other_module_exports() -> None:
    missing = [
        (name, other, asked)
        for name, text in MODULES.items()
        for other, asked in asked_for(name, text)
        if asked not in exported(MODULES[other])
    ]
    assert missing == []
    assert exported("export const { htmx, Idiomorph } = globalThis;") == {"htmx", "Idiomorph"}
    assert exported("  export const inner = 1;\nexport async function post() {}") == {"post"}
    assert asked_for("js/studio/page.js", 'import { a, b } from "../dom.js";') == {
        ("js/dom.js", "a"),
        ("js/dom.js", "b"),
    }


def test_imports_stand_in_one_line_each_where_the_storage_finds_them() -> None:
    for name, text in MODULES.items():
        assert len(imports_of(name)) == len(re.findall(r"\bimport\b(?!\()", words(text))), name


def test_nothing_is_exported_that_no_module_asks_for() -> None:
    asked = {one for name, text in MODULES.items() for one in asked_for(name, text)}
    assert {(name, one) for name, text in MODULES.items() for one in exported(text)} - asked == set()


def test_every_module_is_of_a_page_and_no_page_loads_another_page_s() -> None:
    named = entries(TEMPLATES.values())
    assert named | {part for name in named for part in imported_by(name)} == set(MODULES)
    folders = {name: {p.split("/")[1] for p in imported_by(name) if p.count("/") > 1} for name in named}
    assert folders["js/studio/page.js"] == {"studio"}
    assert folders["js/gallery/page.js"] == {"gallery"}
    assert folders["js/frame.js"] == set()


def test_a_page_asks_for_two_files_and_gets_each_module_once() -> None:
    """Each file waits for its turn among six, and costs 0.4 kB and a round trip beside its bytes."""
    held = files(MODULES)
    named = entries(TEMPLATES.values())
    assert named == set(held) >= {ALONE, FRAME}
    assert {part for parts in held.values() for part in parts} == set(MODULES)
    assert all(len(sent_with(name)) <= 1 for name in named)
    studio = [name for name in held if name.startswith("js/studio/")]
    sent = [part for name in (FRAME, *studio, "js/palette.js") for part in held[name]]
    assert len(sent) == len(set(sent))
    assert held["js/studio/layers.js"][-1] == "js/studio/layers.js"
    assert "js/studio/lists.js" in held["js/studio/layers.js"]


def test_modules_in_one_file_keep_a_scope_each_and_give_what_they_export() -> None:
    held = files(MODULES)
    text = joined("js/studio/page.js", held, str)
    assert text.startswith("import { $clock, $dom, ")
    assert 'from "../frame.js";' in text
    assert "const { find, htmx, isPost } = $dom;\n" in text
    assert "const $studio_order = (() => {\n" in text
    assert re.findall(r"^export \S+", text, M) == ["export {"]
    assert "return { order, hidden, askForm," in text
    late = joined("js/studio/layers.js", held, str)
    assert "$studio_order" in late.partition(' from "./page.js";')[0]


def test_two_that_are_loaded_later_cannot_share_a_module(settings: Any, tmp_path: Path) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    for name in ("early", "late"):
        (tmp_path / f"{name}_one.js").write_text('import "./of_both.js";\n')
    (tmp_path / "of_both.js").write_text("")
    with pytest.raises(SharedLater, match=r"of_both\.js"):
        files(["early_one.js", "late_one.js", "of_both.js"])


def test_two_modules_that_import_each_other_are_refused(settings: Any, tmp_path: Path) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "one.js").write_text('import "./two.js";\n')
    (tmp_path / "two.js").write_text('import "./one.js";\n')
    (tmp_path / "three.js").write_text('import "./nowhere.js";\n')
    with pytest.raises(RecursionError):
        imported_by("one.js")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.js"):
        imported_by("three.js")


@pytest.mark.parametrize(
    ("word", "home"),
    [
        (r"\bfetch\(|XMLHttpRequest", "js/server.js"),
        (r"\bglobalThis\b|\bhtmx\.ajax\b|\bdefaults\.callbacks\b", "js/dom.js"),
        (r'\bmade\("(?:div|p)", "(?:toast|notice)"', "js/notices.js"),
        (r"\.isComposing \|\||\bevent\.code\b.*Digit", "js/keyboard.js"),
        (r"\brequestFullscreen\b|\.controls = ", "js/player.js"),
        (r'\.clipboard\b|execCommand\("copy"', "js/frame.js"),
        (r"\bdocument\.cookie\b", "js/dom.js"),
        (r"\bimport\(", "js/dom.js"),
    ],
)
def test_one_thing_is_done_in_one_place(word: str, home: str) -> None:
    assert [name for name, text in MODULES.items() if re.search(word, words(text))] == [home]


def test_modules_and_their_parts_stay_small_enough_to_be_read_at_once() -> None:
    assert {name: n for name, text in MODULES.items() if (n := len(text.splitlines())) > 200} == {}
    lengths = {
        found[0]: found[0].count("\n") + 1 for text in MODULES.values() for found in PART.finditer(text)
    }
    assert len(lengths) > 150
    assert {part: n for part, n in lengths.items() if n > 40} == {}
    assert PART.search("export async function long() {\n  wait();\n\n  go();\n}")


@pytest.mark.parametrize(
    ("storage", "renames"),
    [
        ("kiestudio.static.StaticFiles", True),
        ("whitenoise.storage.CompressedManifestStaticFilesStorage", False),
    ],
)
def test_collected_modules_import_each_other_by_their_hashed_names(
    settings: Any, tmp_path: Path, storage: str, *, renames: bool
) -> None:
    settings.STATIC_ROOT, settings.STATIC_NOTES = tmp_path / "static", tmp_path / "notes"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    call_command("collectstatic", verbosity=0, interactive=False)
    hashed = [p for p in (tmp_path / "static" / "js").rglob("*.js") if re.search(r"\.\w{12}\.js$", p.name)]
    links = [p.parent / url for p in hashed for url in re.findall(r'^import [^"]*"(.+)";$', p.read_text(), M)]
    assert len(links) > 10
    assert all(link.resolve() in hashed for link in links) is renames
