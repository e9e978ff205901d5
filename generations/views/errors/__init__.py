"""The pages that say no: in the frame for the team, alone for everybody else."""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from generations.views.errors import trouble

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no page of ours sends. Nothing is read for the answer, for the request itself may be forged."""
    return HttpResponse(loader.get_template("unreadable.html").render(), status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """In the frame when that still can be drawn; what broke the page may break the frame as well.

    A disk or a database that fails has a page of its own.
    """
    if answer := trouble.answer(sys.exc_info()[1]):
        return answer
    try:
        return render(request, "500_framed.html", status=500)
    except Exception:
        log.exception("The frame of the error page cannot be drawn either")
        return HttpResponse(loader.get_template("500.html").render(), status=500)
