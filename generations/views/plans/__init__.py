"""A plan: what a wish makes and costs, before it is ordered; and its tasks, after."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from generations import catalogue, orders, policy
from generations.decisions import approvals
from generations.forms.plans import AnswerForm, PlanForm
from generations.models import Plan
from generations.orders import changing, ordering, plans
from generations.orders.expansion import Unclear
from generations.orders.plans import RowsRefused
from generations.views.access import MemberRequest, member_required, own_form
from generations.views.back import next_page
from generations.views.plans import shown
from generations.views.plans.shown import PlanPage
from generations.views.polls import polled
from generations.wording.figures import cr

SETTLES = frozenset({"order", "hold", "drop"})
"""After these presses the form in which the plan was made goes on to its next wish."""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@polled
@vary_on_headers("HX-Request")
def plan(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The plan. Each press in its form first keeps what was written in it, then does what it says."""
    found = _find(request, uuid)
    if request.method != "POST":
        return answer(request, shown.page_of(request.user, found))
    own_form(request)
    if not policy.may_order_plan(request.user, found):
        raise PermissionDenied("This plan belongs to another person.")
    form = PlanForm(found, request.POST)
    try:
        changing.write(found, form.prompts, form.marks)
        said = _done(found, form)
    except (orders.NotAdmitted, Unclear) as refusal:
        return _refused(request, found, form, refusal)
    return _answered(request, found, form, said)


def _done(plan: Plan, form: PlanForm) -> str:
    """Do what the pressed button says; what to say of it. Raises NotAdmitted, Unclear."""
    match form.pressed:
        case "order":
            ordering.order(plan, form.rows, form.total, form.agreed, form.prompts)
        case "hold":
            plans.keep(plan)
            return "It is on hold: nothing was ordered. You find it in the queue."
        case "drop":
            plans.drop(plan)
        case "withdraw":
            plans.withdraw(plan)
        case "out":
            changing.take_out(plan, form.row)
        case "back":
            changing.put_back(plan, form.row)
        case "model":
            return _with_model(plan, form.model)
        case "lines":
            changing.add(plan, form.wishes(), form.had)
    return ""


def _with_model(plan: Plan, model_id: str) -> str:
    spec = catalogue.find(model_id)
    if spec is None or not spec.orderable:
        raise Unclear("Choose a model that can be ordered.")
    dropped = changing.add_model(plan, spec)
    return f"{spec.label} does not take {', '.join(dropped)}." if dropped else ""


def _answered(request: MemberRequest, plan: Plan, form: PlanForm, said: str) -> HttpResponse:
    """What came of it. Lines that were pasted and not added yet are shown again, also without script."""
    plan.refresh_from_db()
    lines = "" if form.pressed == "lines" else form.lines
    if not request.htmx and not lines:
        if said:
            messages.success(request, said)
        return redirect(plan)
    page = replace(shown.page_of(request.user, plan, form), said=said, lines=lines)
    reply = answer(request, page)
    if form.pressed in SETTLES:
        trigger_client_event(reply, "planned", {"after": str(plan.key)})
    if form.pressed == "order":
        trigger_client_event(reply, "balance")
        trigger_client_event(reply, "tasks")
    return reply


def _refused(request: MemberRequest, plan: Plan, form: PlanForm, refusal: Exception) -> HttpResponse:
    """Why nothing was done, beside what was pressed; what was written stays."""
    plan.refresh_from_db()
    refusals = refusal.refusals if isinstance(refusal, RowsRefused) else {}
    page = replace(shown.page_of(request.user, plan, form, refusals), refusal=str(refusal))
    return answer(request, page, status=422)


def answer(request: MemberRequest, page: PlanPage, status: int = 200) -> HttpResponse:
    """The plan as a page, or the part of it that a script asks for."""
    template = "plans/_plan.html" if request.htmx else "plans/page.html"
    return render(request, template, {"plan": page}, status=status)


@require_POST
@member_required
def deed(request: MemberRequest, uuid: UUID, deed: str) -> HttpResponse:
    """Pause, resume or cancel a plan that was ordered, order it again; an admin's yes or no."""
    if deed not in DEEDS:
        raise Http404(f"There is nothing “{deed}” to do with a plan.")
    own_form(request)
    found = _find(request, uuid)
    url = DEEDS[deed](request, found)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def pause(request: MemberRequest, plan: Plan) -> str:
    _require_own(request, plan)
    plans.pause(plan)
    messages.success(request, "The plan is paused: what is still queued is not sent. What has left goes on.")
    return _back(request, plan)


def resume(request: MemberRequest, plan: Plan) -> str:
    _require_own(request, plan)
    plans.resume(plan)
    messages.success(request, "The plan goes on.")
    return _back(request, plan)


def cancel(request: MemberRequest, plan: Plan) -> str:
    _require_own(request, plan)
    cancelled, left = plans.cancel(plan, request.user)
    some = f"{cancelled} task{' is' if cancelled == 1 else 's are'} cancelled, at no cost."
    more = f" {left} had left already and {'goes' if left == 1 else 'go'} on." if left else ""
    messages.success(request, f"{some}{more}")
    return _back(request, plan)


def again(request: MemberRequest, plan: Plan) -> str:
    if not policy.may_order(request.user):
        raise PermissionDenied("Reviewers look and decide. A creator or an admin can order.")
    return plans.order_again(plan, request.user).get_absolute_url()


def yes(request: MemberRequest, plan: Plan) -> str:
    _require_admin(request)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise approvals.NotPossible(form.why)
        tasks = approvals.say_yes(request.user, plan, form.asked_at, form.seen, form.said)
    except (approvals.NotPossible, orders.NotAdmitted) as why:
        messages.warning(request, str(why))
        return _back(request, plan, "queue")
    held = cr(sum((task.quote_credits for task in tasks), Decimal(0)))
    some = "1 task is" if len(tasks) == 1 else f"{len(tasks)} tasks are"
    messages.success(request, f"{some} queued, {held} cr held.")
    return _back(request, plan, "queue")


def no(request: MemberRequest, plan: Plan) -> str:
    _require_admin(request)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise approvals.NotPossible(form.why)
        approvals.say_no(request.user, plan, form.asked_at, form.said)
    except approvals.NotPossible as why:
        messages.warning(request, str(why))
    else:
        messages.success(request, "You said no. Nothing was ordered, and its person sees what you wrote.")
    return _back(request, plan, "queue")


DEEDS: dict[str, Callable[[MemberRequest, Plan], str]] = {
    "pause": pause,
    "resume": resume,
    "cancel": cancel,
    "again": again,
    "yes": yes,
    "no": no,
}


def _find(request: MemberRequest, uuid: UUID) -> Plan:
    seen = policy.visible_plans(request.user).select_related("person", "answered_by")
    return get_object_or_404(seen, uuid=uuid)


def _require_own(request: MemberRequest, plan: Plan) -> None:
    if not policy.may_change_plan(request.user, plan):
        raise PermissionDenied("This plan belongs to another person. Its owner or an admin may do this.")


def _require_admin(request: MemberRequest) -> None:
    if not policy.may_administer(request.user):
        raise PermissionDenied("Only an admin may do this.")


def _back(request: MemberRequest, plan: Plan, to: str = "") -> str:
    return next_page(request, reverse(to) if to else plan.get_absolute_url())
