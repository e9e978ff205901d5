"""A form that was refused: because it is too old, or because this studio does not know its own address."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER
from django.shortcuts import render

from generations.views.unsent import Unsent, read

FOREIGN = tuple(reason.partition("%s")[0] for reason in (REASON_BAD_ORIGIN, REASON_BAD_REFERER))
"""How the reasons begin that mean: the form came from another address than the one we think we have."""


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django calls when it refuses a form. Says which address PUBLIC_URL would have to name."""
    origin = _origin(request) if reason.startswith(FOREIGN) else ""
    facts = {"origin": origin, "ours": settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"}
    return render(request, "403_csrf.html", facts | {"unsent": _written(request, reason)}, status=403)


def _written(request: HttpRequest, reason: str) -> Unsent | None:
    """What somebody wrote in an old page of ours, to copy: never what another site has put in."""
    own = bool(request.META.get("HTTP_ORIGIN")) and not reason.startswith(FOREIGN)
    return read(request) if own else None


def _origin(request: HttpRequest) -> str:
    """Where the browser says that it is: scheme and host; nothing when it will not say."""
    said = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""
