"""Clips and their stills. Who asks is checked at every request."""

import logging
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from generations import policy
from generations.models import Video
from generations.views.access import MemberRequest, member_required
from generations.views.ranges import respond

log = logging.getLogger(__name__)

CACHE = "private, max-age=604800, immutable"
"""A file never changes under its name. Only the person's own browser may keep it."""


@require_safe
@member_required
def video(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """The clip itself; `?download=1` saves it under a good name."""
    clip = _visible(request, uuid)
    return _file(
        request,
        clip.path,
        etag=clip.sha256,
        modified=clip.created_at,
        content_type="video/mp4",
        filename=file_name(clip),
        as_attachment=bool(request.GET.get("download")),
    )


@require_safe
@member_required
def poster(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    clip = _visible(request, uuid)
    return _still(request, clip, clip.poster_path)


@require_safe
@member_required
def strip(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """Eight frames side by side."""
    clip = _visible(request, uuid)
    return _still(request, clip, clip.strip_path)


def file_name(clip: Video) -> str:
    """kiestudio-12-slow-dolly-over.mp4"""
    words = slugify(" ".join(clip.task.prompt.split()[:3])) or slugify(clip.task.label)
    parts = [f"kiestudio-{clip.task_id}", words[:60].strip("-")]
    if clip.number:
        parts.append(str(clip.number + 1))
    if clip.kind == Video.Kind.COPY:
        parts.append("1080p")
    return f"{'-'.join(filter(None, parts))}.mp4"


def _visible(request: MemberRequest, uuid: UUID) -> Video:
    clips = Video.objects.select_related("task").filter(task__in=policy.visible_tasks(request.user))
    return get_object_or_404(clips, uuid=uuid)


def _still(request: MemberRequest, clip: Video, path: str) -> HttpResponseBase:
    if not path:
        raise Http404("This clip has no still.")
    kind = Path(path).parts[0]
    return _file(
        request,
        path,
        etag=f"{clip.uuid}-{kind}",
        modified=clip.created_at,
        content_type="image/webp",
        filename=f"{clip.uuid}.webp",
        as_attachment=False,
    )


def _file(
    request: MemberRequest,
    path: str,
    *,
    etag: str,
    modified: datetime,
    content_type: str,
    filename: str,
    as_attachment: bool,
) -> HttpResponseBase:
    whole = Path(settings.MEDIA_ROOT) / path
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
