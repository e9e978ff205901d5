"""manage.py studio: web, worker and, without a key, the sandbox, run together."""

import errno
import fcntl
import hashlib
import signal
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from generations import first_start, wake, welcome
from generations.connection import sandbox_file
from generations.files import volume
from generations.models import Runtime
from generations.safekeeping import private_files, recovery
from generations.wording.pauses import mismatch
from generations.worker import background, orphans
from generations.worker.supervisor import Process, Supervisor

MANAGE = str(Path(settings.BASE_DIR) / "manage.py")


class Command(BaseCommand):
    help = "Run the studio: web, worker and, without a key, the sandbox."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--host", default=settings.LISTEN, help="the address to listen on")

    def handle(self, *args: Any, port: int, host: str, **options: Any) -> None:
        lock, host = alone(), host.strip("[]")
        private_files.narrow(*private_files.ours())
        orphans.end()
        require_free(host, port)
        people = self._prepare()
        greeting = welcome.Welcome(host=host, port=port, people=people, out=self.stdout)
        supervisor = self._supervisor(host, port, greeting)
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, lambda *_: setattr(supervisor, "stopping", True))
        try:
            supervisor.start()
            supervisor.watch()
        finally:
            supervisor.stop()
            lock.close()
        self.stdout.write("Stopped.")

    def _prepare(self) -> list[str]:
        """Prepare what the processes need. Returns the people of the sandbox. Raises CommandError."""
        try:
            prepare()
            require_own_database()
            people = first_start.fill_sandbox() if settings.SANDBOX else []
            if why := recovery.remember():
                self.stderr.write(f"Sending is paused. {mismatch(why, {})}")
            if trouble := volume.begin():
                self.stderr.write(f"{trouble} If this is the right folder: manage.py media --take")
            background.keep_schedule()
            wake.start()
        except DatabaseError as failure:
            raise CommandError(unusable(failure)) from failure
        return people

    def _supervisor(self, host: str, port: int, greeting: welcome.Welcome) -> Supervisor:
        home = Path(settings.BASE_DIR)
        options = ["--bind", f"{welcome.in_url(host)}:{port}", "--chdir", str(home)]
        config = ["--config", str(home / "kiestudio" / "gunicorn.conf.py")]
        web = Process("web server", [sys.executable, "-m", "gunicorn", "kiestudio.wsgi", *options, *config])
        worker = Process("worker", [sys.executable, MANAGE, "qcluster"])
        processes = [web, worker]
        if settings.SANDBOX:
            sandbox = [sys.executable, MANAGE, "simulator", "--port", str(free_port(port + 1))]
            sandbox_file().unlink(missing_ok=True)
            processes.insert(0, Process("sandbox", sandbox, ready=sandbox_file().exists))
        return Supervisor(processes, worker, greeting.look)


def alone() -> IO[str]:
    """Lock the data folder for this studio. Raises CommandError when another studio runs on it."""
    lock = (Path(settings.DATA_DIR) / "studio.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        lock.close()
        raise CommandError(f"DATA_DIR: another studio is running on {settings.DATA_DIR}.") from held
    return lock


def require_free(host: str, port: int) -> None:
    """Raises CommandError, naming the setting, when that address cannot be listened on."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as failure:
        raise CommandError(f"LISTEN: “{host}” is no address of this machine.") from failure
    except OverflowError as failure:
        raise CommandError(f"PORT: {port} is no port number.") from failure
    family, kind, protocol, _, at = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(at)
        except OverflowError as failure:
            raise CommandError(f"PORT: {port} is no port number.") from failure
        except OSError as failure:
            if failure.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise CommandError(f"LISTEN: “{host}” is no address of this machine.") from failure
            why = "is in use" if failure.errno == errno.EADDRINUSE else f"cannot be used: {failure.strerror}"
            raise CommandError(f"PORT: port {port} {why}. Choose another: make run PORT=8080") from failure


def require_own_database() -> None:
    """Raises CommandError when a database with sandbox tasks meets a key, or the reverse.

    Tasks waiting in the sandbox must never be sent to the real Kie.
    """
    ours, other = ("sandbox", "a real Kie account") if settings.SANDBOX else ("live", "the sandbox")
    if not Runtime.belongs_to(ours):
        raise CommandError(f"DATABASE_URL: this database belongs to {other}. Name another one.")


def free_port(wanted: int) -> int:
    """The wanted port, or another free one, on 127.0.0.1."""
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
    """Migrate the database, and collect the static files when they have changed."""
    call_command("migrate", verbosity=0, interactive=False)
    notes = Path(settings.STATIC_NOTES)
    notes.mkdir(exist_ok=True)
    stamp = notes / "made-from"
    made_from = fingerprint(Path(settings.BASE_DIR) / "static")
    if not stamp.exists() or stamp.read_text() != made_from:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(made_from)


def unusable(failure: DatabaseError) -> str:
    """A message that the database cannot be used, which one it is, and what to do."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return (
            f"DATABASE: {facts['NAME']} cannot be used: {failure}. If it is damaged, put a backup back: "
            "manage.py restore FOLDER"
        )
    return f"DATABASE_URL: “{facts['NAME']}” at {facts['HOST'] or 'this machine'} cannot be used: {failure}"


def fingerprint(folder: Path) -> str:
    """A hash that changes whenever a file of the folder, or a version we run on, changes."""
    digest = hashlib.sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()
