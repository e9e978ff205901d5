"""One task: its clip or its progress, everything known about it, and what can be done with it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh, trigger_client_event

from generations import aside, orders, policy
from generations.decisions import audit
from generations.forms.gallery import filter_of
from generations.forms.review import CommentForm
from generations.library.durations import step_began, with_usual
from generations.library.search import Way
from generations.models import PutAway, Seen, Task
from generations.models.task import ENDED_BADLY, OPEN, State
from generations.numbers import whole
from generations.views.access import MemberRequest, member_required, stays
from generations.views.back import next_page
from generations.views.gallery import place_of
from generations.views.polls import polled
from generations.views.queue.case_page import case_page_of
from generations.views.task.facts import Facts
from generations.views.task.review_panel import ReviewPanel
from generations.wording.evidence import hint_facts
from generations.wording.failures import explain
from generations.wording.figures import cr
from generations.wording.standing import standing


@require_safe
@vary_on_headers("HX-Target")
@member_required
@polled
def task(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The page; for htmx the current state (#live), its 1080p copy (#copy) or its review (#votes)."""
    it = find(request, uuid)
    if request.htmx.target == "live" and it.state not in OPEN:
        return HttpResponseClientRefresh()
    if request.htmx.target == "copy":
        return render(request, "task/_copy.html", context(request, it))
    aside.note("What has been seen", lambda: _saw(request.user, it))
    parts = {"live": "task/_live.html", "votes": "task/_answer.html"}
    return render(request, parts.get(request.htmx.target or "", "task/page.html"), context(request, it))


def _saw(person: User, it: Task) -> None:
    Seen.note(person, it)
    if it.state in ENDED_BADLY:
        PutAway.note(person, [it])


@require_POST
@member_required
def cancel(request: MemberRequest, uuid: UUID) -> HttpResponse:
    it = _changeable(request, uuid)
    if orders.cancel(it, request.user) or Task.objects.filter(pk=it.pk, state=State.CANCELLED).exists():
        messages.success(request, f"Cancelled #{it.pk}. The {cr(it.quote_credits)} cr held are free again.")
    else:
        messages.warning(request, f"#{it.pk} had already left: it cannot be cancelled any more.")
    return _go(request, it)


@require_POST
@member_required
def retry(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Order the same again; the response leads to the new task."""
    it = _changeable(request, uuid)
    try:
        again = orders.retry(it, request.user, _turn(request))
    except orders.NotAdmitted as refusal:
        messages.error(request, str(refusal))
        return _go(request, it)
    messages.success(request, f"Ordered again as #{again.pk}.")
    return _go(request, again)


@require_POST
@member_required
def copy(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Ask for the 1080p copy of a Veo clip."""
    it = _changeable(request, uuid)
    problem = ""
    try:
        orders.ask_for_copy(it, request.user)
    except orders.NotAdmitted as refusal:
        problem = str(refusal)
    if request.htmx.target == "copy":
        status = 422 if problem else 200
        answer = render(
            request, "task/_copy.html", context(request, it) | {"problem": problem}, status=status
        )
        return trigger_client_event(answer, "balance")
    if problem:
        messages.error(request, problem)
    return _go(request, it)


def find(request: MemberRequest, uuid: UUID) -> Task:
    tasks = policy.visible_tasks(request.user).select_related("person", "budget", "parent")
    return get_object_or_404(tasks.prefetch_related("videos"), uuid=uuid)


def context(request: MemberRequest, it: Task, form: CommentForm | None = None) -> dict[str, object]:
    """Everything the page and its fragments show."""
    with_usual([it])
    chosen = filter_of(request.GET)
    facts = Facts.of(it, request.GET.get("file", ""), chosen.query)
    in_doubt = it.state in ENDED_BADLY or it.state in (State.UNCONFIRMED, State.CANCELLED, State.CLOSED)
    return {
        "task": it,
        "query": chosen.query,
        "place": place_of(it, chosen),
        "address": request.GET.urlencode(),
        "poll_url": "?".join(filter(None, [it.get_absolute_url(), request.GET.urlencode()])),
        "way": Way(chosen.ended(request.user), it),
        "facts": facts,
        "panel": ReviewPanel.of(it, request.user, facts.clip, form),
        "standing": standing(it),
        "waiting_since": step_began(it),
        "failure": explain(it) if in_doubt else None,
        "may_change": policy.may_change(request.user, it),
        "may_order": policy.may_order(request.user),
        "retries": it.retries.only("uuid", "pk", "state"),
        "events": it.events.all(),
        "decisions": audit.of_task(it),
        "named": hint_facts(it) if it.state == State.CLOSED else [],
        "case": case_page_of(it, request.user, it.get_absolute_url()),
    }


def _turn(request: MemberRequest) -> int:
    """Which question the form answers; by default the first, which is never answered twice."""
    return whole(request.POST.get("turn", "")) or 0


def _changeable(request: MemberRequest, uuid: UUID) -> Task:
    it = find(request, uuid)
    if not policy.may_change(request.user, it):
        raise PermissionDenied("This task belongs to another person. Its owner or an admin can do this.")
    return it


def _go(request: MemberRequest, it: Task) -> HttpResponse:
    if stays(request):
        return render(request, "parts/_toasts.html")
    url = next_page(request, it.get_absolute_url())
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
