"""Pieces of 8 MiB of a video, from our own server and from nginx on the same file, in turns."""

import getpass
import http.client
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.studio import HOST, Running, free_port, until_it_listens

PIECE = 8 * 1024 * 1024
ROUNDS = 7
PIECES = 24
CLIENTS = 2
NGINX = """
daemon off; user {user}; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; sendfile on; tcp_nopush on; default_type video/mp4;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


def report(studio: Running, video: str, file: Path) -> None:
    rate(studio.port, video, studio.cookie)
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        ours = statistics.median(rate(studio.port, video, studio.cookie) for _ in range(ROUNDS))
        print(
            f"pieces of 8 MiB: {ours:.0f} MiB/s. nginx is not installed, so there is nothing to compare with."
        )
        return
    with nginx(program, file) as port:
        rounds = [
            (rate(studio.port, video, studio.cookie), rate(port, f"/{file.name}", "")) for _ in range(ROUNDS)
        ]
    ours, theirs = (statistics.median(one) for one in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"pieces of 8 MiB: {ours:.0f} MiB/s, nginx {theirs:.0f} MiB/s, {ratio:.2f} of it")


def rate(port: int, path: str, cookie: str) -> float:
    """MiB in a second that some clients get together."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda n: _fetch(port, path, cookie, n), range(CLIENTS)))
    return CLIENTS * PIECES * PIECE / 1024**2 / (time.perf_counter() - began)


def _fetch(port: int, path: str, cookie: str, start: int) -> None:
    client = http.client.HTTPConnection(HOST, port, timeout=60)
    room = memoryview(bytearray(PIECE))
    for n in range(PIECES):
        first = (start + n) % 5 * PIECE
        asked = {"Range": f"bytes={first}-{first + PIECE - 1}", "Cookie": cookie}
        client.request("GET", path, headers=asked)
        answer = client.getresponse()
        there = 0
        while got := answer.readinto(room[there:]):
            there += got
        if (answer.status, there) != (206, PIECE):
            raise RuntimeError(f"{path}: {answer.status}, {there} bytes")
    client.close()


@contextmanager
def nginx(program: str, file: Path) -> Iterator[int]:
    """One with two workers that sends the folder of the file; its port."""
    with tempfile.TemporaryDirectory(prefix="kiestudio-nginx-") as folder:
        port = free_port()
        configuration = Path(folder) / "nginx.conf"
        shutil.copy(file, Path(folder) / file.name)
        configuration.write_text(NGINX.format(folder=folder, port=port, root=folder, user=getpass.getuser()))
        process = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.DEVNULL)
        try:
            until_it_listens(port)
            yield port
        finally:
            process.terminate()
            process.wait(10)
