"""One stored file as an answer: by byte range, or handed over to the web server in front."""

import logging
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from generations.files import store
from generations.views.files.ranges import respond

log = logging.getLogger(__name__)

CACHE = "private, max-age=604800, immutable"
"""A file never changes under its name. Only the user's own browser may cache it."""


def send(
    request: HttpRequest,
    path: str,
    *,
    etag: str,
    modified: datetime,
    content_type: str,
    filename: str,
    as_attachment: bool,
) -> HttpResponseBase:
    """The file of a row. Raises Http404 when it is not there."""
    whole = store.at(path)
    response: HttpResponseBase
    if settings.MEDIA_ACCEL_PREFIX and whole.is_file():
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL_PREFIX.rstrip('/')}/{quote(path)}"
        response["Content-Disposition"] = content_disposition_header(as_attachment, filename) or "inline"
        response["Cache-Control"] = CACHE
        return response
    try:
        response = respond(
            request,
            whole,
            etag=etag,
            modified=modified,
            content_type=content_type,
            filename=filename,
            as_attachment=as_attachment,
        )
    except OSError as failure:
        log.error("The file %s is not there: %s", path, failure.strerror)  # noqa: TRY400
        raise Http404("The file is not there.") from failure
    response["Cache-Control"] = CACHE
    return response
