"""Pages are compressed in transit: a page of 60 KB takes more than a second on a slow line."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/html", "application/json", "text/plain")


class PagesCompressed(GZipMiddleware):
    """Compresses texts, but not files or streams, which may be requested by byte range.

    The length of a page does not reveal its secrets (BREACH): the form token is masked anew on each page, the
    session cookie is in no page and not sent with other sites' requests, and random bytes are added.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "")
        if isinstance(response, HttpResponse) and kind.startswith(TEXTS):
            return super().process_response(request, response)
        return response
