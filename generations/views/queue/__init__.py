"""The queue: what needs a person, what is under way, what waits, what ended today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from generations import orders, policy
from generations.decisions import cases, pauses
from generations.library.durations import step_began, with_usual
from generations.models import State, Task
from generations.models.state import ENDED, ENDED_BADLY, UNDER_WAY
from generations.models.task import TaskQuerySet
from generations.models.track_record import Span
from generations.orders import waiting
from generations.orders.waiting import EVERYBODY, Wait
from generations.views.access import MemberRequest, admin_required, member_required
from generations.views.plans.listed import Asked, OpenPlan, asked_plans, open_plans
from generations.views.polls import polled
from generations.views.queue import flow
from generations.views.queue.case_page import case_pages
from generations.wording import waits
from generations.wording.failures import Failure, explain
from generations.wording.obstacles import obstacle

SHOWN = 100
"""Rows per section; the rest is counted, not listed."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One task as a row of the queue."""

    task: Task
    since: datetime | None = None
    turn: str = ""
    wait: Wait | None = None
    sent: bool = True
    """For an ended task: whether it was ever handed to Kie."""
    took: int | None = None
    failure: Failure | None = None
    may_change: bool = False
    times_ordered: int = 0

    @property
    def usual(self) -> Span | None:
        return self.task.usual if self.task.state == State.RUNNING else None

    @property
    def may_look(self) -> bool:
        return self.may_change and self.task.state == State.RUNNING

    @property
    def why(self) -> str:
        """What holds the task up: if queued, why it waits; if under way, what the obstacle is."""
        return waits.why_it_waits(self.wait) if self.wait else obstacle(self.task)

    @property
    def why_tone(self) -> str:
        return "dim" if self.wait and not self.wait.is_trouble else "warn"

    @property
    def note(self) -> str:
        """What went wrong: our sentence, Kie's own words, and what helps."""
        if self.failure is None:
            return ""
        words = f"“{self.failure.words}”" if self.failure.words else ""
        return " ".join(filter(None, [self.failure.sentence, words, self.failure.advice]))

    @property
    def action(self) -> str:
        """The next action: open, edit, retry, or none for users who may not act."""
        if self.failure is None:
            return "open"
        if not self.may_change:
            return ""
        return "retry" if self.failure.retry_helps else "edit"


class Queue:
    """The sections of the page, for one person's tasks or for everybody's."""

    def __init__(self, person: User, who: str, ended: str) -> None:
        self.person = person
        self.everyone = who == "everyone"
        self.failed_only = ended == "failed"
        everything = policy.visible_tasks(person)
        mine = everything.filter(person=person)
        self.tasks: TaskQuerySet = everything if self.everyone else mine
        self.mine_open = mine.open().count()
        self.all_open = everything.open().count()
        self.flow = flow.flow()
        found = cases.open_cases(everything)
        self.case_count = len(found)
        self.cases = case_pages(found[:SHOWN], person, self.url)
        self.in_doubt = {case.task.pk for case in found}
        self.under_way = self._under_way()
        self.quiet = [it for it in self.cases if it.probably_not_sent and it.may_settle]
        self.queued = self.tasks.filter(state=State.QUEUED).exclude(pk__in=self.in_doubt).count()
        self.waiting = self._waiting()
        self.asked: list[Asked] = asked_plans(person)
        self.plans: list[OpenPlan] = open_plans(person)
        self._ended_today(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))

    @property
    def polls(self) -> bool:
        return self.all_open > 0 or bool(self.asked) or any(case.asks for case in self.cases)

    @property
    def url(self) -> str:
        return address("everyone" if self.everyone else "mine", "failed" if self.failed_only else "")

    @property
    def tabs(self) -> list[tuple[str, int, str, bool]]:
        return [
            ("Mine", self.mine_open, address("mine"), not self.everyone),
            ("Everyone", self.all_open, address("everyone"), self.everyone),
        ]

    @property
    def ended_tabs(self) -> list[tuple[str, int, str, bool]]:
        who = "everyone" if self.everyone else "mine"
        return [
            ("All", self.ended_count, address(who), not self.failed_only),
            ("Failed", self.failed_count, address(who, "failed"), self.failed_only),
        ]

    @property
    def quiet_credits(self) -> Decimal:
        """Credits released by closing all tasks that were probably not sent."""
        return sum((it.task.quote_credits or Decimal(0) for it in self.quiet), Decimal(0))

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.asked or self.plans or self.under_way or self.waiting)

    def _read(self, tasks: TaskQuerySet) -> Iterable[Task]:
        return tasks.select_related("person")[:SHOWN]

    def _under_way(self) -> list[Line]:
        rows = self._read(self.tasks.filter(state__in=UNDER_WAY).order_by("sent_at", "id"))
        tasks = with_usual(task for task in rows if task.pk not in self.in_doubt)
        return [
            Line(task=t, since=step_began(t), may_change=policy.may_change(self.person, t)) for t in tasks
        ]

    def _waiting(self) -> list[Line]:
        if not self.queued:
            return []
        line = [*self._read(self.tasks.in_turn(EVERYBODY)), *self._read(self.tasks.held_back())][:SHOWN]
        rows = [t for t in line if t.pk not in self.in_doubt]
        reasons = waiting.waits(rows)
        return [
            Line(
                task=t,
                turn=waits.turn(reasons[t.pk]),
                wait=reasons[t.pk],
                may_change=policy.may_change(self.person, t),
            )
            for t in rows
        ]

    def _ended_today(self, midnight: datetime) -> None:
        ended = self.tasks.filter(state__in=ENDED, changed_at__gte=midnight)
        failed = ended.filter(state__in=ENDED_BADLY)
        self.ended_count, self.failed_count = ended.count(), failed.count()
        shown = failed if self.failed_only else ended
        rows = list(self._read(shown.order_by("-changed_at", "-id").prefetch_related("sends")))
        times = orders.times_ordered_each(rows)
        self.ended = [
            Line(
                task=t,
                took=t.took,
                sent=t.handed_over,
                failure=None if t.state == State.READY else explain(t),
                may_change=policy.may_change(self.person, t) and t.spec is not None,
                times_ordered=times.get(t.pk, 0),
            )
            for t in rows
        ]


@require_GET
@member_required
@polled
@vary_on_headers("HX-Request")
def queue(request: MemberRequest) -> HttpResponse:
    """The page, or only the changing part for its own poll."""
    usual = "mine" if policy.role(request.user) is policy.Role.CREATOR else "everyone"
    who = request.GET.get("who", "")
    page = Queue(request.user, who if who in ("mine", "everyone") else usual, request.GET.get("ended", ""))
    context = {"queue": page, "may_administer": policy.may_administer(request.user)}
    poll = request.htmx and request.htmx.target == "queue"
    return render(request, "queue/_queue.html" if poll else "queue/page.html", context)


@require_POST
@admin_required
def sending(request: MemberRequest) -> HttpResponse:
    """Pause or resume sending for all tasks. Asking and saving continue."""
    match request.POST.get("do"):
        case "pause":
            reason = " ".join(request.POST.get("reason", "").replace("\0", "").split())[:200]
            pauses.pause(request.user, reason)
            messages.success(request, "Sending is paused. What is under way goes on.")
        case "resume":
            pauses.resume(request.user)
            messages.success(request, "Sending is on again.")
        case _:
            return HttpResponseBadRequest("Pause or resume?")
    return redirect(reverse("queue"))


def address(who: str, ended: str = "") -> str:
    query = {"who": who} | ({"ended": ended} if ended else {})
    return f"{reverse('queue')}?{urlencode(query)}"
