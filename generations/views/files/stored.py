"""The stored files of a clip as answers. Who calls has checked that the one who asks may see it."""

import logging
from contextlib import suppress

from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from generations import wake
from generations.files import store, volume
from generations.models import Rendition, Video
from generations.views.files.sending import send

log = logging.getLogger(__name__)

INERT = "default-src 'none'; sandbox"
"""Even if a document is opened, nothing in it runs, loads, or shares our origin."""


def original(request: HttpRequest, clip: Video, name: str, *, as_attachment: bool) -> HttpResponseBase:
    """The file itself, with its true content type. Raises Http404 when it is not there."""
    _require_here(clip)
    is_document = clip.kind_of_file.is_document
    response = send(
        request,
        clip.path,
        etag=clip.sha256,
        modified=clip.created_at,
        content_type=clip.content_type,
        filename=name,
        as_attachment=is_document or as_attachment,
    )
    if is_document:
        response["Content-Security-Policy"] = INERT
    return response


def played(request: HttpRequest, made: Rendition, name: str, *, as_attachment: bool) -> HttpResponseBase:
    """The version that plays everywhere, which is ready. Raises Http404 when it is not there."""
    if not store.has_size(made.path, made.size):
        made.forget_file()
        raise Http404("The file is not there.")
    return send(
        request,
        made.path,
        etag=made.sha256,
        modified=made.made_at or made.asked_at,
        content_type="video/mp4",
        filename=name,
        as_attachment=as_attachment,
    )


def search_for(clip: Video) -> None:
    """Note that its file is not there as it was stored: it is searched and fetched again."""
    log.error("The file %s of task %s is gone or changed", clip.path, clip.task_id)
    with suppress(DatabaseError):
        if not volume.trouble() and clip.note_missing():
            wake.nudge()


def _require_here(clip: Video) -> None:
    """Raises Http404 when the file is not there as it was stored."""
    if store.has_size(clip.path, clip.size):
        return
    search_for(clip)
    raise Http404("The file is not there.")
