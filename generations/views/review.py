"""What people think of a clip. Everybody in the team may say it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from generations.forms.review import CommentForm, ReviewForm
from generations.models import Comment, Review, Task
from generations.views.access import MemberRequest, member_required
from generations.views.back import next_page
from generations.views.task import context, find

NO_CLIP = "There is no clip to review yet."


@require_POST
@member_required
def review(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Give stars or a verdict. The same verdict again takes it back, 0 stars clear the stars."""
    task = find(request, uuid)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _refused(request, task, " ".join(str(m) for found in form.errors.values() for m in found))
    if not task.videos.all():
        return _refused(request, task, NO_CLIP)
    changes: dict[str, object] = {}
    if form.cleaned_data["stars"] is not None:
        changes["stars"] = form.cleaned_data["stars"] or None
    if verdict := form.cleaned_data["verdict"]:
        same = Review.objects.filter(task=task, person=request.user, verdict=verdict).exists()
        changes["verdict"] = "" if same else verdict
    if changes:
        changes["changed_at"] = timezone.now()
        Review.objects.update_or_create(task=task, person=request.user, defaults=changes)
    return _said(request, task)


@require_POST
@member_required
def comment(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Say something about the clip, or about one moment of it."""
    task = find(request, uuid)
    if not task.videos.all():
        return _refused(request, task, NO_CLIP)
    form = CommentForm(request.POST, task=task)
    if not form.is_valid():
        template = "task/_answer.html" if request.htmx else "task/page.html"
        return render(request, template, context(request, task, form), status=422)
    Comment.objects.create(task=task, person=request.user, **form.cleaned_data)
    return _said(request, task)


def _said(request: MemberRequest, task: Task) -> HttpResponse:
    if request.htmx:
        return render(request, "task/_answer.html", context(request, task))
    return redirect(next_page(request, task.get_absolute_url()))


def _refused(request: MemberRequest, task: Task, why: str) -> HttpResponse:
    """422 with the reason, on the page that it was sent from."""
    if request.htmx:
        return render(request, "task/_answer.html", context(request, task) | {"refusal": why}, status=422)
    messages.error(request, why)
    return render(request, "task/page.html", context(request, task), status=422)
