"""A studio of real processes, as `make run` starts it, and one person who is signed in to it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

HOST = "127.0.0.1"
PUBLIC = {"/accounts/login/", "/healthz"}


@dataclass
class Running:
    """Where it listens, what its person sends along, and the process that keeps it running."""

    port: int
    cookie: str
    process: subprocess.Popen[bytes]

    def connect(self, timeout: float = 30) -> socket.socket:
        return socket.create_connection((HOST, self.port), timeout=timeout)

    def get(self, path: str) -> float:
        """Seconds until the whole page is there, on a connection of its own."""
        began = time.perf_counter()
        client = http.client.HTTPConnection(HOST, self.port, timeout=60)
        client.request("GET", path, headers={} if path in PUBLIC else {"Cookie": self.cookie})
        answer = client.getresponse()
        answer.read()
        client.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return time.perf_counter() - began

    def web(self) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children()
        leader = next(p for p in children if "gunicorn" in " ".join(p.cmdline()))
        return [leader, *leader.children(recursive=True)]

    def connections(self) -> int:
        """With clients, at this moment."""
        found = [one for process in self.web() for one in process.net_connections("tcp")]
        return sum(one.status == psutil.CONN_ESTABLISHED for one in found)

    def memory(self) -> str:
        """Of all processes of the web server; PSS counts shared pages once."""
        facts = [process.memory_full_info() for process in self.web()]
        rss, pss = (sum(getattr(one, kind, 0) for one in facts) / 1024**2 for kind in ("rss", "pss"))
        return f"RSS {rss:.0f} MB" + (f", PSS {pss:.0f} MB" if pss else "")


@contextmanager
def running(cookie: str) -> Iterator[Running]:
    """On the data folder of this process, until the block ends."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k not in {"DEBUG", "DJANGO_SETTINGS_MODULE"}}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "studio", "--port", str(port), "--host", HOST],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    studio = Running(port, cookie, process)
    try:
        until_it_listens(port)
        yield studio
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def until_it_listens(port: int) -> None:
    ends = time.monotonic() + 180
    while time.monotonic() < ends:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"Nothing listens on port {port}.")
