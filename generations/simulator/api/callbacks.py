"""Announces ended tasks to addresses on this machine: the sandbox never contacts the outside."""

import http.client
import logging
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from generations.simulator.api.letters import Letter, Writer
from generations.simulator.api.store import Store, Task
from generations.simulator.faults.mischief import Mischief
from generations.simulator.faults.program import Rule
from generations.simulator.faults.sabotage import traits_of

logger = logging.getLogger(__name__)

TIME_LIMIT = 15.0
GAPS_MS = (1000, 3000, 9000)
"""Waits before the second, third and fourth try; then the service gives up."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HANDS = 4
HELD_BACK = frozenset({"delay", "reorder"})


class Herald:
    """Delivers callbacks in a few threads of its own; `close` ends them at once."""

    def __init__(self, store: Store, writer: Writer, mischief: Mischief) -> None:
        self._store, self._writer, self._mischief = store, writer, mischief
        self._guard = threading.Lock()
        self._busy: dict[str, threading.Thread] = {}
        self._lines: set[http.client.HTTPConnection] = set()
        self._held: dict[str, str] = {}
        """Tasks whose callback was delayed, and by which fault."""
        self._closed = False

    def announce(self, now_ms: int) -> None:
        """Start the deliveries that are due; during an outage, none."""
        if self._mischief.spell() is not None:
            return
        with self._guard:
            busy = set(self._busy)
        for task in self._store.calls_due(now_ms):
            with self._guard:
                if self._closed or task.id in busy or len(self._busy) >= HANDS:
                    continue
                thread = threading.Thread(target=self._deliver, args=(task,), name="callback", daemon=True)
                self._busy[task.id] = thread
                thread.start()

    def close(self) -> None:
        """Abort deliveries under way and wait for the threads."""
        with self._guard:
            self._closed = True
            threads = list(self._busy.values())
            for line in self._lines:
                if line.sock is not None:
                    with suppress(OSError):
                        line.sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(TIME_LIMIT)

    def _deliver(self, task: Task) -> None:
        try:
            if not _is_loopback(task.callback_url):
                self._store.called(task.id, None)
                return
            rule = self._fault(task)
            if rule is not None and rule.fault in HELD_BACK:
                self._hold_back(task, rule)
                return
            taken = [self._post(task.callback_url, letter) for letter in self._writer.letters(task, rule)]
            gap = None if all(taken) or task.calls >= len(GAPS_MS) else GAPS_MS[task.calls]
            self._store.called(task.id, None if gap is None else _now_ms() + gap)
            self._let_go(task, taken)
        finally:
            with self._guard:
                del self._busy[task.id]

    def _fault(self, task: Task) -> Rule | None:
        with self._guard:
            if task.id in self._held:
                return None
        return self._mischief.strike("callback", lambda: traits_of(task))

    def _hold_back(self, task: Task, rule: Rule) -> None:
        self._store.postpone(task.id, _now_ms() + int(rule.amount("seconds") * 1000))
        with self._guard:
            self._held[task.id] = rule.fault

    def _let_go(self, task: Task, taken: list[bool]) -> None:
        """Once a callback was accepted, send the ones it was meant to overtake."""
        with self._guard:
            self._held.pop(task.id, None)
            waiting = self._held if any(taken) else {}
            overtaken = [held for held, fault in waiting.items() if fault == "reorder"]
        for held in overtaken:
            self._store.postpone(held, _now_ms())

    def _post(self, url: str, letter: Letter) -> bool:
        """Whether the receiver accepted it: HTTP 200 within the time limit."""
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIME_LIMIT)
        with self._guard:
            self._lines.add(line)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            line.request("POST", path, letter.body, dict(letter.headers))
            status = line.getresponse().status
        except (OSError, http.client.HTTPException) as fault:
            logger.debug("callback to %s failed: %s", parts.netloc, fault)
            return False
        finally:
            with self._guard:
                self._lines.discard(line)
            line.close()
        return status == http.client.OK


def _now_ms() -> int:
    return int(time.time() * 1000)


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "http" and parts.hostname in LOOPBACK and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
