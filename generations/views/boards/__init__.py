"""Boards: clips that people pick by hand, put in an order and deliver."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from generations import policy
from generations.forms.boards import BoardForm, NewBoardForm
from generations.models import Board, Video
from generations.models.board import MOST_CLIPS, Full
from generations.numbers import uuid_in, whole
from generations.views.access import MemberRequest, member_required
from generations.views.boards import shown
from generations.views.boards.shown import AddPage, BoardPage, TakenOff

FULL = f"A board takes {MOST_CLIPS} clips. Nothing was added."
DELETED = "This board was deleted meanwhile."
GONE = "Nothing was moved: one of the two clips has left this board meanwhile."
NOT_YOURS = "This board belongs to another person. Its owner or an admin may do this."


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def boards(request: MemberRequest) -> HttpResponse:
    """The boards that a person may see. POST makes one."""
    form = NewBoardForm(request.POST if request.method == "POST" else None, initial={"is_shared": True})
    if request.method == "POST" and form.is_valid():
        return redirect(Board.objects.create(person=request.user, **form.cleaned_data))
    cards, page = shown.board_cards(request.user, whole(request.GET.get("page", "")) or 1)
    status = 422 if form.errors else 200
    return render(request, "boards/list.html", {"cards": cards, "page": page, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def board(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The board. POST changes its title, who sees it, and how its files are named."""
    found = find(request, uuid)
    if request.method != "POST":
        return answer(request, shown.page_of(found, request.user))
    require_own(request, found)
    form = BoardForm(request.POST, board=found, person=request.user)
    if not form.is_valid():
        return answer(request, shown.page_of(found, request.user, form), status=422)
    form.save()
    messages.success(request, "Changed.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def add(request: MemberRequest) -> HttpResponse:
    """On which boards a clip is. POST adds it to `board`, or else to a new one called `title`."""
    video = _clip(request, request.POST.get("clip") or request.GET.get("clip", ""))
    if video is None:
        raise Http404("There is no such clip.")
    page = AddPage(video=video, viewer=request.user, form=NewBoardForm(initial={"is_shared": True}))
    if request.method != "POST":
        return _adding(request, page)
    key = uuid_in(request.POST.get("board", ""))
    if key is None:
        form = NewBoardForm(request.POST)
        if not form.is_valid():
            return _adding(request, replace(page, form=form), status=422)
        found = Board.objects.create(person=request.user, **form.cleaned_data)
    else:
        found = find(request, key)
    try:
        added = found.add(video, request.user)
    except Full:
        return _adding(request, replace(page, refusal=FULL), status=422)
    except Board.DoesNotExist as deleted:
        raise Http404(DELETED) from deleted
    said = f"Added to “{found.title}”." if added else f"It is on “{found.title}” already."
    if request.htmx:
        return _adding(request, replace(page, said=said))
    messages.success(request, said)
    return redirect(page.back)


def _adding(request: MemberRequest, page: AddPage, status: int = 200) -> HttpResponse:
    template = "boards/_add.html" if request.htmx else "boards/add.html"
    return render(request, template, {"adding": page}, status=status)


@require_POST
@member_required
def deed(request: MemberRequest, uuid: UUID, deed: str) -> HttpResponse:
    """Move a clip, take it off or put it back; delete the board."""
    if deed not in DEEDS:
        raise Http404(f"There is nothing “{deed}” to do with a board.")
    try:
        return DEEDS[deed](request, find(request, uuid))
    except Board.DoesNotExist as deleted:
        raise Http404(DELETED) from deleted


def move(request: MemberRequest, board: Board) -> HttpResponse:
    """Put `clip` right `before` or `after` another one. Twice is once."""
    clip = _clip(request, request.POST.get("clip", ""))
    if clip and (other := _clip(request, request.POST.get("before", ""))):
        moved = board.put_before(clip, other)
    elif clip and (other := _clip(request, request.POST.get("after", ""))):
        moved = board.put_after(clip, other)
    else:
        moved = False
    if not clip or not moved:
        return _done(request, board, refusal=GONE)
    return _done(request, board, moved=clip)


def remove(request: MemberRequest, board: Board) -> HttpResponse:
    """Take `clip` off. It stays in the gallery, and can be put back where it stood."""
    clip = _clip(request, request.POST.get("clip", ""))
    if clip is None:
        raise Http404("There is no such clip.")
    place = board.clips.filter(video=clip).first()
    after = place and board.clips.filter(place__gt=place.place).select_related("video").first()
    board.remove(clip)
    off = TakenOff(video=clip, before=after.video if after else None)
    said = f"#{clip.task_id} is off this board. It stays in the gallery."
    return _done(request, board, said=said, taken_off=off)


def put_back(request: MemberRequest, board: Board) -> HttpResponse:
    """Put `clip` on the board again, `before` another one, or at its end."""
    clip = _clip(request, request.POST.get("clip", ""))
    if clip is None:
        raise Http404("There is no such clip.")
    try:
        board.add(clip, request.user, _clip(request, request.POST.get("before", "")))
    except Full:
        return _done(request, board, refusal=FULL)
    return _done(request, board, said=f"#{clip.task_id} is back.")


def delete(request: MemberRequest, board: Board) -> HttpResponse:
    """Delete the board. Its clips stay."""
    require_own(request, board)
    board.delete()
    messages.success(request, f"“{board.title}” is deleted. Its clips stay in the gallery.")
    return redirect(reverse("boards"))


DEEDS: dict[str, Callable[[MemberRequest, Board], HttpResponse]] = {
    "move": move,
    "remove": remove,
    "put-back": put_back,
    "delete": delete,
}


def find(request: MemberRequest, uuid: UUID) -> Board:
    boards = policy.visible_boards(request.user).select_related("person")
    return get_object_or_404(boards, uuid=uuid)


def require_own(request: MemberRequest, board: Board) -> None:
    if not policy.may_change_board(request.user, board):
        raise PermissionDenied(NOT_YOURS)


def answer(request: MemberRequest, page: BoardPage, status: int = 200) -> HttpResponse:
    """The board as a page, or the part of it that a script asks for."""
    template = "boards/_board.html" if request.htmx else "boards/page.html"
    return render(request, template, {"shown": page}, status=status)


def _done(request: MemberRequest, board: Board, **news: Any) -> HttpResponse:
    """The board as it is now, with what is new of it; without a script, a page that can be loaded again."""
    page = replace(shown.page_of(board, request.user), **news)
    if request.htmx or page.refusal:
        return answer(request, page, status=422 if page.refusal else 200)
    if page.said:
        messages.success(request, page.said)
    return redirect(board)


def _clip(request: MemberRequest, text: str) -> Video | None:
    """A clip that the person may see, by its uuid."""
    key = uuid_in(text)
    clips = Video.objects.filter(task__in=policy.visible_tasks(request.user)).select_related("task")
    return clips.filter(uuid=key).first() if key else None
