"""Pages while hundreds are slow at once: stalled downloads, posts that never end, idle connections."""

import socket
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench.studio import Running

EACH = 200
TURNS, ROUNDS = 3, 8
"""So often it is calm and then busy, and so often each page is looked at then."""
PAGES = ("/accounts/login/", "/gallery/", "/studio/veo3_fast/", "/queue/")
RESPONSE = 64 * 1024
POST = (
    "POST /accounts/login/ HTTP/1.1\r\nHost: bench\r\nCookie: csrftoken={}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
).format("a" * 32)


def report(studio: Running, video: str) -> None:
    for page in PAGES:
        studio.get(page)
    calm: dict[str, list[float]] = {page: [] for page in PAGES}
    busy: dict[str, list[float]] = {page: [] for page in PAGES}
    memory, held = studio.memory(), []
    for _ in range(TURNS):
        _look(studio, calm)
        with slow_people(studio, video):
            _look(studio, busy)
            busy_memory = studio.memory()
            held.append(studio.connections())
    print(f"{EACH} stalled downloads, {EACH} posts that never end, {EACH} idle connections, at once")
    print(f"(after the pages {min(held)} of these {3 * EACH} connections still stood):")
    for page in PAGES:
        middle, busy_middle = statistics.median(calm[page]), statistics.median(busy[page])
        print(
            f"  {page:<22} median {middle:6.1f} → {busy_middle:6.1f} ms ({busy_middle - middle:+.1f})   "
            f"worst {max(calm[page]):6.1f} → {max(busy[page]):6.1f} ms"
        )
    print(f"  the web's processes: {memory} → {busy_memory}")


def _look(studio: Running, times: dict[str, list[float]]) -> None:
    """Look at all pages in turn; milliseconds."""
    for _ in range(ROUNDS):
        for page in PAGES:
            times[page].append(studio.get(page) * 1000)


@contextmanager
def slow_people(studio: Running, video: str) -> Iterator[None]:
    """Everybody is connected, and stays so: whoever is cut off comes again."""
    over = threading.Event()
    people = [
        _Slow(studio, f"GET {video} HTTP/1.1\r\nHost: bench\r\nCookie: {studio.cookie}\r\n\r\n", reads=1),
        _Slow(studio, POST, b"a"),
        _Slow(studio, "GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n", reads=RESPONSE),
    ]
    threads = [threading.Thread(target=one.stay, args=(over,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    try:
        for one in people:
            if not one.all_there.wait(60):
                raise TimeoutError("Not all slow people could connect.")
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


class _Slow:
    """Many connections that ask the same, read the first bytes of the answer, then say a byte a second."""

    def __init__(self, studio: Running, request: str, drip: bytes = b"", *, reads: int = 0) -> None:
        self.studio, self.request, self.drip, self.reads = studio, request.encode(), drip, reads
        self.connections: list[socket.socket] = []
        self.all_there = threading.Event()

    def stay(self, over: threading.Event) -> None:
        self.connections = [self._begin() for _ in range(EACH)]
        self.all_there.set()
        while not over.wait(1):
            for place, connection in enumerate(self.connections):
                if self._is_over(connection):
                    connection.close()
                    self.connections[place] = self._begin()
        for connection in self.connections:
            connection.close()

    def _is_over(self, connection: socket.socket) -> bool:
        """Say the next byte; whether nobody listens any more."""
        try:
            connection.sendall(self.drip)
            return not connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _begin(self) -> socket.socket:
        connection = self.studio.connect()
        connection.sendall(self.request)
        if self.reads:
            connection.recv(self.reads)
        connection.setblocking(False)
        return connection
