"""What people think of a clip: stars and a verdict. Every member of the team may review it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from generations.forms.review import WITHDRAWN, ReviewForm
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
    """What was changed, and the form that restores what was before: its address and its fields."""

    text: str
    url: str
    undo: dict[str, Any]


@require_POST
@member_required
def review(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Give stars or a verdict, or withdraw them. Sending the same again changes nothing."""
    task = find(request, uuid)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return refuse(request, task, " ".join(str(m) for found in form.errors.values() for m in found))
    if not task.videos.all():
        return refuse(request, task, NO_CLIP)
    changes = form.changes()
    before = Review.objects.filter(task=task, person=request.user).first() or Review()
    said = _outcome(task, before, changes)
    if said:
        now = timezone.now()
        changes |= {"changed_at": now} | ({"verdict_at": now} if "verdict" in said.undo else {})
        Review.objects.update_or_create(task=task, person=request.user, defaults=changes)
    return show(request, task, said)


def _outcome(task: Task, before: Review, changes: dict[str, Any]) -> Outcome | None:
    """The effect of the changes, in words, and the form that undoes them; None when nothing changes."""
    new = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if not new:
        return None
    undo = {name: getattr(before, name) or NOTHING[name] for name in new}
    text = " ".join(given(name, value) for name, value in new.items())
    return Outcome(text=text, url=reverse("review", args=[task.uuid]), undo=undo)


def show(request: MemberRequest, task: Task, said: Outcome | None = None) -> HttpResponse:
    """The review as it is now, with what was changed, for the page that sent the form."""
    if stays(request):
        return render(request, "task/_said.html", {"task": task, "said": said}) if said else HttpResponse()
    if request.htmx:
        return render(request, "task/_answer.html", context(request, task) | {"said": said})
    if said:
        messages.success(request, said.text)
    return redirect(next_page(request, task.get_absolute_url()))


def return_form(request: MemberRequest, task: Task, form: Form) -> HttpResponse:
    """422 with a form of the comments as it was sent, and what is wrong with it."""
    template = "task/_answer.html" if request.htmx else "task/page.html"
    return render(request, template, context(request, task, form), status=422)


def refuse(request: MemberRequest, task: Task, why: str) -> HttpResponse:
    """422 with the reason, on the page that sent the form."""
    if stays(request):
        return HttpResponse(why, status=422, content_type="text/plain; charset=utf-8")
    if request.htmx:
        return render(request, "task/_answer.html", context(request, task) | {"refusal": why}, status=422)
    messages.error(request, why)
    return render(request, "task/page.html", context(request, task), status=422)
