"""The order form as a wish: several tasks of it are planned first, and a dear one may wait for a yes."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django_htmx.http import reswap, retarget, trigger_client_event

from generations import orders
from generations.forms.order import OrderForm
from generations.models import Plan, Task
from generations.numbers import uuid_in
from generations.orders import line, ordering, plans
from generations.orders.expansion import Unclear
from generations.orders.ordering import look_at, total_of
from generations.orders.plans import Wish
from generations.views.access import MemberRequest
from generations.views.plans import answer, shown


def check(form: OrderForm) -> None:
    """Say at the prompt what its alternatives cannot mean."""
    param = form.spec.with_role("prompt")
    if param is None or param.name in form.errors:
        return
    try:
        plans.rows_of([_wish(form)])
    except Unclear as unclear:
        form.add_error(param.name, str(unclear))


def is_one_task(form: OrderForm) -> bool:
    """Whether a valid form asks for one task, and not to plan it."""
    return "plan" not in form.data and len(plans.rows_of([_wish(form)])) == 1


def values(form: OrderForm) -> dict[str, object]:
    """What a form of one task orders: in its prompt, braces with a backslash are braces."""
    return plans.first_of(form.spec, form.values())[0]


def placed(request: MemberRequest, form: OrderForm, key: uuid.UUID) -> list[Task]:
    """What the form orders: in the place of the task that it changes, or anew, first in line if asked.

    An empty list: its person may not order so much alone. Raises NotAdmitted.
    """
    person, spec = request.user, form.spec
    if form.changing:
        if not is_one_task(form):
            raise orders.NotAdmitted(
                f"Not sent: #{form.changing.pk} becomes one task. Take the other takes or alternatives out."
            )
        return [line.change(form.changing, person, spec, values(form), key=key, agreed=form.agreed)]
    try:
        with transaction.atomic():
            task = orders.place_wish(
                person, spec, values(form), key=key, agreed=form.agreed, answers=form.answers
            )
            if "first" in request.POST:
                line.put_first([task])
    except orders.NeedsYes:
        return []
    return [task]


def planned(request: MemberRequest, form: OrderForm, key: uuid.UUID) -> HttpResponse:
    """The plan of the form, in the studio's dialog or on its own page. Raises orders.AlreadyOrdered."""
    return _shown(request, plans.plan(request.user, key, [_wish(form)], answers=form.answers))


def asked(request: MemberRequest, form: OrderForm, key: uuid.UUID) -> HttpResponse:
    """One task that its person may not order alone: a plan of it that waits for a yes. Raises NotAdmitted."""
    plan = plans.plan_as_wished(request.user, key, [_wish(form)], answers=form.answers)
    looks = look_at(list(plan.standing))
    rows = [look.row.pk for look in looks]
    reply = _shown(request, ordering.order(plan, rows, total_of(looks), form.agreed))
    return trigger_client_event(reply, "planned", {"after": str(plan.key)})


def let_go(person: User, post: QueryDict) -> None:
    """What the form is for no more: the task that it was opened to change, or the clip that it answers."""
    if "unchange" in post:
        line.leave(person, uuid_in(post.get("changes", "")))
    if "unanswer" in post:
        post.pop("answers", None)


def _wish(form: OrderForm) -> Wish:
    return Wish(spec=form.spec, values=form.values(), takes=form.take_count)


def _shown(request: MemberRequest, plan: Plan) -> HttpResponse:
    if not request.htmx:
        return redirect(plan)
    reply = answer(request, shown.page_of(request.user, plan))
    return reswap(retarget(reply, "#plan-here"), "innerHTML")
