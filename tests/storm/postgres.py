"""A throw-away PostgreSQL server, which may be killed in the middle."""

import getpass
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.processes.running import free_port

PLACES = "/usr/lib/postgresql"


def installed() -> Path | None:
    """The folder of the newest server's programs; None without one."""
    found = sorted(Path(PLACES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Server:
    """A fresh server on a free port of this machine. Never runs as root: then as the user postgres."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="kiestudio-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self.port = free_port()
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.restarts = 0
        self._run("initdb", "-D", self._data, "-A", "trust", "-E", "UTF8", "-U", self._user)
        self._start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    @property
    def url(self) -> str:
        return f"postgres://{self._user}@127.0.0.1:{self.port}/postgres"

    def restart(self) -> None:
        """Without a word to anybody, as after a crash: it recovers from its log."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        self._start()
        self.restarts += 1

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder}"
        log = str(self._folder / "server.log")
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "start")

    def _run(self, program: str, *arguments: str) -> None:
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        before = user if os.geteuid() == 0 else []
        subprocess.run(
            [*before, str(self._programs / program), *arguments],
            check=True,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
