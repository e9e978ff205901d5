"""What a start prints: where the studio can be reached, and how the first person gets in."""

import contextlib
import http.client
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import psutil
from django.conf import settings
from django.core.management.base import OutputWrapper
from django.http.request import validate_host
from django.urls import reverse

from generations import first_start

EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Addresses that mean all interfaces of this machine, and the one at which it reaches itself."""
PATIENCE = 30.0
"""Seconds until a start without an answer is mentioned."""
ASK_WITHIN = 2.0
NETWORKS_SHOWN = 3


def in_url(host: str) -> str:
    """A host as written in addresses: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def address(host: str, port: int) -> str:
    """Where a person on this machine opens the studio listening there."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    here = "localhost" if host in EVERYWHERE else in_url(host)
    named = [name.removeprefix(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    known = here if validate_host(here, settings.ALLOWED_HOSTS) or not named else in_url(named[0])
    return f"http://{known}:{port}"


def addresses_for_others(host: str, port: int) -> list[str]:
    """Where other machines of the network open it; empty when it listens on a single address only."""
    if host not in EVERYWHERE or settings.PUBLIC_URL:
        return []
    found = [
        at.address for card in psutil.net_if_addrs().values() for at in card if at.family == socket.AF_INET
    ]
    others = [ip for ip in found if not ip.startswith("127.") and validate_host(ip, settings.ALLOWED_HOSTS)]
    return [f"http://{ip}:{port}" for ip in others[:NETWORKS_SHOWN]]


def answers(host: str, port: int) -> bool:
    """Whether the web server listening there answers now. Asked directly, ignoring any proxy settings."""
    line = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=ASK_WITHIN)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def setup_link(base: str) -> str:
    """The one-time address at which the first admin is created; empty when there is already one."""
    token = first_start.setup_token()
    return f"{base}{reverse('setup', args=[token])}" if token else ""


def note(base: str) -> None:
    """Record where the studio of this data folder is opened, for later commands. Skipped on a full disk."""
    with contextlib.suppress(OSError):
        _noted().write_text(base, "utf-8")


def noted() -> str:
    """Where the studio of this data folder was last opened; else what the settings say."""
    try:
        found = _noted().read_text("utf-8").strip()
    except OSError:
        found = ""
    return settings.PUBLIC_URL or found or address(settings.LISTEN, settings.PORT)


def _noted() -> Path:
    return Path(settings.DATA_DIR) / "opened-at"


@dataclass
class Welcome:
    """Checks whether the web server answers, then prints how to get in; after half a minute in any case."""

    host: str
    port: int
    people: list[str]
    out: TextIO | OutputWrapper
    began: float = field(default_factory=time.monotonic)
    answered: bool = False
    told: bool = False

    def look(self) -> None:
        """Call this every now and then; it returns within two seconds. Raises DatabaseError: call again."""
        if self.told and self.answered:
            return
        self.answered = self.answered or answers(self.host, self.port)
        if self.told and self.answered:
            self._say("\n  The web server answers now.\n")
        elif not self.told and (self.answered or time.monotonic() - self.began > PATIENCE):
            self._tell()

    def _tell(self) -> None:
        base = address(self.host, self.port)
        way_in = self._way_in(base)
        note(base)
        self.told = True
        if self.answered:
            self._say(f"\n  KieStudio is running: {base}")
        else:
            self._say(f"\n  KieStudio is starting, but does not answer yet. It will be here: {base}")
        if others := addresses_for_others(self.host, self.port):
            self._say(f"  Others on your network open {', '.join(others)}")
        elif settings.PUBLIC_URL:
            self._say(f"  It listens on {in_url(self.host)}:{self.port}")
        self._say("")
        for line in way_in:
            self._say(f"  {line}")
        self._say("  Ctrl-C stops everything.\n")

    def _way_in(self, base: str) -> list[str]:
        if self.people:
            return [
                f"Sign in as {', '.join(self.people)}. Password: {first_start.sandbox_password()}",
                "Sandbox: no key, nothing is spent. Start with KIE_API_KEY set to connect Kie.ai.",
            ]
        if link := setup_link(base):
            return [
                f"Make the first admin here (works once): {link}",
                "To see it again: .venv/bin/python manage.py setup-link",
            ]
        return ["Sign in with your account. A lost password: .venv/bin/python manage.py changepassword NAME"]

    def _say(self, line: str) -> None:
        self.out.write(f"{line}\n")
        self.out.flush()
