"""Posters and clips of a link, under its own address: no other address of ours answers a guest."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.views.decorators.http import condition, require_safe

from generations.files.stills import WIDTHS, small
from generations.models import Rendition, ShareClip
from generations.views.files.stored import original, played
from generations.views.guest.entrance import Entrance, for_guests

CACHE = "private, no-cache"
"""A browser may keep what it has seen, and asks before it shows it again: the link may be withdrawn."""


@for_guests
@require_safe
def still(request: HttpRequest, here: Entrance, number: int, width: int) -> HttpResponseBase:
    """The poster, in one of two widths."""
    path = here.clip(number).video.poster_path
    if width not in WIDTHS or not path:
        raise Http404("There is no such still.")
    return _kept(_small(request, path, width))


@for_guests
@require_safe
def film(request: HttpRequest, here: Entrance, number: int) -> HttpResponseBase:
    """What the player plays, by byte range: the version that plays everywhere, once there is one."""
    clip = here.clip(number)
    made = getattr(clip.video, "rendition", None)
    if isinstance(made, Rendition) and made.is_ready:
        return _kept(played(request, made, _name(clip, "mp4"), as_attachment=False))
    return _kept(original(request, clip.video, _name(clip), as_attachment=False))


@for_guests
@require_safe
def download(request: HttpRequest, here: Entrance, number: int) -> HttpResponseBase:
    """The original file, where the link allows it."""
    if not here.share.may_download:
        raise Http404("This link gives no files.")
    clip = here.clip(number)
    return _kept(original(request, clip.video, _name(clip), as_attachment=True))


def _mark(request: HttpRequest, path: str, width: int) -> str:
    """A still never changes under its path, which is not for guests."""
    digest = sha256(f"{path} {width}".encode()).hexdigest()
    return f'"{digest}"'


@condition(etag_func=_mark)
def _small(request: HttpRequest, path: str, width: int) -> HttpResponse:
    try:
        return HttpResponse(small(path, width), content_type="image/webp")
    except OSError as missing:
        raise Http404("This still is not there.") from missing


def _kept(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = CACHE
    return answer


def _name(clip: ShareClip, extension: str = "") -> str:
    """fjord-launch-film-2.mp4: by the title that guests see, never by the prompt."""
    return f"{slugify(clip.share.title)[:60] or 'clip'}-{clip.number}.{extension or clip.video.extension}"
