"""The host names this studio answers to, and by which scheme."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.log import log_response

Answer = Callable[[HttpRequest], HttpResponse]


class KnownHosts:
    """Middleware before all code that reads a host: a request for an unknown host is one log line."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost as unknown:
            page = render_to_string("unknown_host.html", {"host": request.META.get("HTTP_HOST", "")[:100]})
            answer = HttpResponse(page, status=400)
            log_response("%s", str(unknown)[:300], response=answer, request=request)
            return answer
        if _came_by_http(request):
            return HttpResponseRedirect(f"{settings.PUBLIC_URL}{request.get_full_path()}")
        return self.get_response(request)


def _came_by_http(request: HttpRequest) -> bool:
    """Whether the proxy says that a page was requested by http, while the studio’s address is https."""
    said = request.META.get("HTTP_X_FORWARDED_PROTO", "").split(",")[0].strip().lower()
    return bool(settings.HTTPS) and said == "http" and request.method in ("GET", "HEAD")
