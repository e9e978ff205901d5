"""The first start of a real installation, whatever stands in the environment."""

import http.client
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.page import read
from tests.processes.running import ROOT, Studio, free_port, manage

pytestmark = pytest.mark.processes

LIVE = {"KIE_API_KEY": "secret-key", "KIE_API_URL": "http://127.0.0.1:9"}
BEHIND_A_PROXY = {
    **LIVE,
    "PUBLIC_URL": "https://studio.example.com",
    "ALLOWED_HOSTS": "studio.example.com",
    "http_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}
LINK = re.compile(r"works once\): (\S+)")


class Anywhere(Studio):
    """A studio on an address of its own, with a umask that hides nothing."""

    def __init__(self, data: Path, host: str, **environment: str) -> None:
        self.data, self.port, self.host = data, free_port(), host
        self.log = data.parent / f"{data.name}.log"
        clean = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "studio", "--port", str(self.port), "--host", host],
                cwd=ROOT,
                env={**clean, "DATA_DIR": str(data), **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                umask=0,
            )

    def link(self) -> str:
        found = self.until(lambda: LINK.search(self.log.read_text()))
        return str(found.group(1))

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, str, bytes]:
        """Status, Allow or Location, and body."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            line.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = line.getresponse()
            more = answer.getheader("Allow") or answer.getheader("Location") or ""
            return answer.status, more, answer.read()
        finally:
            line.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anywhere]:
    """Behind a TLS proxy, on IPv6 alone, in a folder that an older version left open to everybody."""
    data = tmp_path_factory.mktemp("first") / "data"
    (data / "media" / "videos").mkdir(parents=True)
    (data / "media" / "videos" / "old.mp4").write_bytes(b"a clip")
    for path in (data, *data.rglob("*")):
        path.chmod(0o777)
    running = Anywhere(data, "::1", **BEHIND_A_PROXY)
    try:
        running.until(lambda: "works once" in running.log.read_text() or running.process.poll() is not None)
        yield running
    finally:
        running.stop()


def test_the_setup_link_is_printed_and_opens(studio: Anywhere) -> None:
    link = studio.link()
    assert link.startswith("https://studio.example.com/setup/")
    path = link.removeprefix("https://studio.example.com")
    status, _, page = studio.ask("GET", path, Host="studio.example.com", X_Forwarded_Proto="https")
    assert status == 200
    assert b"Make the first admin" in page


def test_the_setup_link_is_printed_again_on_demand(studio: Anywhere) -> None:
    again = manage(studio.data, "setup-link", **BEHIND_A_PROXY)
    assert again.stdout.strip() == studio.link()


@pytest.mark.parametrize("host", ["studio.example.com", "10.1.2.3:8000", "[::1]", "a_b", "kube-probe"])
def test_probes_are_answered_by_whatever_name_they_ask(studio: Anywhere, host: str) -> None:
    assert studio.ask("GET", "/healthz", Host=host)[0] == 200
    assert studio.ask("HEAD", "/healthz", Host=host)[::2] == (200, b"")
    assert studio.ask("OPTIONS", "/readyz", Host=host)[:2] == (204, "GET, HEAD, OPTIONS")
    assert studio.ask("POST", "/healthz", Host=host)[:2] == (405, "GET, HEAD, OPTIONS")
    assert studio.ask("GET", "/healthz/", Host=host, Cookie="sessionid=x")[0] == 200


def test_an_unknown_host_is_refused_with_words_and_one_line_in_the_log(studio: Anywhere) -> None:
    before = len(studio.log.read_text().splitlines())
    status, _, page = studio.ask("GET", "/accounts/login/", Host="evil.example")
    assert status == 400
    assert b"ALLOWED_HOSTS" in page
    lines = studio.log.read_text().splitlines()[before:]
    assert len([line for line in lines if "evil.example" in line]) == 1
    assert "Traceback" not in studio.log.read_text()


def test_a_page_asked_for_by_http_is_sent_on_when_the_proxy_says_so(studio: Anywhere) -> None:
    ours = {"Host": "studio.example.com"}
    status, to, _ = studio.ask("GET", "/queue/?a=1", **ours, X_Forwarded_Proto="http")
    assert (status, to) == (302, "https://studio.example.com/queue/?a=1")
    assert studio.ask("GET", "/accounts/login/", **ours)[0] == 200


def test_nobody_else_on_the_machine_can_read_a_file_of_it(studio: Anywhere) -> None:
    studio.link()
    open_to_others = [
        path
        for path in (studio.data, *studio.data.rglob("*"))
        if path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    assert open_to_others == []
    assert (studio.data / "kiestudio.sqlite3").exists()
    assert (studio.data / "journal.jsonl").exists()


def test_what_is_noted_about_static_files_is_not_public(studio: Anywhere) -> None:
    ours = {"Host": "studio.example.com"}
    page = read(studio.ask("GET", "/accounts/login/", **ours)[2].decode())
    styles = [part["href"] for part in page.having("rel", "stylesheet")]
    (base,) = [href for href in styles if re.fullmatch(r"/static/css/shared\.[0-9a-f]+\.css", href)]
    assert studio.ask("GET", base, **ours)[0] == 200
    for name in (".made-from", "made-from", "staticfiles.json"):
        assert studio.ask("GET", f"/static/{name}", **ours)[0] == 404


@pytest.mark.thorough
def test_one_address_of_the_machine_is_welcomed_at_that_address(tmp_path: Path) -> None:
    one = Anywhere(tmp_path / "one", "127.0.0.2", **LIVE)
    try:
        assert one.link().startswith(f"http://127.0.0.2:{one.port}/setup/")
        assert one.ask("GET", "/accounts/login/")[0] == 200
    finally:
        one.stop()


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_database_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kiestudio.sqlite3").write_bytes(content)
    refused = manage(tmp_path, "studio", "--port", str(free_port()), **LIVE)
    assert refused.returncode == 1
    assert f"{tmp_path}/kiestudio.sqlite3 cannot be used" in refused.stderr
    assert "restore FOLDER" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.thorough
@pytest.mark.parametrize(("words", "more"), [(["--host", "[::1]"], {}), ([], {"LISTEN": "[::1]"})])
def test_an_address_may_stand_in_the_brackets_of_a_url(
    tmp_path: Path, words: list[str], more: dict[str, str]
) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = str(other.getsockname()[1])
        refused = manage(tmp_path, "studio", "--port", port, *words, **LIVE, **more)
    assert f"PORT: port {port} is in use" in refused.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "2001:db8::1"])
def test_an_address_of_another_machine_is_named(tmp_path: Path, host: str) -> None:
    refused = manage(tmp_path, "studio", "--port", str(free_port()), "--host", host, **LIVE)
    assert refused.returncode == 1
    assert f"LISTEN: “{host}” is no address of this machine" in refused.stderr


def test_without_a_database_or_without_a_key_the_command_says_what_to_do(tmp_path: Path) -> None:
    early = manage(tmp_path, "setup-link", **LIVE)
    assert early.returncode == 1
    assert "Start the studio first" in early.stderr
    sandbox = manage(tmp_path, "setup-link", KIE_API_KEY="")
    assert "needs no set-up" in sandbox.stderr
