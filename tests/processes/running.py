"""A running studio: real processes on a real port, as `make run` starts them."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent.parent
SANDBOX = {"KIE_API_KEY": "", "SANDBOX_SPEED": "instant"}
MAKE_ADMIN = (
    "from django.contrib.auth.models import User; from generations import policy;"
    "policy.give_role(User.objects.create_user('ada'), policy.Role.ADMIN)"
)
MAKE_PEOPLE = """
from django.contrib.auth.models import User
from generations import policy
from generations.first_start import sandbox_password
for role in policy.Role:
    person = User.objects.create_user(role, first_name=role.capitalize(), password=sandbox_password())
    policy.give_role(person, role)
"""


def vendor_environment() -> dict[str, str]:
    """What a simulator of its own process needs of ours."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "KIE_"))}


def free_port() -> int:
    """One below those that the system gives to connections, so that none takes it before a server does."""
    while True:
        port = 12_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def manage(data: Path, *arguments: str | bytes, **more: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    environment = {**inherited, "DATA_DIR": str(data), "KIE_API_KEY": "", **more}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


@cache
def _tables() -> Path:
    """A database with all tables and no rows: making it takes longer than most of what is done with it."""
    made = Path(tempfile.mkdtemp(prefix="kiestudio-tables-"))
    done = manage(made, "migrate")
    assert done.returncode == 0, done.stderr
    return made / "sandbox" / "kiestudio.sqlite3"


def with_tables(folder: Path) -> Path:
    """The folder with a database as a migration leaves it: DATA_DIR, or its `sandbox` without a key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(_tables(), folder / "kiestudio.sqlite3")
    return folder


def with_people(data: Path) -> Path:
    """The folder with the people of a sandbox and without its samples: painting those takes long."""
    with_tables(data / "sandbox")
    done = manage(data, "shell", "-c", MAKE_PEOPLE)
    assert done.returncode == 0, done.stderr
    return data


class Studio:
    """A running studio, its output and its processes."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self.port = data, free_port()
        self.log = data / "studio.log"
        clean = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "studio", "--port", str(self.port), "--host", "127.0.0.1"],
                cwd=ROOT,
                env={**clean, "DATA_DIR": str(data), **SANDBOX, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, {}

    def until(self, holds: Callable[[], Any], seconds: float = 300) -> Any:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if found := holds():
                return found
            time.sleep(0.1)
        raise AssertionError(f"Not within {seconds} s. The studio said:\n{self.log.read_text()}")

    def ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def worker(self) -> psutil.Process:
        """The leader of the worker's processes; django-q2 changes its title."""
        children = psutil.Process(self.process.pid).children()
        return next(p for p in children if "qcluster" in " ".join(p.cmdline()))

    def stop(self) -> None:
        """End it as a person does; it has half a minute, whoever waits for its answers."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
