"""An admin's yes or no to what somebody may not order alone, and from which price on it takes one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from generations import policy
from generations.models import ApprovalLimit, Audit, Plan, Task
from generations.models.plan import PlanQuerySet, Stage
from generations.orders import ordering, plans
from generations.policy import Role
from generations.wording.figures import cr
from generations.wording.names import full_name, short_name

ROLE = Role.CREATOR
"""The one role that orders and may need a yes: orders of admins never wait, reviewers order nothing."""

ASKED_ANEW = "It was asked anew meanwhile, maybe with other tasks. Nothing was ordered: look at it again."


class NotPossible(Exception):
    """The answer was not taken, or no longer; the text says why. Nothing was ordered by it."""


def to_answer(person: policy.Person) -> PlanQuerySet:
    """The plans that wait for an answer of this person, the longest waiting first."""
    waiting: PlanQuerySet = Plan.objects.asked()
    return waiting if policy.may_administer(person) else waiting.none()


def say_yes(admin: User, plan: Plan, asked_at: datetime, total: Decimal, comment: str) -> list[Task]:
    """Order the plan as it was asked at that moment, in the same transaction, at no more than this total.

    While a plan waits nothing of it changes, so the moment names what the admin sees. Of two admins at once,
    one answer stands. Raises NotPossible, and orders.NotAdmitted when it cannot be ordered as it is: then it
    goes on waiting.
    """
    with transaction.atomic():
        now = _asked(admin, plan, asked_at)
        if not policy.may_order(now.person):
            raise NotPossible(f"{short_name(now.person)} may not order any more, so nothing was ordered.")
        tasks = ordering.order_asked(now, total)
        _answer(admin, now, approved=True, comment=comment)
        held = sum((task.quote_credits for task in tasks), Decimal(0))
        _write(admin, Audit.Action.YES, now, len(tasks), held, comment)
    return tasks


def say_no(admin: User, plan: Plan, asked_at: datetime, comment: str) -> None:
    """Its person may change it and ask again. Raises NotPossible."""
    with transaction.atomic():
        now = _asked(admin, plan, asked_at)
        _answer(admin, now, approved=False, comment=comment)
        count = now.standing.count()
        _write(admin, Audit.Action.NO, now, count, now.asked_credits or Decimal(0), comment)


def _asked(admin: User, plan: Plan, asked_at: datetime) -> Plan:
    """The plan, locked, while it waits for an answer to what was asked at that moment."""
    if not policy.may_administer(User.objects.select_related("membership").get(pk=admin.pk)):
        raise PermissionDenied("Only an admin may do this, and you are none any more.")
    try:
        now = plans.locked(plan, Stage.ASKED)
    except plans.Fixed:
        raise NotPossible(_why_not(Plan.objects.select_related("answered_by").get(pk=plan.pk))) from None
    if now.asked_at != asked_at:
        raise NotPossible(ASKED_ANEW)
    return now


def _why_not(plan: Plan) -> str:
    if plan.answered_by is None:
        return f"{short_name(plan.person)} has taken it back meanwhile. Nothing was ordered."
    said = "yes: it is ordered" if plan.approved else "no"
    return (
        f"{short_name(plan.answered_by)} has answered it already, with {said}. Your answer changed nothing."
    )


def _answer(admin: User, plan: Plan, *, approved: bool, comment: str) -> None:
    given = {"approved": approved, "answered_by": admin, "answered_at": timezone.now(), "comment": comment}
    Plan.objects.filter(pk=plan.pk).update(**given)


def _write(admin: User, action: Audit.Action, plan: Plan, count: int, credits: Decimal, comment: str) -> None:
    some = "1 task" if count == 1 else f"{count} tasks"
    said = f": “{comment}”" if comment else ""
    text = f"{some} of {full_name(plan.person)}, {cr(credits)} cr{said}"
    Audit.objects.create(person=admin, action=action, whom=plan.person, text=text)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What may be ordered without a yes. Credits; None: everything."""

    order: Decimal | None = None
    day: Decimal | None = None

    @property
    def words(self) -> str:
        parts = [f"above {cr(self.order)} cr each"] if self.order is not None else []
        parts += [f"above {cr(self.day)} cr a day"] if self.day is not None else []
        return f"orders {' or '.join(parts)} wait for a yes" if parts else "no order waits for a yes"


def limits() -> Limits:
    row = ApprovalLimit.objects.filter(role=ROLE).first()
    return Limits(order=row.order, day=row.day) if row else Limits()


def set_limits(admin: User, new: Limits) -> None:
    """Set or lift what creators may order alone. Setting the same again does nothing."""
    with transaction.atomic():
        ApprovalLimit.objects.get_or_create(role=ROLE)
        row = ApprovalLimit.objects.select_for_update().get(role=ROLE)
        if (row.order, row.day) == (new.order, new.day):
            return
        ApprovalLimit.objects.filter(role=ROLE).update(order=new.order, day=new.day)
        Audit.objects.create(person=admin, action=Audit.Action.APPROVAL, text=f"creators: {new.words}")
