"""Where result files may come from."""

from pathlib import Path
from typing import Any

import pytest

from generations import connection
from generations.files import archive, download
from generations.kie.way_out import WayOut


@pytest.fixture
def live(settings: Any) -> Any:
    settings.SANDBOX = False
    settings.KIE_API_URL = settings.KIE_UPLOAD_URL = "http://127.0.0.1:9999"
    settings.KIE_ALLOW_PRIVATE_HOSTS = False
    return settings


def test_a_server_that_the_operator_named_may_stand_on_this_machine(live: Any) -> None:
    assert connection.media_rule().private == {"http://127.0.0.1:9999"}
    live.KIE_API_URL = "https://kie.test"
    assert connection.media_rule().private == {"http://127.0.0.1:9999", "https://kie.test:443"}


def test_private_hosts_are_those_of_the_named_servers_and_those_that_were_added(live: Any) -> None:
    live.KIE_ALLOW_PRIVATE_HOSTS = True
    live.KIE_MEDIA_HOSTS = [*live.DEFAULT_MEDIA_HOSTS, "files.lan"]
    assert connection.media_rule().private == {"http://127.0.0.1:9999", "127.0.0.1", "files.lan"}


def test_the_sandbox_opens_the_door_to_itself_alone(settings: Any) -> None:
    (settings.DATA_DIR / "address.json").write_text('{"url": "http://127.0.0.1:8001"}')
    assert connection.media_rule().private == {"http://127.0.0.1:8001"}


def test_kies_own_hosts_are_allowed_by_default(live: Any) -> None:
    assert connection.media_rule().hosts >= {"aiquickdraw.com", "redpandaai.co", "kie.ai"}


def test_everything_that_speaks_to_kie_takes_the_companys_way_out(live: Any) -> None:
    live.HTTPS_PROXY, live.NO_PROXY, live.SSL_CERT_FILE = "http://proxy:3128", ["kie.lan"], "/ca.pem"
    way = connection.media_rule().way
    assert way == WayOut(proxy="http://proxy:3128", straight=("kie.lan",), certificates="/ca.pem")
    assert connection.client()._transport._way == way


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
        archive.add(url, connection.media_rule())
    assert list((tmp_path / "media").rglob("*.mp4")) == []
