"""Scripts, styles and icons, which anybody may have."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import Client

from kiestudio.static import StaticFiles, joined, lean

STYLE = b"body { margin: 0 }"


@pytest.fixture
def address(tmp_path: Path, settings: Any) -> str:
    """Of a collected file."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.css").write_bytes(STYLE)
    return "/static/page.css"


@pytest.mark.parametrize(
    "asked", ["", "bytes=0-0", f"bytes={len(STYLE) - 1}-", "bytes=-1", "bytes=2-5", "bytes=99-", "nonsense"]
)
def test_a_static_file_is_sent_whole_whatever_range_is_asked_for(
    client: Client, address: str, asked: str
) -> None:
    answer = client.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.getvalue()) == (200, STYLE)
    assert answer["Content-Length"] == str(len(STYLE))
    assert "Content-Range" not in answer


def test_head_says_its_length_and_a_browser_that_has_it_gets_304(client: Client, address: str) -> None:
    head = client.head(address, headers={"Range": "bytes=0-0"})
    assert (head.status_code, head["Content-Length"], head.getvalue()) == (200, str(len(STYLE)), b"")
    again = client.get(address, headers={"If-None-Match": head["ETag"], "Range": "bytes=0-0"})
    assert (again.status_code, again.getvalue()) == (304, b"")


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Path:
    """All static files as the server sends them."""
    settings.STATIC_ROOT, settings.STATIC_NOTES = tmp_path / "static", tmp_path / "notes"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "kiestudio.static.StaticFiles"}}
    call_command("collectstatic", verbosity=0, interactive=False)
    return tmp_path / "static"


def test_a_style_sheet_of_many_parts_is_sent_as_one_file_in_their_order(collected: Path) -> None:
    sent = collected / StaticFiles().stored_name("css/shared.css")
    text = sent.read_text()
    assert "@import" not in text
    assert "@import" in (Path(__file__).parent.parent / "static/css/shared.css").read_text()
    order = [
        text.index(rule) for rule in ("@layer reset,tokens,", ".rail{", ".btn{", ".dialog{", "forced-colors")
    ]
    assert order == sorted(order)
    assert "chevron." in text
    libraries = (collected / StaticFiles().stored_name("vendor/libraries.js")).read_text()
    assert libraries.index("htmx") < libraries.index("var Idiomorph")
    assert sent.with_name(sent.name + ".gz").exists()


def test_browsers_get_scripts_and_styles_without_what_only_people_read(collected: Path) -> None:
    for name in ("js/frame.js", "js/studio/page.js", "css/studio.css"):
        sent = (collected / StaticFiles().stored_name(name)).read_text()
        assert not [line for line in sent.splitlines() if line.startswith((" ", "//", "/*", "*"))], name
    style = "/* said\n */\n.a > b,\n.c :is(i) {\n  color: red; /* b */\n  width: calc(1px + 2px);\n}\n"
    assert lean(style) == ".a > b,.c :is(i){color:red;width:calc(1px + 2px)}"


def test_a_part_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    folder = FileSystemStorage(location=tmp_path)
    (tmp_path / "whole.css").write_text('@import "gone.css";\n')
    with pytest.raises(KeyError, match=r"gone\.css"):
        joined("css/whole.css", {"css/whole.css": (folder, "whole.css")})
