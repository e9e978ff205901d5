"""Downloads a result file completely to the disk. A broken download resumes where it stopped."""

import hashlib
import os
import time
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from generations.connection import MediaRule
from generations.files.kinds import START, kind_of
from generations.files.store import NotSaved, require_room
from generations.kie import netguard
from generations.kie.errors import Silence
from generations.models import Obstacle

MAX_BYTES = 2 * 1024**3
DEADLINE = 480.0
"""Seconds for one file."""
CHUNK = 256 * 1024
RESUMES = 3
PASSING = frozenset({408, 416, 425, 429})
"""Refusals that say nothing about whether the link works."""


class Gone(NotSaved):
    """The link no longer works: a new one is needed."""


class Elsewhere(NotSaved):
    """The link points to a host or an address that results must not come from."""


class Broken(NotSaved):
    """The connection ended before the file did."""


def _require_media(answer: requests.Response, start: bytes) -> None:
    """If the header says that it is no media, the first bytes decide: hosts get their headers wrong."""
    kind = answer.headers.get("Content-Type", "").lower().split(";")[0]
    if kind.startswith(("text/", "application/json")) and not kind_of(start[:START]):
        raise Gone(Obstacle.LINK, type=kind)


def _silence(failure: Exception) -> Silence:
    """How the connection failed, as far as it is known."""
    if isinstance(failure, requests.ConnectTimeout | requests.ReadTimeout | ReadTimeoutError):
        return Silence.TIMED_OUT
    if isinstance(failure, requests.exceptions.SSLError):
        return Silence.TLS
    if isinstance(failure, requests.ConnectionError):
        return Silence.NO_ROUTE
    return Silence.CUT


class Download:
    """One file being downloaded to the disk."""

    def __init__(self, url: str, rule: MediaRule, target: Path) -> None:
        self.url, self.rule, self.target = url, rule, target
        self.ends = time.monotonic() + DEADLINE
        self.begin()

    def begin(self) -> None:
        """Start over: nothing has arrived yet."""
        self.size = 0
        self.digest = hashlib.sha256()
        self.etag = ""
        self.start = b""
        """The first bytes of the file, a few more than its kind needs."""
        self.packed = False
        """Whether the host compresses the file although it was asked not to."""
        self.target.write_bytes(b"")

    def fetch(self) -> tuple[int, str]:
        """Size in bytes and SHA-256 of the whole file. Raises NotSaved, or OSError when the disk fails."""
        for left in reversed(range(RESUMES + 1)):
            before = self.size
            try:
                self._part()
                break
            except Broken:
                if not left or not self.etag or self.size == before:
                    raise
        if not self.size:
            raise NotSaved(Obstacle.EMPTY)
        return self.size, self.digest.hexdigest()

    def _part(self) -> None:
        """Request the missing bytes and write them as they arrive."""
        headers = {"Accept-Encoding": "identity"}
        if self.size:
            headers |= {"Range": f"bytes={self.size}-", "If-Range": self.etag}
        try:
            left = max(1.0, self.ends - time.monotonic())
            with netguard.fetch(
                self.url,
                hosts=self.rule.hosts,
                private=self.rule.private,
                way=self.rule.way,
                headers=headers,
                seconds=left,
            ) as answer:
                self._judge(answer)
                self._write(answer)
        except netguard.Blocked as blocked:
            if blocked.why is netguard.Block.HOST:
                raise Elsewhere(Obstacle.HOST, host=blocked.host) from blocked
            raise Elsewhere(Obstacle.ADDRESS, **blocked.facts) from blocked
        except (requests.RequestException, HTTPError) as failure:
            if time.monotonic() > self.ends:
                raise NotSaved(Obstacle.TOO_SLOW, limit=DEADLINE) from failure
            raise Broken(Obstacle.LINE, silence=str(_silence(failure))) from failure

    def _judge(self, answer: requests.Response) -> None:
        if 400 <= answer.status_code < 500 and answer.status_code not in PASSING:
            raise Gone(Obstacle.LINK, status=answer.status_code)
        goes_on = answer.headers.get("Content-Range", "").startswith(f"bytes {self.size}-")
        if answer.status_code == 200 or (answer.status_code == 206 and not goes_on):
            self.begin()
        if answer.status_code not in (200, 206) or (answer.status_code == 206 and not goes_on):
            raise NotSaved(Obstacle.STATUS, status=answer.status_code)
        etag = answer.headers.get("ETag", "")
        self.packed = answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity")
        self.etag = "" if etag.startswith("W/") or self.packed else etag

    def _write(self, answer: requests.Response) -> None:
        said = answer.headers.get("Content-Length", "")
        began = self.size
        with self.target.open("ab") as file:
            while chunk := answer.raw.read1(CHUNK, decode_content=self.packed):
                if len(self.start) < START:
                    self.start += chunk
                    if len(self.start) >= START:
                        _require_media(answer, self.start)
                require_room(self.target)
                self.size += len(chunk)
                if self.size > MAX_BYTES:
                    raise NotSaved(Obstacle.TOO_LARGE, limit=MAX_BYTES)
                if time.monotonic() > self.ends:
                    raise NotSaved(Obstacle.TOO_SLOW, limit=DEADLINE)
                self.digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _require_media(answer, self.start)
        came = self.size - began
        if said.isdigit() and int(said) != came and not self.packed:
            raise Broken(Obstacle.CUT, size=came, of=int(said))
        total = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if total.isdigit() and int(total) != self.size:
            raise Broken(Obstacle.CUT, size=self.size, of=int(total))
