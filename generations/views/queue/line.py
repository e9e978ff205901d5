"""What is pressed at waiting tasks: another place in one's own line, holding back, cancelling many."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations import orders, policy
from generations.models import State, Task
from generations.models.state import UNSETTLED
from generations.numbers import uuid_in
from generations.orders import line
from generations.views.access import MemberRequest, member_required, orders_required, stays
from generations.views.back import next_page
from generations.wording.figures import cr


@require_POST
@orders_required
def move(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Put an own waiting task `before` or `after` another own one, or `first`. Twice is once."""
    it, post = _own(request, uuid), request.POST
    if "first" in post:
        moved, words = line.put_first([it]), f"#{it.pk} is the first in your queue."
    elif other := _other(request, post.get("before", "")):
        moved, words = line.put_before(it, other), f"#{it.pk} goes before #{other.pk}."
    elif other := _other(request, post.get("after", "")):
        moved, words = line.put_after(it, other), f"#{it.pk} goes after #{other.pk}."
    else:
        return HttpResponseBadRequest("Before or after which of your tasks?")
    _say(request, words if moved else "", "Nothing was moved: one of the two has left the line meanwhile.")
    return _back(request)


@require_POST
@orders_required
def hold(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Hold an own waiting task back, to `change` it perhaps, or release it: then it goes in its turn."""
    it = _own(request, uuid)
    match request.POST.get("do"):
        case "hold":
            done, words = line.hold(it, request.user), f"#{it.pk} waits for you. Its price stays held."
        case "change":
            if it.change_url and line.hold_to_change(it, request.user):
                return redirect(it.change_url)
            done, words = False, ""
        case "release":
            done, words = line.release(it, request.user), f"#{it.pk} goes when it is its turn."
        case _:
            return HttpResponseBadRequest("Hold, change or release?")
    _say(request, words if done else "", f"#{it.pk} had already left.")
    return _back(request)


@require_POST
@member_required
def cancel_chosen(request: MemberRequest) -> HttpResponse:
    """Cancel the chosen tasks that still wait, each for itself: those that have left go on."""
    keys = [key for text in request.POST.getlist("task") if (key := uuid_in(text))]
    chosen = list(policy.visible_tasks(request.user).filter(uuid__in=keys).select_related("person"))
    if any(not policy.may_change(request.user, task) for task in chosen):
        raise PermissionDenied("One of these tasks belongs to another person. Nothing was cancelled.")
    for task in chosen:
        orders.cancel(task, request.user)
    now = Task.objects.filter(pk__in=[task.pk for task in chosen])
    done = list(now.filter(state=State.CANCELLED))
    _say(request, _cancelled(done), "Nothing was cancelled." if chosen else "Choose tasks that wait.")
    if left := now.filter(state__in=UNSETTLED).count():
        goes_on = "it goes on" if left == 1 else "they go on"
        messages.warning(request, f"{left} had already left: {goes_on}.")
    return _back(request)


def _cancelled(tasks: list[Task]) -> str:
    if not tasks:
        return ""
    named = f"#{tasks[0].pk}" if len(tasks) == 1 else f"{len(tasks)} tasks"
    return f"Cancelled {named}. The {cr(sum(t.quote_credits or 0 for t in tasks))} cr held are free again."


def _own(request: MemberRequest, uuid: UUID) -> Task:
    it = get_object_or_404(policy.visible_tasks(request.user), uuid=uuid)
    if it.person_id != request.user.pk:
        raise PermissionDenied("This task waits in the line of another person, who alone arranges it.")
    return it


def _other(request: MemberRequest, text: str) -> Task | None:
    key = uuid_in(text)
    return Task.objects.filter(person=request.user, uuid=key).first() if key else None


def _say(request: MemberRequest, done: str, instead: str) -> None:
    if done:
        messages.success(request, done)
    else:
        messages.warning(request, instead)


def _back(request: MemberRequest) -> HttpResponse:
    """The toasts for a script that stays on its page; else the page on which it was pressed."""
    if stays(request):
        return render(request, "parts/_toasts.html")
    return redirect(next_page(request, reverse("queue")))
