"""Many clips judged at once: those that are chosen in the gallery, or all of a view."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from generations import policy
from generations.forms.gallery import filter_of
from generations.forms.review import ReviewForm
from generations.models import Review, Verdict, Video
from generations.models.review import judge_all, put_back
from generations.models.task import TaskQuerySet
from generations.numbers import uuid_in
from generations.views.access import MemberRequest, member_required
from generations.views.back import next_page
from generations.views.gallery import moment_of
from generations.views.gallery.cards import Card, cards_of
from generations.wording.reviews import given

MOST = 500
"""Clips that are judged at once."""
TOO_MANY = f"{MOST} clips are judged at once, and these are more. Choose fewer."
NOTHING = "Choose clips, and say what you think of them."
TOO_OLD = "When this page was opened is not known. Load it again."
WAYS = {
    "compare": ("compare", 4, "Two to four clips are compared at once. Choose fewer."),
    "share": ("share-make", 50, "50 chosen clips are shared at once. Share the whole view instead."),
}
"""Pages that take chosen clips: their address, the most of them, and what is said of more."""
_BEFORE = re.compile(rf"(\S{{36}}) ([0-5-]) ({'|'.join(Verdict.values)}|-|)")
"""How a form says what a review was: the task, stars or 0, and the verdict or nothing; “-” for what stays."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The clips that a person has chosen; under `all` those of a view as it was when its page was opened."""

    person: User
    post: QueryDict

    @property
    def tasks(self) -> TaskQuerySet:
        """Those that have a clip, the newest first, and one more than `MOST` at most.

        What is ticked is meant in any case: the view may have it no longer, or not yet.
        """
        ticked = Q(uuid__in=self.ticked)
        meant = ticked | Q(uuid__in=self._held) | Q(pk__in=self._view.values("pk")) if self.is_all else ticked
        return _newest(policy.visible_tasks(self.person).filter(meant))

    @cached_property
    def view(self) -> str:
        """The query of the gallery in which they were chosen."""
        return filter_of(QueryDict(self.post.get("view", ""))).query

    @cached_property
    def ticked(self) -> list[UUID]:
        """The clips that stand on the page, each with its box."""
        return [key for text in self.post.getlist("task")[: MOST + 1] if (key := uuid_in(text))]

    @property
    def is_all(self) -> bool:
        return bool(self.post.get("all"))

    @property
    def opened_at(self) -> datetime | None:
        """When the page was opened; None when that is not known."""
        return moment_of(self.post.get("since", ""))

    @property
    def _view(self) -> TaskQuerySet:
        """The clips of the view as it was when its page was opened."""
        ended = filter_of(QueryDict(self.view)).ended(self.person)
        return _newest(ended.exclude(changed_at__gt=self.opened_at))

    @property
    def _held(self) -> list[UUID]:
        """The clips of which something was said as of all of the view: it may have them no longer."""
        return [key for text in self.post.getlist("held")[:MOST] if (key := uuid_in(text))]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done with the clips that were chosen."""

    choice: Choice
    text: str = ""
    refusal: str = ""
    """Why nothing was done."""
    changed: Sequence[Review] = ()
    """What the person had said of the clips of which another thing is said now."""
    undoes: Collection[str] = ()
    """Which fields of theirs can be undone."""
    held: Sequence[UUID] = ()
    """All clips that were meant by a whole view, for what is said of it next."""

    @property
    def before(self) -> list[str]:
        """As `_BEFORE` reads it; empty where there is nothing to be undone."""
        return [_before(was, self.undoes) for was in self.changed] if self.undoes else []

    @property
    def cards(self) -> list[Card]:
        """Of the clips that changed those on the page, as they are now."""
        shown = policy.visible_tasks(self.choice.person).filter(uuid__in=self.choice.ticked)
        changed = shown.filter(pk__in=[was.task_id for was in self.changed])
        return cards_of(changed, most=MOST, query=self.choice.view, person=self.choice.person)


@require_POST
@member_required
def chosen(request: MemberRequest) -> HttpResponse:
    """Judge every chosen clip, put back what was said of them before, or take them to another page."""
    choice = Choice(person=request.user, post=request.POST)
    if choice.is_all and choice.opened_at is None:
        return _said(request, Outcome(choice=choice, refusal=TOO_OLD))
    if way := WAYS.get(request.POST.get("do", "")):
        return _go(request, choice, *way)
    return _said(request, _undone(choice) if "undo" in request.POST else _judged(choice))


def _go(request: MemberRequest, choice: Choice, name: str, most: int, more: str) -> HttpResponse:
    """To a page that takes the chosen clips, in the order of the gallery."""
    tasks = list(choice.tasks)
    if not tasks or len(tasks) > most:
        return _said(request, Outcome(choice=choice, refusal=more if tasks else NOTHING))
    address = f"{reverse(name)}?{urlencode([('task', task.uuid) for task in tasks])}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _said(request: MemberRequest, outcome: Outcome) -> HttpResponse:
    if request.htmx:
        return render(
            request, "gallery/_judged.html", {"outcome": outcome}, status=422 if outcome.refusal else 200
        )
    if outcome.refusal:
        messages.error(request, outcome.refusal)
    else:
        messages.success(request, outcome.text)
    return redirect(next_page(request, reverse("gallery")))


def _judged(choice: Choice) -> Outcome:
    form = ReviewForm(choice.post)
    if not form.is_valid():
        refusals = [str(error) for errors in form.errors.values() for error in errors]
        return Outcome(choice=choice, refusal=" ".join(refusals))
    tasks, changes = list(choice.tasks), form.changes()
    if not tasks or not changes:
        return Outcome(choice=choice, refusal=NOTHING)
    if len(tasks) > MOST:
        return Outcome(choice=choice, refusal=TOO_MANY)
    changed = judge_all(choice.person, tasks, changes)
    words = " ".join(given(name, value) for name, value in changes.items())
    how_many = _clips(len(changed)) if changed else "You had said so already."
    text, held = f"{words} {how_many}", [task.uuid for task in tasks] if choice.is_all else []
    return Outcome(choice=choice, text=text, changed=changed, undoes=tuple(changes), held=held)


def _undone(choice: Choice) -> Outcome:
    """Put back what the form says of each clip, and nothing else that was said of it."""
    read = [
        found.groups() for text in choice.post.getlist("undo")[:MOST] if (found := _BEFORE.fullmatch(text))
    ]
    was = {key: _fields(stars, verdict) for uuid, stars, verdict in read if (key := uuid_in(uuid))}
    tasks = policy.visible_tasks(choice.person).filter(uuid__in=list(was))
    rows = [Review(task=task, **was[task.uuid]) for task in tasks]
    for names in ({"stars"}, {"verdict"}, {"stars", "verdict"}):
        put_back(choice.person, [row for row in rows if was[row.task.uuid].keys() == names], names)
    return Outcome(choice=choice, text=f"As it was. {_clips(len(rows))}", changed=rows)


def _newest(tasks: TaskQuerySet) -> TaskQuerySet:
    """Of those that have a clip, one more than are judged at once."""
    with_clip = tasks.filter(Exists(Video.objects.filter(task=OuterRef("pk"))))
    return with_clip.order_by("-created_at", "-pk")[: MOST + 1]


def _before(was: Review, names: Collection[str]) -> str:
    stars = was.stars or 0 if "stars" in names else "-"
    verdict = was.verdict if "verdict" in names else "-"
    return f"{was.task.uuid} {stars} {verdict}"


def _fields(stars: str, verdict: str) -> dict[str, Any]:
    """Of a review, without those that stay."""
    fields: dict[str, Any] = {} if stars == "-" else {"stars": int(stars) or None}
    return fields if verdict == "-" else fields | {"verdict": verdict}


def _clips(count: int) -> str:
    return "1 clip." if count == 1 else f"{count:,} clips."
