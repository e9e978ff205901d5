"""Where result files may come from."""

from pathlib import Path
from typing import Any

import pytest

from generations import archive, connection, download


@pytest.fixture
def live(settings: Any) -> Any:
    settings.SANDBOX = False
    settings.KIE_API_URL = settings.KIE_UPLOAD_URL = "http://127.0.0.1:9999"
    settings.KIE_ALLOW_PRIVATE_HOSTS = False
    return settings


def test_a_server_that_the_operator_named_may_stand_on_this_machine(live: Any, simulator: Any) -> None:
    live.KIE_API_URL = simulator.url
    assert connection.media_rule().allows_private(f"{simulator.url}/files/a.mp4")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9998/a.mp4",
        "https://127.0.0.1:9999/a.mp4",
        "http://169.254.169.254/latest/meta-data",
        "http://user@127.0.0.1:9999/a.mp4",
        "http://10.0.0.1/a.mp4",
        "http://[::1]:9999/a.mp4",
        "http://example.com/a.mp4",
    ],
)
def test_nothing_else_that_is_not_public_is_fetched(live: Any, url: str, tmp_path: Path) -> None:
    with pytest.raises(download.Elsewhere):
        archive.store(url, connection.media_rule())
    assert list((tmp_path / "media").rglob("*.mp4")) == []
