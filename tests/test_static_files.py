"""Scripts, styles and icons, which anybody may have."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

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
