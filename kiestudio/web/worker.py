"""The worker that gunicorn runs: accepts connections and passes them to its site."""

import asyncio
import contextlib
import os
import resource
import signal
import socket
from dataclasses import replace

from gunicorn.workers.base import Worker

from kiestudio.web.limits import Limits
from kiestudio.web.request import Trusted
from kiestudio.web.site import Site

FILES_PER_CONNECTION = 3
"""Open files a connection may need: its socket, the file it is sent, the file it has sent."""
OTHER_FILES = 100
UNSENT = 512 * 1024
"""Bytes that the kernel buffers for a client besides those on the line. It accepts more when half of them are
gone, so a slow download progresses in time and a stalled one costs little."""

DATABASE_KEPT = 60
"""Seconds for which a thread keeps its database connection. Opening SQLite for each request, and reading its
schema, took as long as all queries of a page."""


class LoopWorker(Worker):  # type: ignore[misc]
    """Reads and writes in one loop and runs Django in threads: a slow client costs only a socket."""

    def init_signals(self) -> None:
        """Until the loop runs, every signal ends the process at once."""
        for signum in self.SIGNALS:
            signal.signal(signum, signal.SIG_DFL)
        for harmless in (signal.SIGWINCH, signal.SIGUSR1):
            signal.signal(harmless, signal.SIG_IGN)

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        from django.conf import settings
        from django.db import DEFAULT_DB_ALIAS, connections

        from kiestudio.web.senders import may_send

        connections.settings[DEFAULT_DB_ALIAS]["CONN_MAX_AGE"] = DATABASE_KEPT

        loop, told = asyncio.get_running_loop(), asyncio.Event()
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(signum, told.set)
        limits = Limits.of(settings, self.cfg.workers)
        files = allow_files(limits.connections * FILES_PER_CONNECTION + OTHER_FILES)
        most = (files - OTHER_FILES) // FILES_PER_CONNECTION
        limits = replace(limits, connections=min(limits.connections, most))
        site = Site(
            self.wsgi,
            limits,
            trusted=Trusted(tuple(self.cfg.forwarded_allow_ips)),
            threads=self.cfg.threads,
            may_send=may_send,
        )
        accepting = [loop.create_task(accept(listener.sock, site)) for listener in self.sockets]
        while not told.is_set() and self.ppid == os.getppid() and not any(one.done() for one in accepting):
            self.notify()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), 1)
        for one in accepting:
            one.cancel()
        await site.finish(self.cfg.graceful_timeout - 2)


async def accept(listener: socket.socket, site: Site) -> None:
    """Accept every client, for ever."""
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    while True:
        try:
            sock, peer = await loop.sock_accept(listener)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        with contextlib.suppress(
            OSError, AttributeError
        ):  # the client may have gone already, or the system lacks one
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        site.welcome(sock, (peer[0].removeprefix("::ffff:"), peer[1]))
        await asyncio.sleep(0)


def allow_files(wanted: int) -> int:
    """Raise this process's limit of open files as far as the system allows; returns the limit in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
