"""One task: its clip or its progress, everything known about it, and what can be done with it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh, trigger_client_event

from generations import aside, catalogue, orders, policy
from generations.decisions import audit
from generations.forms.gallery import filter_of
from generations.kie.endpoints import ENDPOINTS
from generations.library.durations import step_began, with_usual
from generations.library.lineage import Lineage
from generations.library.search import Way
from generations.models import PutAway, Seen, Task
from generations.models.state import ENDED_BADLY, OPEN, State
from generations.numbers import whole
from generations.views.access import MemberRequest, member_required, orders_required, stays
from generations.views.back import next_page
from generations.views.gallery import place_of
from generations.views.polls import polled
from generations.views.queue.case_page import case_page_of
from generations.views.task.continued import Continued, order_key, values_for
from generations.views.task.facts import Facts
from generations.views.task.guests import voices_of, with_shared
from generations.views.task.review_panel import ReviewPanel
from generations.views.task.tree import Tree
from generations.wording.evidence import hint_facts
from generations.wording.failures import explain
from generations.wording.figures import cr
from generations.wording.standing import standing


@require_safe
@vary_on_headers("HX-Target")
@member_required
@polled
def task(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The page; for htmx its state (#live), how it goes on (#continue) or its review (#votes)."""
    it = find(request, uuid)
    if request.htmx.target == "live" and it.state not in OPEN:
        return HttpResponseClientRefresh()
    if request.htmx.target == "continue":
        return render(request, "task/_continue.html", context(request, it))
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


@orders_required
@require_POST
def go_on(request: MemberRequest, uuid: UUID, model_id: str) -> HttpResponse:
    """Order what one press can: a model for which nothing but the clip has to be named."""
    it, spec = find(request, uuid), catalogue.find(model_id)
    if spec is None or not ENDPOINTS[spec.endpoint].asked:
        raise Http404(f"“{model_id}” cannot be ordered with one press.")
    problem = ""
    try:
        key = order_key(it, spec, request.user, _turn(request))
        orders.check_live(spec)
        orders.place(request.user, spec, values_for(it, spec), order_key=key)
    except orders.NotAdmitted as refusal:
        problem = str(refusal)
    if request.htmx.target == "continue":
        shown = context(request, it) | {"problem": problem}
        answer = render(request, "task/_continue.html", shown, status=422 if problem else 200)
        return trigger_client_event(answer, "balance")
    if problem:
        messages.error(request, problem)
    return _go(request, it)


def find(request: MemberRequest, uuid: UUID) -> Task:
    tasks = policy.visible_tasks(request.user).select_related("person", "budget", "plan")
    return get_object_or_404(with_shared(tasks).prefetch_related("videos"), uuid=uuid)


def context(request: MemberRequest, it: Task, form: Form | None = None) -> dict[str, object]:
    """Everything the page and its fragments show."""
    with_usual([it])
    chosen = filter_of(request.GET)
    lineage = Lineage.of(it, request.user)
    facts = Facts.of(it, request.GET.get("file", ""), chosen.query, lineage.sources)
    in_doubt = it.state in ENDED_BADLY or it.state in (State.UNCONFIRMED, State.CANCELLED, State.CLOSED)
    return {
        "task": it,
        "query": chosen.query,
        "place": place_of(it, chosen),
        "address": request.GET.urlencode(),
        "poll_url": "?".join(filter(None, [it.get_absolute_url(), request.GET.urlencode()])),
        "way": Way(chosen.ended(request.user), it),
        "facts": facts,
        "continued": Continued.of(it, request.user),
        "lineage": lineage,
        "tree": Tree.of(lineage),
        "panel": ReviewPanel.of(it, request.user, facts.clip, form),
        "guests": voices_of(it),
        "standing": standing(it),
        "waiting_since": step_began(it),
        "failure": explain(it) if in_doubt else None,
        "may_change": policy.may_change(request.user, it),
        "may_order": policy.may_order(request.user),
        "retries": it.retries.all(),
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
