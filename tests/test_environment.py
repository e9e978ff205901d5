"""Settings out of the environment: what is taken, and what stops the start with its name."""

import os
import subprocess
import sys
import threading
from multiprocessing import get_context
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kiestudio.environment import Environment, kept_secret
from tests.kie_server import CERTIFICATE

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://studio.example.com", "https://studio.example.com"),
        ("https://studio.example.com/", "https://studio.example.com"),
        ("https://Studio.Example.COM:443/", "https://studio.example.com"),
        ("http://studio.lan:8080", "http://studio.lan:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", ""),
    ],
)
def test_the_public_address_is_written_as_browsers_write_it(given: str, taken: str) -> None:
    assert Environment({"PUBLIC_URL": given}).origin("PUBLIC_URL") == taken


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("https://host.example/kie", "ends with the path “/kie”"),
        ("https://host.example/a/b/", "host name of its own"),
        ("https://host.example?x=1", "plain address"),
        ("https://me@host.example", "plain address"),
        ("https://host.example/#top", "plain address"),
        ("host.example", "not an http or https address"),
        ("ftp://host.example", "not an http or https address"),
        ("https://host.example:99999", "not an http or https address"),
    ],
)
def test_a_public_address_that_cannot_work_is_refused_with_words(given: str, why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PUBLIC_URL: ") as refused:
        Environment({"PUBLIC_URL": given}).origin("PUBLIC_URL")
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.kie.ai",
        "http://127.0.0.1:9000",
        "http://[::1]:9",
        "http://localhost:9",
        "http://127.9.9.9",
    ],
)
def test_the_key_goes_to_https_or_stays_on_this_machine(url: str) -> None:
    assert Environment({"KIE_API_URL": url}).key_server("KIE_API_URL", "") == url


@pytest.mark.parametrize(
    "url",
    ["http://api.kie.ai", "http://10.0.0.5:9000", "http://localhost.evil.example", "http://[2001:db8::1]"],
)
def test_the_key_never_travels_in_clear(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"KIE_API_URL.*in clear"):
        Environment({"KIE_API_URL": url}).key_server("KIE_API_URL", "")


def complaint(**variables: str) -> str:
    """What a start with these variables ends with; empty when the settings are fine."""
    kept = {name: os.environ[name] for name in ("PATH", "DATA_DIR") if name in os.environ}
    run = subprocess.run(
        [sys.executable, "-c", "import kiestudio.settings as s; print(s.ALLOWED_HOSTS)"],
        cwd=ROOT,
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stderr.strip().splitlines()[-1] if run.returncode else run.stdout.strip()


def test_public_address_and_hosts_fit_together() -> None:
    public = {"PUBLIC_URL": "https://Studio.example"}
    assert complaint(**public) == "['studio.example']"
    assert complaint(**public, ALLOWED_HOSTS="10.0.0.1") == "['10.0.0.1', 'studio.example']"
    assert "ALLOWED_HOSTS: name the hosts" in complaint(**public, ALLOWED_HOSTS="*")
    assert "DEBUG: " in complaint(**public, DEBUG="1")
    assert complaint(PUBLIC_URL="http://[::1]:8000") == "['[::1]']"
    assert complaint() == "['*']"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"HTTPS_PROXY": "http://me:secret@proxy:3128/"}, "http://me:secret@proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:2"}, "http://a:1"),
        ({"HTTP_PROXY": "http://a:1", "ALL_PROXY": "http://a:1"}, ""),
    ],
)
def test_the_companys_proxy_is_taken_as_other_programs_write_it(given: dict[str, str], taken: str) -> None:
    assert Environment(given).proxy("HTTPS_PROXY") == taken


def test_a_proxy_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        Environment({"HTTPS_PROXY": "socks5://me:secret@proxy:1080"}).proxy("HTTPS_PROXY")
    assert str(refused.value).startswith("HTTPS_PROXY: ")
    assert "secret" not in str(refused.value)


def test_certificates_are_looked_at_when_the_studio_starts(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    good.write_text(CERTIFICATE.partition("-----BEGIN PRIVATE KEY")[0])
    bad.write_text("nothing of the kind")
    assert Environment({"SSL_CERT_FILE": str(good)}).certificates("SSL_CERT_FILE") == str(good)
    for path in (bad, tmp_path / "missing.pem"):
        with pytest.raises(ImproperlyConfigured, match=r"^SSL_CERT_FILE: cannot use "):
            Environment({"SSL_CERT_FILE": str(path)}).certificates("SSL_CERT_FILE")


def _ask(path: Path, go: threading.Event, told: object) -> None:
    go.wait()
    told.put(kept_secret(path))  # type: ignore[attr-defined]


def test_however_many_ask_first_they_get_the_same_secret(tmp_path: Path) -> None:
    processes = get_context("fork")
    go, told = processes.Event(), processes.Queue()
    asking = [processes.Process(target=_ask, args=(tmp_path / "secret", go, told)) for _ in range(8)]
    for one in asking:
        one.start()
    go.set()
    answers = {told.get(timeout=30) for _ in asking}
    for one in asking:
        one.join()
    assert len(answers) == 1
    assert len(answers.pop()) > 40
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_file_that_a_crash_left_empty_is_filled(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    made = kept_secret(tmp_path / "secret")
    assert len(made) > 40
    assert kept_secret(tmp_path / "secret") == made
