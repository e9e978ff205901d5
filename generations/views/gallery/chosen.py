"""Many clips judged at once: those that are chosen in the gallery, or all of a view."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
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
from generations.views.gallery import opened_at
from generations.views.gallery.cards import Card, cards_of
from generations.wording.reviews import given

MOST = 500
"""Clips that are judged at once."""
TOO_MANY = f"{MOST} clips are judged at once, and these are more. Choose fewer."
NOTHING = "Choose clips, and say what you think of them."
WAYS = {
    "compare": ("compare", 4, "Two to four clips are compared at once. Choose fewer."),
    "share": ("share-make", 50, "50 chosen clips are shared at once. Share the whole view instead."),
}
"""Pages that take chosen clips: their address, the most of them, and what is said of more."""
_BEFORE = re.compile(rf"(\S{{36}}) ([0-5]) ({'|'.join(Verdict.values)}|)")
"""How a form says what a review was: the task, stars or 0, and the verdict or nothing."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The clips that a person has chosen; under `all` those of a view as it was when its page was opened."""

    person: User
    post: QueryDict

    @property
    def tasks(self) -> TaskQuerySet:
        """Those that have a clip, the newest first, and one more than `MOST` at most."""
        with_clip = self._asked.filter(Exists(Video.objects.filter(task=OuterRef("pk"))))
        return with_clip.order_by("-created_at", "-pk")[: MOST + 1]

    @cached_property
    def view(self) -> str:
        """The query of the gallery in which they were chosen."""
        return filter_of(QueryDict(self.post.get("view", ""))).query

    @cached_property
    def ticked(self) -> list[UUID]:
        """The clips that stand on the page, each with its box."""
        return [key for text in self.post.getlist("task")[: MOST + 1] if (key := uuid_in(text))]

    @property
    def _asked(self) -> TaskQuerySet:
        if "all" not in self.post:
            return policy.visible_tasks(self.person).filter(uuid__in=self.ticked)
        opened = opened_at(self.post.get("since", ""))
        return filter_of(QueryDict(self.view)).ended(self.person).exclude(changed_at__gt=opened)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done with the clips that were chosen."""

    choice: Choice
    text: str = ""
    refusal: str = ""
    """Why nothing was done."""
    changed: Sequence[Review] = ()
    """What the person had said of the clips of which another thing is said now."""
    can_undo: bool = False

    @property
    def before(self) -> list[str]:
        """As `_BEFORE` reads it; empty where there is nothing to be undone."""
        rows = self.changed if self.can_undo else ()
        return [f"{was.task.uuid} {was.stars or 0} {was.verdict}" for was in rows]

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
    return Outcome(choice=choice, text=f"{words} {how_many}", changed=changed, can_undo=bool(changed))


def _undone(choice: Choice) -> Outcome:
    read = [
        found.groups() for text in choice.post.getlist("undo")[:MOST] if (found := _BEFORE.fullmatch(text))
    ]
    was = {key: (int(stars) or None, verdict) for uuid, stars, verdict in read if (key := uuid_in(uuid))}
    tasks = policy.visible_tasks(choice.person).filter(uuid__in=list(was))
    rows = [Review(task=task, stars=was[task.uuid][0], verdict=was[task.uuid][1]) for task in tasks]
    put_back(choice.person, rows)
    return Outcome(choice=choice, text=f"As it was. {_clips(len(rows))}", changed=rows)


def _clips(count: int) -> str:
    return "1 clip." if count == 1 else f"{count:,} clips."
