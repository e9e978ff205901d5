"""Whether this process lives, and whether the whole studio works."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from generations import background, ledger, volume
from generations.models import Lease
from generations.sweep import LEASE


@login_not_required
@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the web process answers."""
    return JsonResponse({"ok": True})


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database and the worker work, else 503; ages in seconds."""
    facts: dict[str, object] = {"mode": "sandbox" if settings.SANDBOX else "live"}
    try:
        connection.ensure_connection()
        beat = Lease.age(LEASE)
        reading = ledger.balance().reading
        media = volume.trouble()
    except DatabaseError as failure:
        return JsonResponse(facts | {"ok": False, "database": type(failure).__name__}, status=503)
    facts |= {
        "ok": background.alive() and not media,
        "database": "ok",
        "media": media or "ok",
        "worker_beat_age": None if beat is None else round(beat.total_seconds(), 1),
        "balance_age": None if reading is None else round((timezone.now() - reading.at).total_seconds(), 1),
    }
    return JsonResponse(facts, status=200 if facts["ok"] else 503)
