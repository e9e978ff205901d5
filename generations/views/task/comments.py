"""Comments on a clip: writing one, and what may be done with one that is there."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations import policy
from generations.forms.review import CommentForm, EditForm
from generations.models import Comment, Task
from generations.views.access import MemberRequest, member_required
from generations.views.task import find
from generations.views.task.review import NO_CLIP, Outcome, refuse, return_form, show

GONE = "That comment has been deleted meanwhile."


@require_POST
@member_required
def comment(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Comment on the clip, on a moment or a range of it, or answer a comment."""
    task = find(request, uuid)
    if not task.videos.all():
        return refuse(request, task, NO_CLIP)
    form = CommentForm(request.POST, task=task)
    if not form.is_valid():
        return return_form(request, task, form)
    form.save(request.user)
    return show(request, task)


@require_POST
@member_required
def deed(request: MemberRequest, uuid: UUID, pk: int, deed: str) -> HttpResponse:
    """Do one of DEEDS with a comment that the person sees. Doing it again changes nothing."""
    task = find(request, uuid)
    do = DEEDS.get(deed)
    if do is None:
        raise Http404(f"Nothing called “{deed}” can be done with a comment.")
    seen = task.comments.all()
    if policy.rates_first(request.user, task, task.reviews.all()):
        seen = seen.filter(person=request.user)
    return do(request, task, get_object_or_404(seen, pk=pk))


def _edit(request: MemberRequest, task: Task, comment: Comment) -> HttpResponse:
    """What stood there before is kept. A form that has read other words is sent back with those of now."""
    if not policy.may_edit_comment(request.user, comment):
        raise PermissionDenied("Only who wrote a comment may edit it.")
    if comment.deleted_at:
        return refuse(request, task, GONE)
    form = EditForm(request.POST, comment=comment)
    if not form.is_valid():
        return return_form(request, task, form)
    form.save()
    return show(request, task)


def _delete(request: MemberRequest, task: Task, comment: Comment) -> HttpResponse:
    if not policy.may_delete_comment(request.user, comment):
        raise PermissionDenied("Only who wrote a comment, or an admin, may delete it.")
    if not comment.take_down(request.user):
        return show(request, task)
    undo = reverse("comment-deed", args=[task.uuid, comment.pk, "back"])
    return show(request, task, Outcome(text="Comment deleted.", url=undo, undo={}))


def _bring_back(request: MemberRequest, task: Task, comment: Comment) -> HttpResponse:
    if comment.deleted_by_id not in (None, request.user.pk):
        raise PermissionDenied("Only who has deleted a comment may bring it back.")
    comment.bring_back()
    return show(request, task)


def _settle(request: MemberRequest, task: Task, comment: Comment, *, done: bool) -> HttpResponse:
    """Everybody who sees a thread may say that it needs nothing more, or again."""
    if comment.deleted_at:
        return refuse(request, task, GONE)
    comment.settle(request.user, done=done)
    return show(request, task)


def _done(request: MemberRequest, task: Task, comment: Comment) -> HttpResponse:
    return _settle(request, task, comment, done=True)


def _reopen(request: MemberRequest, task: Task, comment: Comment) -> HttpResponse:
    return _settle(request, task, comment, done=False)


DEEDS: Mapping[str, Callable[[MemberRequest, Task, Comment], HttpResponse]] = {
    "edit": _edit,
    "delete": _delete,
    "back": _bring_back,
    "done": _done,
    "reopen": _reopen,
}
