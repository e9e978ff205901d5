"""Announces ended tasks to addresses on this machine: the sandbox never speaks to the outside."""

import base64
import hashlib
import hmac
import http.client
import json
import logging
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from generations.simulator import records
from generations.simulator.store import Store, Task

logger = logging.getLogger(__name__)

TIME_LIMIT = 15.0
GAPS_MS = (1000, 3000, 9000)
"""Waits before the second, third and fourth try; then the service gives up."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HANDS = 4


def signature(key: str, task_id: str, timestamp: int) -> str:
    """docs.kie.ai: common-api/webhook-verification. The body is not part of it."""
    signed = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


class Herald:
    """Delivers callbacks in a few threads of its own; `close` ends them at once."""

    def __init__(self, store: Store, site: str, key: str) -> None:
        self._store, self._site, self._key = store, site, key
        self._guard = threading.Lock()
        self._busy: dict[str, threading.Thread] = {}
        self._lines: set[http.client.HTTPConnection] = set()
        self._closed = False

    def announce(self, now_ms: int) -> None:
        """Start the deliveries that are due."""
        for task in self._store.calls_due(now_ms):
            with self._guard:
                if self._closed or task.id in self._busy or len(self._busy) >= HANDS:
                    continue
                thread = threading.Thread(target=self._deliver, args=(task,), name="callback", daemon=True)
                self._busy[task.id] = thread
                thread.start()

    def close(self) -> None:
        """Cut what is under way and wait for the threads."""
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
            done = not _is_loopback(task.callback_url) or self._post(task)
            gap = None if done or task.calls >= len(GAPS_MS) else GAPS_MS[task.calls]
            self._store.called(task.id, None if gap is None else int(time.time() * 1000) + gap)
        finally:
            with self._guard:
                del self._busy[task.id]

    def _post(self, task: Task) -> bool:
        """Whether the other side took it: HTTP 200 within the time limit."""
        parts = urlsplit(task.callback_url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIME_LIMIT)
        with self._guard:
            self._lines.add(line)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            body = json.dumps(records.callback(task, self._site), ensure_ascii=False).encode()
            line.request("POST", path, body, self._headers(task.id))
            status = line.getresponse().status
        except (OSError, http.client.HTTPException) as fault:
            logger.debug("callback of %s failed: %s", task.id, fault)
            return False
        finally:
            with self._guard:
                self._lines.discard(line)
            line.close()
        return status == http.client.OK

    def _headers(self, task_id: str) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "KieSandbox/1"}
        if self._key:
            now = int(time.time())
            headers["X-Webhook-Timestamp"] = str(now)
            headers["X-Webhook-Signature"] = signature(self._key, task_id, now)
        return headers


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "http" and parts.hostname in LOOPBACK and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
