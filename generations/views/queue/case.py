"""The choices of people where a machine must not decide. Each is a form that works without script."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from generations import catalogue, orders, policy
from generations.decisions import cases, choices
from generations.forms.cases import IdForm, ReasonForm
from generations.models import Task
from generations.money import ledger
from generations.numbers import whole
from generations.views.access import MemberRequest, member_required
from generations.views.back import next_page
from generations.views.polls import polled
from generations.views.queue.case_page import case_page_of
from generations.wording.figures import cr


@require_safe
@member_required
@polled
def case(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """One case by itself; only the changing part for its own poll."""
    task = _find(request, uuid)
    return _page(request, task)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def choose(request: MemberRequest, uuid: UUID, choice: str) -> HttpResponse:
    """Make a choice and go back; GET shows the case and, for “again”, what it may cost."""
    if choice not in CHOICES:
        raise Http404(f"There is no choice “{choice}”.")
    task = _find(request, uuid)
    if request.method != "POST":
        return _page(request, task, asks_again=choice == "again")
    if not policy.may_change(request.user, task):
        raise PermissionDenied("This task belongs to another person. Its owner or an admin settles it.")
    try:
        return CHOICES[choice](request, task)
    except choices.NotPossible as closed:
        messages.warning(request, str(closed))
    return _go(request)


@require_POST
@member_required
def close_quiet(request: MemberRequest) -> HttpResponse:
    """Close all shown cases that were probably not sent, with one click."""
    named = [pk for text in request.POST.getlist("task") if (pk := whole(text)) is not None]
    if not named:
        return HttpResponseBadRequest("Which tasks?")
    settled = choices.close_quiet(cases.to_settle(request.user).filter(pk__in=named), request.user)
    if settled.closed:
        free = cr(sum((task.quote_credits or Decimal(0) for task in settled.closed), Decimal(0)))
        some = f"{len(settled.closed)} task{' is' if len(settled.closed) == 1 else 's are'}"
        messages.success(request, f"{some} closed. The {free} cr that were held are free again.")
    if settled.left or not settled.closed:
        messages.warning(request, "What has changed meanwhile stays here. Look at each by itself.")
    return _go(request)


def attach(request: MemberRequest, task: Task) -> HttpResponse:
    form = IdForm(request.POST)
    try:
        if form.is_valid():
            hint = choices.paste_id(task, request.user, form.cleaned_data["task_id"])
    except choices.BadInput as bad:
        form.add_error("task_id", str(bad))
    if form.errors:
        return _page(request, task, form=form, status=422)
    messages.success(request, f"Kie is asked now for {hint.kie_id}. #{task.pk} goes on when its record fits.")
    return _go(request)


def close(request: MemberRequest, task: Task) -> HttpResponse:
    form = ReasonForm(request.POST)
    try:
        if form.is_valid():
            choices.close(task, request.user, form.cleaned_data["reason"])
    except choices.BadInput as bad:
        form.add_error("reason", str(bad))
    if form.errors:
        return _page(request, task, form=form, status=422)
    held = cr(task.quote_credits)
    messages.success(request, f"#{task.pk} is closed. The {held} cr that were held are free again.")
    return _go(request)


def again(request: MemberRequest, task: Task) -> HttpResponse:
    turn = whole(request.POST.get("turn", ""))
    if turn is None:
        return _page(request, task, asks_again=True, status=422)
    try:
        new = choices.order_again(task, request.user, turn)
    except orders.NotAdmitted as refusal:
        return _page(request, task, asks_again=True, problem=str(refusal), status=422)
    messages.success(request, f"Ordered again as #{new.pk}. #{task.pk} stays here until it is settled.")
    return _go(request)


def try_again(request: MemberRequest, task: Task) -> HttpResponse:
    choices.try_again(task, request.user)
    messages.success(request, f"The file of #{task.pk} is tried again now.")
    return _go(request)


def look(request: MemberRequest, task: Task) -> HttpResponse:
    choices.look(task)
    messages.success(request, f"Kie is asked now how #{task.pk} stands.")
    return _go(request)


def lost(request: MemberRequest, task: Task) -> HttpResponse:
    if not policy.may_administer(request.user):
        raise PermissionDenied("Only an admin gives a paid result up.")
    choices.mark_lost(task, request.user)
    messages.success(request, f"What Kie made for #{task.pk} is marked as lost.")
    return _go(request)


CHOICES: dict[str, Callable[[MemberRequest, Task], HttpResponse]] = {
    "attach": attach,
    "close": close,
    "again": again,
    "try": try_again,
    "look": look,
    "lost": lost,
}


def back_to(request: MemberRequest) -> str:
    """The page of ours to which a choice returns."""
    return next_page(request, reverse("queue"))


def _find(request: MemberRequest, uuid: UUID) -> Task:
    return get_object_or_404(policy.visible_tasks(request.user).select_related("person"), uuid=uuid)


def _page(
    request: MemberRequest,
    task: Task,
    *,
    form: Any = None,
    asks_again: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The case with the user's input, or the question before a second order. No longer a case: its task."""
    it = case_page_of(task, request.user, back_to(request), form=form)
    if it is None:
        for errors in form.errors.values() if form else ():
            messages.warning(request, " ".join(map(str, errors)))
        return HttpResponseClientRefresh() if request.htmx else redirect(task)
    context = {"case": it, "asks_again": asks_again and it.orders_again, "problem": problem}
    if request.htmx and not asks_again:
        return render(request, "queue/_case.html", context, status=status)
    if context["asks_again"]:
        context |= _price(request, task)
    return render(request, "queue/case.html", context, status=status)


def _price(request: MemberRequest, task: Task) -> dict[str, object]:
    """What the same order costs today, and what is left of the user's month."""
    spec = catalogue.find(task.model_id)
    offer = orders.price(spec, task.values) if spec else None
    left: Decimal | None = ledger.budget_of(request.user).left
    held = orders.held(offer) if offer else None
    return {"offer": offer, "held": held, "left": left, "turn": orders.times_ordered(task)}


def _go(request: MemberRequest) -> HttpResponse:
    url = back_to(request)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
