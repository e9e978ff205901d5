"""manage.py studio: web, worker and, without a key, the sandbox, as one."""

import errno
import fcntl
import hashlib
import signal
import socket
import sys
import time
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from generations import background, first_start, orphans, recovery, volume
from generations.connection import sandbox_file
from generations.models import Runtime
from generations.supervisor import Process, Supervisor

MANAGE = str(Path(settings.BASE_DIR) / "manage.py")


class Command(BaseCommand):
    help = "Run the studio: web, worker and, without a key, the sandbox."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--host", default="0.0.0.0", help="the address to listen on")  # noqa: S104

    def handle(self, *args: Any, port: int, host: str, **options: Any) -> None:
        lock = alone()
        orphans.end()
        require_free(host, port)
        prepare()
        require_own_database()
        address = settings.PUBLIC_URL or f"http://localhost:{port}"
        people = first_start.fill_sandbox() if settings.SANDBOX else []
        supervisor = self._supervisor(host, port)
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, lambda *_: setattr(supervisor, "stopping", True))
        if why := recovery.remember():
            self.stderr.write(f"Sending is paused. {why}")
        if trouble := volume.begin():
            self.stderr.write(f"{trouble} If this is the right folder: manage.py media --take")
        background.keep_schedule()
        background.start()
        try:
            supervisor.start()
            if answers(port, supervisor):
                self._welcome(address, people)
            supervisor.watch()
        finally:
            supervisor.stop()
            lock.close()
        self.stdout.write("Stopped.")

    def _supervisor(self, host: str, port: int) -> Supervisor:
        home = Path(settings.BASE_DIR)
        options = ["--bind", f"{host}:{port}", "--chdir", str(home)]
        config = ["--config", str(home / "kiestudio" / "gunicorn.conf.py")]
        web = Process("web server", [sys.executable, "-m", "gunicorn", "kiestudio.wsgi", *options, *config])
        worker = Process("worker", [sys.executable, MANAGE, "qcluster"])
        processes = [web, worker]
        if settings.SANDBOX:
            sandbox = [sys.executable, MANAGE, "simulator", "--port", str(free_port(port + 1))]
            sandbox_file().unlink(missing_ok=True)
            processes.insert(0, Process("sandbox", sandbox, ready=sandbox_file().exists))
        return Supervisor(processes, worker)

    def _welcome(self, address: str, people: list[str]) -> None:
        write = self.stdout.write
        write(f"\n  KieStudio is running: {address}\n")
        if people:
            write(f"  Sign in as {', '.join(people)}. Password: {first_start.sandbox_password()}")
            write("  Sandbox: no key, nothing is spent. Start with KIE_API_KEY set to connect Kie.ai.")
        elif link := first_start.setup_link(address):
            write(f"  Make the first admin here (works once): {link}")
        else:
            write(
                "  Sign in with your account. A lost password: .venv/bin/python manage.py changepassword NAME"
            )
        write("  Ctrl-C stops everything.\n")
        self.stdout.flush()


def alone() -> IO[str]:
    """Hold the data folder for this studio. Raises CommandError when another one runs on it."""
    lock = (Path(settings.DATA_DIR) / "studio.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        lock.close()
        raise CommandError(f"DATA_DIR: another studio is running on {settings.DATA_DIR}.") from held
    return lock


def require_free(host: str, port: int) -> None:
    """Raises CommandError with the port's number when it cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            why = "is in use" if failure.errno == errno.EADDRINUSE else f"cannot be used: {failure.strerror}"
            raise CommandError(f"PORT: port {port} {why}. Choose another: make run PORT=8080") from failure
        except OverflowError as failure:
            raise CommandError(f"PORT: {port} is no port number.") from failure


def require_own_database() -> None:
    """Raises CommandError when the database holds the sandbox’s tasks and there is a key, or the reverse.

    What waits in the sandbox must never be sent to the real Kie.
    """
    ours, other = ("sandbox", "a real Kie account") if settings.SANDBOX else ("live", "the sandbox")
    if not Runtime.belongs_to(ours):
        raise CommandError(f"DATABASE_URL: this database belongs to {other}. Name another one.")


def free_port(wanted: int) -> int:
    """The wanted port, or another one that is free, on 127.0.0.1."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise CommandError("No free port for the sandbox.")


def prepare() -> None:
    """Bring the database up to date, and the static files when they have changed."""
    call_command("migrate", verbosity=0, interactive=False)
    stamp = Path(settings.STATIC_ROOT) / ".made-from"
    made_from = fingerprint(Path(settings.BASE_DIR) / "static")
    if not stamp.exists() or stamp.read_text() != made_from:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(made_from)


def fingerprint(folder: Path) -> str:
    """Changes whenever a file of the folder, or the versions we run on, change."""
    digest = hashlib.sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


def answers(port: int, supervisor: Supervisor) -> bool:
    """Wait until the web server answers. False: it was stopped before, or never answered."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends and not supervisor.stopping:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.1)
    return False
