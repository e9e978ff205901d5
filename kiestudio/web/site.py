"""What the connections of one process share."""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from kiestudio.web.answer import Application, ask
from kiestudio.web.connection import Connection
from kiestudio.web.limits import Limits
from kiestudio.web.places import Places, neighbourhood
from kiestudio.web.request import Trusted

DISK_THREADS = 4
LET_GO = 1.0
"""Seconds that threads get at shutdown to finish the files they are sending."""


class Site:
    """Django, the threads that run it, and all connected clients.

    `may_send` says of a request without its body whether the body may be large.
    """

    def __init__(
        self,
        application: Application,
        limits: Limits,
        *,
        trusted: Trusted,
        threads: int,
        may_send: Callable[[dict[str, Any]], bool],
    ) -> None:
        self.limits, self.trusted, self.may_send = limits, trusted, may_send
        self.ask = partial(ask, application)
        self.threads = ThreadPoolExecutor(threads, "request")
        self.disk = ThreadPoolExecutor(DISK_THREADS, "file")
        self.places = Places(limits)
        self.open = True
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(max(1, threads // 2))
        )
        self._shared = asyncio.Semaphore(threads)

    def turn(self, connection: Connection) -> asyncio.Semaphore:
        """A neighbourhood may use at most half of the threads; a proxy, shared by many users, may use all."""
        return self._shared if connection.trusted else self._turns[neighbourhood(connection.address)]

    def welcome(self, sock: socket.socket, peer: tuple[str, int]) -> None:
        """Serve a client that has just connected."""
        sock.setblocking(False)
        connection = Connection(sock, peer, self)
        if not self.places.enter(connection):
            sock.close()
            return
        connection.task = asyncio.get_running_loop().create_task(connection.serve())
        connection.task.add_done_callback(lambda _: self._left(connection))

    async def finish(self, seconds: float) -> None:
        """Accept no new clients, let the work under way finish, then close."""
        self.open = False
        for one in self._connected():
            if one.idle:
                one.end()
        ends = asyncio.get_running_loop().time() + seconds
        while self._connected() and asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(0.05)
        for one in self._connected():
            one.end()
        if tasks := [one.task for one in self._connected() if one.task]:
            await asyncio.wait(tasks, timeout=LET_GO)
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.disk.shutdown(wait=False, cancel_futures=True)

    def _connected(self) -> list[Connection]:
        return [one for one in self.places.everybody() if isinstance(one, Connection)]

    def _left(self, connection: Connection) -> None:
        self.places.leave(connection)
        if neighbourhood(connection.address) not in self.places.taken:
            self._turns.pop(neighbourhood(connection.address), None)
