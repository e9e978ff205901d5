"""What people think of a clip. Every member of the team may review it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from generations.forms.review import WITHDRAWN, CommentForm, ReviewForm
from generations.models import Review, Task
from generations.views.access import MemberRequest, member_required, stays
from generations.views.back import next_page
from generations.views.task import context, find
from generations.wording.reviews import given

NO_CLIP = "There is no clip to review yet."
NOTHING = {"stars": 0, "verdict": WITHDRAWN}
"""How a form expresses that there are none."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a review has changed, and the fields of a form that restores what was before."""

    text: str
    undo: dict[str, Any]


@require_POST
@member_required
def review(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Give stars or a verdict, or withdraw them. Sending the same again changes nothing."""
    task = find(request, uuid)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _refused(request, task, " ".join(str(m) for found in form.errors.values() for m in found))
    if not task.videos.all():
        return _refused(request, task, NO_CLIP)
    changes = form.changes()
    before = Review.objects.filter(task=task, person=request.user).first() or Review()
    said = _outcome(before, changes)
    if said:
        changes["changed_at"] = timezone.now()
        Review.objects.update_or_create(task=task, person=request.user, defaults=changes)
    return _said(request, task, said)


@require_POST
@member_required
def comment(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Comment on the clip, or on one moment of it."""
    task = find(request, uuid)
    if not task.videos.all():
        return _refused(request, task, NO_CLIP)
    form = CommentForm(request.POST, task=task)
    if not form.is_valid():
        template = "task/_answer.html" if request.htmx else "task/page.html"
        return render(request, template, context(request, task, form), status=422)
    form.save(request.user)
    return _said(request, task)


def _outcome(before: Review, changes: dict[str, Any]) -> Outcome | None:
    """The effect of the changes, in words, and the form that undoes them; None when nothing changes."""
    new = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if not new:
        return None
    undo = {name: getattr(before, name) or NOTHING[name] for name in new}
    return Outcome(text=" ".join(given(name, value) for name, value in new.items()), undo=undo)


def _said(request: MemberRequest, task: Task, said: Outcome | None = None) -> HttpResponse:
    if stays(request):
        return render(request, "task/_said.html", {"task": task, "said": said}) if said else HttpResponse()
    if request.htmx:
        return render(request, "task/_answer.html", context(request, task) | {"said": said})
    if said:
        messages.success(request, said.text)
    return redirect(next_page(request, task.get_absolute_url()))


def _refused(request: MemberRequest, task: Task, why: str) -> HttpResponse:
    """422 with the reason, on the page that sent the form."""
    if stays(request):
        return HttpResponse(why, status=422, content_type="text/plain; charset=utf-8")
    if request.htmx:
        return render(request, "task/_answer.html", context(request, task) | {"refusal": why}, status=422)
    messages.error(request, why)
    return render(request, "task/page.html", context(request, task), status=422)
