"""The gallery: what the team made, newest first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from generations import aside, catalogue, policy
from generations.forms.gallery import filter_of
from generations.library.narrowing import LABELS, Opinion, Stars
from generations.library.search import EPOCH, MICROSECOND, Cursor, Filter, Shown, counted
from generations.models import TrackRecord, Verdict, Visit
from generations.models.state import OPEN
from generations.models.task import Task, TaskQuerySet
from generations.numbers import whole
from generations.views.access import MemberRequest, member_required
from generations.views.gallery.cards import VERDICTS, Card, Day, cards_of, days_of
from generations.views.polls import polled
from generations.wording.figures import MOST_COUNTED, how_many
from generations.wording.names import short_name

PAGE = 24
DEEP = 10 * PAGE
"""A user returning to a place further down sees the cards around it, not all of them above it."""
FRESH = 48
"""Maximum number of cards under way shown at once; the queue lists them all."""
WATCHED = timedelta(hours=12)


@require_safe
@vary_on_headers("HX-Target")
@member_required
@polled
def gallery(request: MemberRequest) -> HttpResponse:
    """The whole page, or for htmx the cards under way (#fresh) or the next page of clips (#older).

    `before` is where a page begins; `upto` is how far down a returning user had scrolled.
    """
    listing = Listing.of(request)
    if request.htmx.target == "fresh":
        return render(request, "gallery/_fresh.html", {"fresh": listing.fresh()})
    aside.note("A visit", lambda: Visit.look(request.user))
    if request.htmx.target == "older" and listing.cursor:
        return render(request, "gallery/_older.html", {"listing": listing, "page": listing.page()})
    context = {
        "listing": listing,
        "page": listing.page(),
        "fresh": None if listing.cursor else listing.fresh(),
    }
    return render(request, "gallery/page.html", context)


@dataclass(frozen=True, kw_only=True)
class Option:
    word: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Pill:
    """One filter: its name, the chosen value's label, the link that clears it, and its choices."""

    name: str
    label: str
    value: str
    without: str
    options: list[Option]


@dataclass(frozen=True, kw_only=True)
class WayOut:
    words: str
    url: str
    count: int

    @property
    def count_text(self) -> str:
        return how_many(self.count)


@dataclass(frozen=True, kw_only=True)
class Page:
    days: list[Day]
    older: str
    """Query string of the next page; empty on the last page."""
    upto: str
    """The place of the last card."""

    @property
    def last_day(self) -> date | None:
        return self.days[-1].date if self.days else None


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """The cards under way, and those that arrived while the page was open."""

    cards: list[Card]
    open: int
    arrived: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The part of the gallery that a request asks for."""

    person: User
    filter: Filter
    before: Cursor | None
    upto: Cursor | None
    since: datetime
    """When the page was opened: later arrivals are in the strip."""
    last_day: str

    @classmethod
    def of(cls, request: MemberRequest) -> "Listing":
        query = request.GET
        return cls(
            person=request.user,
            filter=filter_of(query),
            before=Cursor.read(query.get("before", "")),
            upto=Cursor.read(query.get("upto", "")),
            since=opened_at(query.get("since", "")),
            last_day=query.get("day", ""),
        )

    @property
    def tasks(self) -> TaskQuerySet:
        return self.filter.ended(self.person)

    @cached_property
    def depth(self) -> int:
        """Number of cards from the newest down to the place to return to; 0 when there is none."""
        return counted(self.upto.down_to(self.tasks), DEEP) if self.upto and not self.before else 0

    @cached_property
    def cursor(self) -> Cursor | None:
        """Where the page begins; None: at the newest."""
        if self.depth <= DEEP or not self.upto:
            return self.before
        above = self.upto.newer(self.tasks).order_by("created_at", "pk")
        return Cursor.of(above[PAGE // 2])

    @property
    def most(self) -> int:
        """Number of cards on the page: whole pages, so that the place to return to is among them."""
        return PAGE if self.cursor else max(1, -(-self.depth // PAGE)) * PAGE

    def page(self) -> Page:
        tasks = self.tasks
        rows = self.cursor.older(tasks) if self.cursor else tasks
        if self.cursor and self.last_day:
            rows = rows.exclude(changed_at__gt=self.since)
        cards = cards_of(rows, most=self.most + 1, query=self.filter.query, person=self.person)
        more = len(cards) > self.most
        cards = cards[: self.most]
        last = str(Cursor.of(cards[-1].task)) if cards else ""
        older = _joined(self.filter.query, f"before={last}") if more else ""
        return Page(
            days=days_of(cards, tasks, person=self.person, continued=self.last_day), older=older, upto=last
        )

    def fresh(self) -> Fresh:
        tasks = self.filter.under_way(self.person, self.since)
        cards = cards_of(tasks, most=FRESH, query=self.filter.query, person=self.person)
        is_open = [card.task.state in OPEN for card in cards]
        since = f"since={(self.since - EPOCH) // MICROSECOND}"
        return Fresh(
            cards=cards,
            open=sum(is_open),
            arrived=len(cards) - sum(is_open),
            url=f"{reverse('gallery')}?{_joined(self.filter.query, since)}",
        )

    @property
    def stamp(self) -> int:
        return (self.since - EPOCH) // MICROSECOND

    @cached_property
    def count(self) -> int:
        """Number of tasks; `MOST_COUNTED` + 1 stands for any larger number."""
        return self.filter.count(self.person, MOST_COUNTED)

    @property
    def count_text(self) -> str:
        return how_many(self.count)

    @property
    def views_url(self) -> str:
        """Of the saved views, and of saving this one."""
        return f"{reverse('saved-views')}?{urlencode({'view': self.filter.query})}"

    @property
    def verdicts(self) -> list[tuple[str, str, str, str]]:
        """What can be said of the chosen clips: code, sign, word and key."""
        return [
            (verdict, VERDICTS[verdict][0], word, key)
            for verdict, word, key in (
                (Verdict.APPROVED, "Approve", "A"),
                (Verdict.CHANGES, "Changes", "E"),
                (Verdict.REJECTED, "Reject", "R"),
            )
        ]

    @property
    def pills(self) -> list[Pill]:
        people = [(str(p.pk), short_name(p)) for p in policy.members()]
        used = {*TrackRecord.objects.values_list("model_id", flat=True), self.filter.model}
        models = [(spec.id, spec.label) for spec in catalogue.models().values() if spec.id in used]
        pill = partial(_pill, self.filter)
        return [
            pill("person", "Person", people),
            pill("model", "Model", models),
            pill("state", "State", Shown.choices),
            pill("verdict", "Verdict", Opinion.choices),
            pill("stars", "Stars", Stars.choices),
        ]

    @property
    def more_pills(self) -> list[Pill]:
        """What a clip is: chosen in one menu, and pills of their own when they are."""
        named = (("shape", "Shape"), ("sound", "Sound"), ("length", "Length"))
        return [
            _pill(self.filter, name, label, [(kind.value, str(kind.label)) for kind in LABELS[name]])
            for name, label in named
        ]

    @property
    def dates(self) -> Pill:
        return _pill(self.filter, "date", "Date", [])

    @property
    def besides_search(self) -> dict[str, str]:
        return self.filter.without("q").pairs

    @property
    def besides_dates(self) -> dict[str, str]:
        return self.filter.without("date").pairs

    @property
    def ways_out(self) -> list[WayOut]:
        """Filters that could be dropped to see results, each with their number; the best one first."""
        ways = []
        for name, value in self.filter.active.items():
            wider = self.filter.without(name)
            words = f"{'Search' if name == 'q' else name.capitalize()} {value}"
            if count := wider.count(self.person, MOST_COUNTED):
                ways.append(WayOut(words=words, url=_address(wider.query), count=count))
        return sorted(ways, key=lambda way: -way.count)


def place_of(task: Task, chosen: Filter) -> str:
    """The address of the gallery at a task's card, under a filter."""
    return f"{reverse('gallery')}?{_joined(chosen.query, f'upto={Cursor.of(task)}')}#shot-{task.uuid}"


def _pill(chosen: Filter, name: str, label: str, options: list[tuple[str, str]]) -> Pill:
    wider = chosen.without(name).query
    now = chosen.person and str(chosen.person.pk) if name == "person" else getattr(chosen, name, "")
    return Pill(
        name=name,
        label=label,
        value=chosen.active.get(name, ""),
        without=_address(wider),
        options=[
            Option(word=word, url=_address(_joined(wider, f"{name}={value}")), current=value == now)
            for value, word in options
        ],
    )


def _address(query: str) -> str:
    return f"{reverse('gallery')}?{query}" if query else reverse("gallery")


def _joined(*queries: str) -> str:
    return "&".join(filter(None, queries))


def moment_of(text: str) -> datetime | None:
    """A moment as a page names it; None when there is no such."""
    stamp = whole(text)
    try:
        return None if stamp is None else EPOCH + stamp * MICROSECOND
    except OverflowError:
        return None


def opened_at(text: str) -> datetime:
    """When a page was opened; now, when the value is invalid or too long ago."""
    now, moment = timezone.now(), moment_of(text)
    return moment if moment and now - WATCHED < moment < now else now
