"""The right side of the studio: tasks under way, the newest clip, and earlier takes of its prompt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from generations import policy
from generations.library.durations import with_usual
from generations.models import Preferences, PutAway, State, Task, Video
from generations.models.state import ENDED, ENDED_BADLY, OPEN, UNDER_WAY, UNSETTLED
from generations.models.track_record import Span
from generations.numbers import uuid_in
from generations.orders.waiting import Sending, Wait, Why, waits
from generations.views.access import MemberRequest, member_required
from generations.views.frame import frame_of
from generations.views.polls import polled
from generations.views.studio.latest import Latest, latest_of
from generations.views.studio.stills import files_of, stills_of
from generations.wording.failures import explain
from generations.wording.obstacles import obstacle
from generations.wording.waits import briefly, turn, why_it_waits

STAYS = timedelta(minutes=6)
"""How long a card stays after its task has ended well, or was ended on purpose."""
UNSEEN = timedelta(days=7)
"""How long a card stays for the user's own task that ended badly and was not seen."""
MOST_CARDS = 24
WHO = ("mine", "everyone")


@dataclass(frozen=True, kw_only=True)
class Card:
    """One task of the strip."""

    task: Task
    mine: bool
    turn: str = ""
    window: datetime | None = None
    """Until when it can be changed before it is sent, if that is all that it waits for."""
    arranges: bool = False
    """Whether it waits in the line of the user, who can hold it back, change it, choose it."""
    since: datetime | None = None
    took: int | None = None
    why: str = ""
    edit_url: str = ""
    cancels: bool = False
    waits: str = ""
    brief: str = ""
    """The same in few words, where there are any."""
    goes: bool = False
    """Whether the card disappears only when the user puts it away."""
    still: str = ""
    """A picture of what is made, or of what it is made from; empty: none."""
    clip: Video | None = None
    """What plays on the card: of a ready task with moving pictures or sound."""

    @property
    def usual(self) -> Span | None:
        return self.task.usual

    @property
    def tone(self) -> str:
        if self.task.state == State.QUEUED and self.task.held_at:
            return "held"
        return "late" if self.task.is_late else self.task.state

    @property
    def busy(self) -> bool:
        return self.task.state in (State.SENDING, State.RUNNING, State.SAVING) and not self.task.is_late

    @property
    def clip_url(self) -> str:
        """Where it plays without script: among the person's own, or on its page."""
        here = urlencode({"shown": str(self.task.uuid)})
        return f"?{here}" if self.mine else self.task.get_absolute_url()

    @property
    def note(self) -> str:
        """The last line of the card: what is known about the time, and nothing more."""
        return self.waits or obstacle(self.task)


@dataclass(frozen=True, kw_only=True)
class Now:
    """The whole side. The page polls it while `live`."""

    who: str
    cards: list[Card]
    latest: Latest | None
    mine_open: int
    others_open: int
    doubt: int
    doubt_held: Decimal
    shown: UUID | None = None
    notifies: bool = False
    """Whether the person is told by browsers that may."""
    whose = (("mine", "Mine"), ("everyone", "Everyone"))

    @property
    def live(self) -> bool:
        return any(card.task.is_open for card in self.cards)

    @property
    def url(self) -> str:
        query = {"who": self.who} | ({"shown": str(self.shown)} if self.shown else {})
        return f"{reverse('now')}?{urlencode(query)}"

    @property
    def away_url(self) -> str:
        return f"{reverse('put-away')}?{urlencode({'who': self.who})}"

    @property
    def counts(self) -> str:
        """What is under way; empty when there are only tasks in doubt, which are reported separately."""
        if self.mine_open or self.others_open:
            return f"{self.mine_open} of yours in flight, {self.others_open} of others"
        return "" if self.doubt else "Nothing in flight"

    @property
    def chooses(self) -> bool:
        """Whether there are cards of which the user may cancel some together."""
        return any(card.arranges for card in self.cards)

    @property
    def clears(self) -> bool:
        """Whether there are cards that the user may put away together."""
        return sum(card.goes for card in self.cards) > 1


@member_required
@require_GET
@polled
def now(request: MemberRequest) -> HttpResponse:
    """The tasks under way, and the newest clip."""
    return render(request, "studio/_now.html", {"now": of_request(request)})


@member_required
@require_POST
def put_away(request: MemberRequest) -> HttpResponse:
    """Take cards of ended tasks off the strip: the named one, or all that have ended."""
    task = _named(request)
    PutAway.note(request.user, [task] if task else ended_cards(request.user))
    if request.htmx:
        return render(request, "studio/_now.html", {"now": of_request(request)})
    return redirect("studio")


def _named(request: MemberRequest) -> Task | None:
    key = uuid_in(request.POST.get("task", ""))
    return policy.visible_tasks(request.user).filter(uuid=key).first() if key else None


def of_request(request: MemberRequest) -> Now:
    """What the side shows for an address."""
    query, sending = request.GET, frame_of(request).sending
    shown, stays = query.get("shown", ""), query.get("stays", "")
    return now_of(request.user, query.get("who", ""), sending, shown, stays)


def now_of(person: User, who: str, sending: Sending, shown: str = "", stays: str = "") -> Now:
    """What the side shows to the person. Invalid `who` and `shown` mean their own tasks and the newest clip.

    `shown` is a clip that the user chose, and it stays; `stays` is one that the user plays or points at: it
    stays as long as it is named.
    """
    who = who if who in WHO else WHO[0]
    open_or_doubtful = policy.visible_tasks(person).filter(state__in=OPEN | {State.UNCONFIRMED})
    rows = list(open_or_doubtful.values_list("person_id", "state", "quote_credits"))
    flying = [owner == person.pk for owner, state, _ in rows if state != State.UNCONFIRMED]
    held = [c for owner, state, c in rows if state == State.UNCONFIRMED and owner == person.pk]
    wanted = uuid_in(shown)
    latest = latest_of(person, uuid_in(stays) or wanted)
    chosen = wanted if latest and latest.task.uuid == wanted and not latest.newest else None
    return Now(
        who=who,
        cards=_cards(person, _tasks(person, who), sending),
        latest=latest,
        mine_open=sum(flying),
        others_open=len(flying) - sum(flying),
        doubt=len(held),
        doubt_held=sum((c for c in held if c is not None), Decimal(0)),
        shown=chosen,
        notifies=Preferences.of(person).notifies,
    )


def _tasks(person: User, who: str) -> list[Task]:
    """Open tasks, tasks in doubt, recently ended ones, and the user's own failures not seen yet.

    The user's own come first, newest first. The user's own tasks in doubt are never dropped in favour of
    others.
    """
    own = Q(person=person)
    now = timezone.now()
    seen = policy.visible_tasks(person) if who == "everyone" else policy.visible_tasks(person).filter(own)
    gone = PutAway.objects.filter(person=person, task=OuterRef("pk"))
    ended = seen.filter(~Exists(gone))
    recent = ended.filter(state__in=ENDED, changed_at__gt=now - STAYS)
    failed = ended.filter(own, state__in=ENDED_BADLY, changed_at__gt=now - UNSEEN)
    open_ones = seen.filter(state__in=UNSETTLED)
    # Each part uses its own index; a single OR would read every task that the person ever had.
    rows = Task.objects.filter(pk__in=open_ones.values("pk").union(recent.values("pk"), failed.values("pk")))
    rank = Case(
        When(own & Q(state=State.UNCONFIRMED), then=Value(0)),
        When(own, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = rows.select_related("person").order_by(rank, "-id")[:MOST_CARDS]
    return sorted(found, key=lambda task: (task.person_id != person.pk, -task.pk))


def ended_cards(person: User) -> list[Task]:
    """The person's own cards that can be put away."""
    return [task for task in _tasks(person, "mine") if task.has_ended]


def _cards(person: User, tasks: Sequence[Task], sending: Sending) -> list[Card]:
    reasons, files = waits(tasks, sending), files_of(tasks)
    stills, clips = stills_of(person, tasks, files), {file.task_id: file for file in files if _plays(file)}
    cards = [_card(person, t, reasons.get(t.pk)) for t in with_usual(tasks)]
    return [replace(card, still=stills.get(card.task.pk, ""), clip=clips.get(card.task.pk)) for card in cards]


def _plays(file: Video) -> bool:
    return not (file.is_picture or file.missing_since)


def _card(person: User, task: Task, wait: Wait | None) -> Card:
    mine = task.person_id == person.pk
    queued = task.state == State.QUEUED
    bad = task.state in ENDED_BADLY or task.state == State.UNCONFIRMED
    return Card(
        task=task,
        mine=mine,
        turn=turn(wait) if wait and wait.place else "",
        window=wait.until if wait and wait.why is Why.WINDOW else None,
        arranges=mine and queued and policy.may_order(person),
        since=_since(task),
        took=task.took if task.state == State.READY else None,
        why=explain(task).sentence if bad else why_it_waits(wait) if wait and wait.is_trouble else "",
        edit_url=task.reuse_url if task.state in ENDED_BADLY else "",
        goes=mine and task.has_ended,
        cancels=queued and policy.may_change(person, task),
        waits=why_it_waits(wait) if wait and not wait.is_trouble else "",
        brief=briefly(wait) if wait and mine else "",
    )


def _since(task: Task) -> datetime | None:
    """When a card's clock starts: at sending, so that it ends at the “took” figure."""
    return task.sent_at if task.state in UNDER_WAY else None
