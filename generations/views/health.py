"""Whether this process is alive, and whether the whole studio works. For monitors, under any host name."""

import errno
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from generations import wake
from generations.files import store, volume
from generations.files.store import RESERVE
from generations.money import ledger

METHODS = ("GET", "HEAD", "OPTIONS")
Answer = Callable[[HttpRequest], HttpResponse]


class Probes:
    """Middleware before all others: a monitor has no session, and may use any name or address."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info.rstrip("/"))
        return probe(request) if probe else self.get_response(request)


def _answer(request: HttpRequest, facts: Callable[[], Mapping[str, object]]) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    found = facts()
    answer = JsonResponse(found, status=200 if found["ok"] else 503)
    answer["Content-Length"] = str(len(answer.content))
    if request.method == "HEAD":
        answer.content = b""
    return answer


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the web process answers. Touches neither database nor disk."""
    return _answer(request, lambda: {"ok": True})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database, the disk and the worker work, else 503; ages in seconds."""
    return _answer(request, _readiness)


PROBES = {"/healthz": healthz, "/readyz": readyz}


def _readiness() -> dict[str, Any]:
    disk = next((why for folder in _folders() if (why := _disk(folder)) != "ok"), "ok")
    facts: dict[str, Any] = {"ok": False, "mode": "sandbox" if settings.SANDBOX else "live", "disk": disk}
    try:
        connection.ensure_connection()
        beat = wake.last_beat()
        reading = ledger.balance().reading
        works = wake.alive()
        media = volume.trouble()
        read = None if reading is None else timezone.now() - reading.until
    except Error as failure:
        return facts | {"database": type(failure).__name__}
    return facts | {
        "ok": works and disk == "ok" and not media,
        "database": "ok",
        "media": media or "ok",
        "worker": "ok" if works else "silent",
        "worker_beat_age": None if beat is None else round(beat.total_seconds(), 1),
        "balance_age": None if read is None else round(read.total_seconds(), 1),
    }


def _folders() -> set[Path]:
    """The folders this studio writes to: its data, its database, and its media once there are any."""
    folders = {Path(settings.DATA_DIR)}
    if connection.vendor == "sqlite":
        folders.add(Path(str(connection.settings_dict["NAME"])).parent)
    if store.root().exists():
        folders.add(store.root())
    return folders


def _disk(folder: Path) -> str:
    """“ok” when a file can be written there and room is left; else the problem, in a word or two."""
    try:
        if shutil.disk_usage(folder).free < RESERVE:
            return "full"
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as failure:
        full = failure.errno in (errno.ENOSPC, errno.EDQUOT)
        return "full" if full else "not writable"
    return "ok"
