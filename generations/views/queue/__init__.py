"""The queue: what needs a person, what is under way, what waits, what ended today."""

from collections.abc import Iterable
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
from generations.forms.queue import HoldWindowForm
from generations.library.durations import step_began, with_usual
from generations.models import Preferences, Runtime, State, Task
from generations.models.state import ENDED, ENDED_BADLY, UNDER_WAY
from generations.models.task import TaskQuerySet
from generations.orders import waiting
from generations.orders.waiting import EVERYBODY, Sending
from generations.views.access import MemberRequest, admin_required, member_required
from generations.views.back import next_page
from generations.views.frame import frame_of
from generations.views.plans.listed import (
    Asked,
    OpenPlan,
    asked_count,
    asked_plans,
    open_count,
    open_plans,
)
from generations.views.polls import polled
from generations.views.queue import flow
from generations.views.queue.case_page import case_pages
from generations.views.queue.rows import Row, waiting_rows
from generations.views.queue.window import hold_window
from generations.wording.failures import explain

SHOWN = 100
"""Rows per section; the rest is counted, not listed."""


class Queue:
    """The sections of the page, for one person's tasks or for everybody's."""

    def __init__(self, person: User, who: str, ended: str, sending: Sending) -> None:
        self.person = person
        self.sending = sending
        self.everyone = who == "everyone"
        self.failed_only = ended == "failed"
        self.hides_ended = Preferences.of(person).hides_ended and not self.failed_only
        everything = policy.visible_tasks(person)
        mine = everything.filter(person=person)
        self.tasks: TaskQuerySet = everything if self.everyone else mine
        self.mine_open = mine.open().count()
        self.all_open = everything.open().count()
        self.flow = flow.flow(sending)
        found = cases.open_cases(everything)
        self.case_count = len(found)
        self.cases = case_pages(found[:SHOWN], person, self.url)
        self.in_doubt = {case.task.pk for case in found}
        self.under_way = self._under_way()
        self.quiet = [it for it in self.cases if it.probably_not_sent and it.may_settle]
        self.queued = self.tasks.filter(state=State.QUEUED).exclude(pk__in=self.in_doubt).count()
        self.waiting = self._waiting()
        self.asked: list[Asked] = asked_plans(person)
        self.asked_count = asked_count(person, self.asked)
        self.plans: list[OpenPlan] = open_plans(person)
        self.plan_count = open_count(person, self.plans)
        self._ended_today(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))

    @property
    def polls(self) -> bool:
        return self.all_open > 0 or bool(self.asked) or any(case.asks for case in self.cases)

    @property
    def url(self) -> str:
        return address("everyone" if self.everyone else "mine", "failed" if self.failed_only else "")

    @property
    def chooses(self) -> bool:
        """Whether some of what waits can be chosen by whoever looks."""
        return any(row.mine for row in self.waiting)

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

    def _under_way(self) -> list[Row]:
        rows = self._read(self.tasks.filter(state__in=UNDER_WAY).order_by("sent_at", "id"))
        tasks = with_usual(task for task in rows if task.pk not in self.in_doubt)
        return [Row(task=t, since=step_began(t), may_change=policy.may_change(self.person, t)) for t in tasks]

    def _waiting(self) -> list[Row]:
        if not self.queued:
            return []
        line = self._read(self.tasks.filter(held_at=None).in_turn(EVERYBODY))
        paused = self._read(self.tasks.filter(held_at=None).in_paused_plans())
        held = self._read(self.tasks.exclude(held_at=None).in_place())
        rows = [t for t in (*line, *paused, *held) if t.pk not in self.in_doubt][:SHOWN]
        return list(waiting_rows(self.person, rows, waiting.waits(rows, self.sending)))

    def _ended_today(self, midnight: datetime) -> None:
        ended = self.tasks.filter(state__in=ENDED, changed_at__gte=midnight, changed_into=None)
        failed = ended.filter(state__in=ENDED_BADLY)
        self.ended_count, self.failed_count = ended.count(), failed.count()
        if self.hides_ended:
            self.ended: list[Row] = []
            return
        shown = failed if self.failed_only else ended
        rows = list(self._read(shown.order_by("-changed_at", "-id").prefetch_related("sends")))
        times = orders.times_ordered_each(rows)
        self.ended = [
            Row(
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
    poll = request.htmx and request.htmx.target == "queue"
    return render(request, "queue/_queue.html" if poll else "queue/page.html", _shown(request))


def _shown(request: MemberRequest, form: HoldWindowForm | None = None) -> dict[str, object]:
    usual = "mine" if policy.role(request.user) is policy.Role.CREATOR else "everyone"
    who = request.GET.get("who", "")
    who = who if who in ("mine", "everyone") else usual
    sending = frame_of(request).sending
    page = Queue(request.user, who, request.GET.get("ended", ""), sending)
    may_administer = policy.may_administer(request.user)
    return {"queue": page, "window": hold_window(sending.runtime, form), "may_administer": may_administer}


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


@require_POST
@admin_required
def set_hold_window(request: MemberRequest) -> HttpResponse:
    """Set for how long new orders can still be changed. An error is shown at the field."""
    form = HoldWindowForm(request.POST)
    refused = None if form.is_valid() else form
    if refused is None:
        pauses.set_hold_window(request.user, form.cleaned_data["seconds"])
        if not request.htmx:
            return redirect(f"{reverse('queue')}#hold-window")
    status = 422 if refused else 200
    if request.htmx:
        context = {"window": hold_window(Runtime.now(), refused), "may_administer": True}
        return render(request, "queue/_window.html", context, status=status)
    return render(request, "queue/page.html", _shown(request, refused), status=status)


@require_POST
@member_required
def list_ended(request: MemberRequest) -> HttpResponse:
    """Whether the queue lists what has ended to this person, until it is set again."""
    match request.POST.get("do"):
        case "hide" | "show" as do:
            Preferences.choose(request.user, hides_ended=do == "hide")
        case _:
            return HttpResponseBadRequest("Hide or show?")
    return redirect(next_page(request, reverse("queue")))


def address(who: str, ended: str = "") -> str:
    query = {"who": who} | ({"ended": ended} if ended else {})
    return f"{reverse('queue')}?{urlencode(query)}"
