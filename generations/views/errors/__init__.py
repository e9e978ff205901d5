"""Error pages: inside the frame for members of the team, without it for everybody else."""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from generations.views.errors import trouble

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that our pages never send. It may be forged, so nothing is read to answer it."""
    return HttpResponse(loader.get_template("unreadable.html").render(), status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Uses the frame if it can still be drawn; the cause of the error may break the frame as well.

    A failing disk or database has a page of its own.
    """
    if answer := trouble.answer(sys.exc_info()[1]):
        return answer
    try:
        return render(request, "500_framed.html", status=500)
    except Exception:
        log.exception("The frame of the error page cannot be drawn either")
        return HttpResponse(loader.get_template("500.html").render(), status=500)
