"""Clips and their stills. Access is checked on every request."""

from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from generations import policy, wake
from generations.models import Rendition, Video
from generations.views.access import MemberRequest, member_required
from generations.views.files.sending import send
from generations.views.files.stored import original, played
from generations.views.polls import polled

SENT = (
    *("uuid", "task_id", "number", "path", "poster_path", "strip_path", "size", "sha256"),
    *("container", "video_codec", "audio_codec", "created_at", "task__prompt", "task__label", "task__uuid"),
)
"""The columns needed to send a file: reading all 60 columns of clip and task takes longer than the rest."""


@require_safe
@member_required
def video(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """The file itself, with its true content type; `?download=1` saves it under a readable name."""
    clip = _visible(request, uuid)
    return original(request, clip, file_name(clip), as_attachment=bool(request.GET.get("download")))


@require_safe
@member_required
def rendition(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """The version that plays everywhere."""
    clip = _visible(request, uuid)
    made = get_object_or_404(Rendition, video=clip, state=Rendition.State.READY)
    name = f"{_stem(clip)}-plays-everywhere.mp4"
    return played(request, made, name, as_attachment=bool(request.GET.get("download")))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@polled
def everywhere(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The status of that version; POST has it made, for everybody who may see the clip: it is free."""
    clip = _visible(request, uuid)
    if request.method == "POST":
        Rendition.ask_for(clip)
        wake.nudge()
    made = Rendition.objects.filter(video=clip).first()
    page = f"{clip.task.get_absolute_url()}?file={clip.uuid}"
    if not request.htmx:
        return redirect(page)
    if made and made.is_ready:
        return HttpResponseClientRedirect(page)
    return render(request, "task/_rendition.html", {"clip": clip, "made": made})


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
    """kiestudio-12-slow-dolly-over.mp4, with the extension of the file's actual kind."""
    return f"{_stem(clip)}.{clip.extension}"


def _stem(clip: Video) -> str:
    words = slugify(" ".join(clip.task.prompt.split()[:3])) or slugify(clip.task.label)
    parts = [f"kiestudio-{clip.task_id}", words[:60].strip("-")]
    if clip.number:
        parts.append(str(clip.number + 1))
    return "-".join(filter(None, parts))


def _visible(request: MemberRequest, uuid: UUID) -> Video:
    """The clip, with only the columns for sending its file: a player requests many pieces of one clip."""
    clips = (
        Video.objects.select_related("task").only(*SENT).filter(task__in=policy.visible_tasks(request.user))
    )
    return get_object_or_404(clips, uuid=uuid)


def _still(request: MemberRequest, clip: Video, path: str) -> HttpResponseBase:
    if not path:
        raise Http404("This clip has no still.")
    kind = Path(path).parts[0]
    return send(
        request,
        path,
        etag=f"{clip.uuid}-{kind}",
        modified=clip.created_at,
        content_type="image/webp",
        filename=f"{clip.uuid}.webp",
        as_attachment=False,
    )
