"""A board as a ZIP of its clips, and as a cut for editing programs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from generations import policy
from generations.deliver import names
from generations.deliver.archive import Archive, TooMuch
from generations.deliver.formats import FORMATS
from generations.deliver.frames import NothingToCut, cut_of
from generations.deliver.shots import shots_of
from generations.models import Board
from generations.views.access import MemberRequest, member_required
from generations.views.boards import answer, find, shown
from generations.views.files.stored import search_for


class Flowing(StreamingHttpResponse):
    """Sent piece by piece as it is made, so nothing of it is kept (kiestudio.web.answer.Flow)."""

    flows = True

    def __init__(self, pieces: Iterator[bytes], size: int, **kwargs: Any) -> None:
        super().__init__(pieces, **kwargs)
        self["Content-Length"] = str(size)
        self["Accept-Ranges"] = "none"
        self["X-Accel-Buffering"] = "no"


@require_safe
@member_required
def clips_zip(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """The files of a board under readable names, and a list of them."""
    board = find(request, uuid)
    shots = shots_of(board, policy.visible_tasks(request.user), request.user)
    for shot in shots:
        if not shot.is_here:
            search_for(shot.video)
    try:
        archive = Archive(shots, timezone.now())
    except TooMuch as why:
        return _refused(request, board, str(why))
    headers = {"Content-Disposition": _attachment(board, "zip")}
    if request.method == "HEAD":
        headers["Content-Length"] = str(archive.size)
        return HttpResponse(headers=headers, content_type="application/zip")
    return Flowing(iter(archive), archive.size, headers=headers, content_type="application/zip")


@require_safe
@member_required
def cut(request: MemberRequest, uuid: UUID, form: str) -> HttpResponse:
    """The clips in their order, with comments as markers."""
    if form not in FORMATS:
        raise Http404(f"There is no cut as “{form}”.")
    board = find(request, uuid)
    try:
        shots = shots_of(board, policy.visible_tasks(request.user), request.user)
        made = cut_of(board.title, shots, request.user)
    except NothingToCut as why:
        return _refused(request, board, str(why))
    return HttpResponse(
        FORMATS[form].write(made),
        content_type=f"{FORMATS[form].content_type}; charset=utf-8",
        headers={"Content-Disposition": _attachment(board, form)},
    )


def _refused(request: MemberRequest, board: Board, why: str) -> HttpResponse:
    return answer(request, replace(shown.page_of(board, request.user), refusal=why), status=422)


def _attachment(board: Board, extension: str) -> str:
    name = names.safe(board.title) or "board"
    return content_disposition_header(as_attachment=True, filename=f"{name}.{extension}") or "attachment"
