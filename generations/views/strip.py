"""The right side of the studio: what is being made now, the newest clip, earlier takes of its prompt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from generations import policy
from generations.models import Review, State, Task, Video
from generations.models.task import ENDED_BADLY, OPEN
from generations.views.failures import explain
from generations.views.usual import Span, usual_times
from generations.waiting import Wait, waits
from generations.wording.obstacles import obstacle
from generations.wording.waits import why_it_waits

STAYS = timedelta(minutes=6)
"""How long a card stays after its task has ended."""
MOST_CARDS = 24
MOST_TAKES = 5
LOOK_BACK = 40
WHO = ("mine", "everyone")


@dataclass(frozen=True, kw_only=True)
class Card:
    """One task of the strip."""

    task: Task
    mine: bool
    usual: Span | None
    turn: str = ""
    since: datetime | None = None
    took: int | None = None
    why: str = ""
    edit_url: str = ""
    cancels: bool = False
    waits: str = ""

    @property
    def tone(self) -> str:
        return "late" if self.task.is_late else self.task.state

    @property
    def busy(self) -> bool:
        return self.task.state in (State.SENDING, State.RUNNING, State.SAVING) and not self.task.is_late

    @property
    def note(self) -> str:
        """The last line of the card: what is known about the time, and nothing more."""
        return self.waits or obstacle(self.task)


@dataclass(frozen=True, kw_only=True)
class Take:
    task: Task
    video: Video
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Latest:
    """A finished clip of the person, and the ones beside it."""

    task: Task
    video: Video
    stars: int | None
    verdict: str
    took: int | None
    newest: bool
    earlier: UUID | None
    later: UUID | None
    takes: list[Take]
    settings_url: str

    @property
    def rating(self) -> list[tuple[int, bool]]:
        return [(n, n == self.stars) for n in range(1, 6)]


@dataclass(frozen=True, kw_only=True)
class Now:
    """The whole side. It is asked for again while `live`."""

    who: str
    cards: list[Card]
    latest: Latest | None
    mine_open: int
    others_open: int
    shown: UUID | None = None
    whose = (("mine", "Mine"), ("everyone", "Everyone"))

    @property
    def live(self) -> bool:
        return any(card.task.is_open for card in self.cards)

    @property
    def url(self) -> str:
        query = {"who": self.who} | ({"shown": str(self.shown)} if self.shown else {})
        return f"{reverse('now')}?{urlencode(query)}"

    @property
    def counts(self) -> str:
        if not self.mine_open and not self.others_open:
            return "Nothing in flight"
        return f"{self.mine_open} of yours in flight, {self.others_open} of others"


def now(person: User, who: str, shown: str = "", playing: str = "") -> Now:
    """What the person's side shows. Nonsense in `who` and `shown` means mine and the newest.

    `shown` is a clip that was chosen, and stays; `playing` stays only while it is named.
    """
    who = who if who in WHO else WHO[0]
    tasks = _tasks(person, who)
    counts = policy.visible_tasks(person).open().values_list("person_id", flat=True)
    mine = sum(owner == person.pk for owner in counts)
    wanted = _uuid(shown)
    latest = _latest(person, _uuid(playing) or wanted)
    chosen = wanted if latest and latest.task.uuid == wanted and not latest.newest else None
    return Now(
        who=who,
        cards=_cards(person, tasks),
        latest=latest,
        mine_open=mine,
        others_open=len(counts) - mine,
        shown=chosen,
    )


def _tasks(person: User, who: str) -> list[Task]:
    """Open tasks, those in doubt, and those that ended a moment ago: mine first, newest first."""
    recent = Q(changed_at__gt=timezone.now() - STAYS)
    rows = policy.visible_tasks(person).filter(Q(state__in=OPEN) | Q(state=State.UNCONFIRMED) | recent)
    if who == "mine":
        rows = rows.filter(person=person)
    first = Case(When(person=person, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(rows.select_related("person").order_by(first, "-id")[:MOST_CARDS])


def _cards(person: User, tasks: Sequence[Task]) -> list[Card]:
    usual = usual_times({t.model_id for t in tasks if t.is_open})
    reasons = waits(tasks)
    return [_card(person, t, usual.get(t.model_id), reasons.get(t.pk)) for t in tasks]


def _card(person: User, task: Task, usual: Span | None, wait: Wait | None) -> Card:
    mine = task.person_id == person.pk
    queued = task.state == State.QUEUED
    bad = task.state in ENDED_BADLY or task.state == State.UNCONFIRMED
    return Card(
        task=task,
        mine=mine,
        usual=usual if task.state in (State.SENDING, State.RUNNING) else None,
        turn=_ordinal(wait.place) if wait else "",
        since=_since(task),
        took=_took(task) if task.state == State.READY else None,
        why=explain(task).sentence if bad else why_it_waits(wait) if wait and wait.is_trouble else "",
        edit_url=_from_url(task) if task.state in ENDED_BADLY and task.spec else "",
        cancels=queued and policy.may_change(person, task),
        waits=why_it_waits(wait) if wait and not wait.is_trouble else "",
    )


def _since(task: Task) -> datetime | None:
    moments = {
        State.SENDING: task.sent_at,
        State.RUNNING: task.accepted_at,
        State.SAVING: task.changed_at,
    }
    return moments.get(State(task.state))


def _took(task: Task) -> int | None:
    start, end = task.accepted_at or task.created_at, task.finished_at or task.ready_at
    return max(0, int((end - start).total_seconds())) if end else None


def _latest(person: User, wanted: UUID | None) -> Latest | None:
    ready = policy.visible_tasks(person).filter(person=person, state=State.READY)
    ids = list(ready.order_by("-ready_at", "-id").values_list("uuid", flat=True)[:LOOK_BACK])
    if not ids:
        return None
    place = ids.index(wanted) if wanted in ids else 0
    task = ready.prefetch_related("videos", "reviews").get(uuid=ids[place])
    video = next(iter(task.videos.all()), None)
    if video is None:
        return None
    own = next((r for r in task.reviews.all() if r.person_id == person.pk), None)
    return Latest(
        task=task,
        video=video,
        stars=own.stars if own else None,
        verdict=own.verdict if own else "",
        took=_took(task),
        newest=place == 0,
        earlier=ids[place + 1] if place + 1 < len(ids) else None,
        later=ids[place - 1] if place else None,
        takes=_takes(person, task),
        settings_url=_from_url(task) if task.spec else "",
    )


def _takes(person: User, task: Task) -> list[Take]:
    """Other clips of the same words, the team's, newest first."""
    if not task.prompt:
        return []
    same: QuerySet[Task] = policy.visible_tasks(person).filter(prompt=task.prompt, state=State.READY)
    rows = same.exclude(pk=task.pk).order_by("-id").prefetch_related("videos", "reviews")[:MOST_TAKES]
    found = []
    for row in rows:
        videos = list(row.videos.all())
        if videos:
            found.append(Take(task=row, video=videos[0], verdict=_verdict(row.reviews.all())))
    return found


def _verdict(reviews: Iterable[Review]) -> str:
    """The newest verdict of anybody."""
    given = [r for r in reviews if r.verdict]
    return max(given, key=lambda r: r.changed_at).verdict if given else ""


def _from_url(task: Task) -> str:
    return f"{reverse('order', args=[task.model_id])}?from={task.uuid}"


def _ordinal(n: int) -> str:
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
