"""A refused form: what was wrong with it, and what to do."""

from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import (
    REASON_BAD_ORIGIN,
    REASON_BAD_REFERER,
    REASON_INSECURE_REFERER,
    REASON_MALFORMED_REFERER,
    REASON_NO_CSRF_COOKIE,
    REASON_NO_REFERER,
)
from django.shortcuts import render

from generations.views.accounts.unsent import Unsent, read

FOREIGN = tuple(reason.partition("%s")[0] for reason in (REASON_BAD_ORIGIN, REASON_BAD_REFERER))
"""Beginnings of Django's reasons that mean: the form came from a different address than ours."""


class Why(StrEnum):
    ADDRESS = "address"
    """The browser uses a different address than the one that the studio takes for its own."""
    PLAIN = "plain"
    """The browser is at our address by http, but the studio is served by https."""
    HIDDEN = "hidden"
    """The browser does not say where it is."""
    COOKIE = "cookie"
    TOKEN = "token"  # noqa: S105


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Called by Django when it refuses a form.

    A script that receives `X-Refused: token` asks for a new token and sends its form once more.
    """
    ours, origin = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}", _origin(request)
    why = _why(reason, origin, ours)
    facts = {"why": why, "origin": origin, "ours": ours, "unsent": _written(request, why)}
    answer = render(request, "403_csrf.html", facts, status=403)
    if why in (Why.COOKIE, Why.TOKEN):
        answer["X-Refused"] = "token"
    return answer


def _written(request: HttpRequest, why: Why) -> Unsent | None:
    """What a user wrote in an outdated page of ours, to copy: never what another site has filled in."""
    own = bool(request.META.get("HTTP_ORIGIN")) and why in (Why.COOKIE, Why.TOKEN)
    return read(request) if own else None


def _why(reason: str, origin: str, ours: str) -> Why:
    if reason in (REASON_NO_REFERER, REASON_MALFORMED_REFERER):
        return Why.HIDDEN
    if reason == REASON_INSECURE_REFERER or reason.startswith(FOREIGN):
        if not origin:
            return Why.HIDDEN
        return Why.PLAIN if origin.replace("http:", "https:", 1) == ours else Why.ADDRESS
    return Why.COOKIE if reason == REASON_NO_CSRF_COOKIE or reason.startswith("CSRF cookie ") else Why.TOKEN


def _origin(request: HttpRequest) -> str:
    """The browser's own claim of where it is: scheme and host; empty when it does not say."""
    said = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
