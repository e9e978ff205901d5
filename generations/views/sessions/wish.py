"""What a new session is made of: a view of the gallery as it is now, a plan, or tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils import timezone

from generations.forms.gallery import filter_of
from generations.models import State, Task
from generations.models.review_session import LONGEST_TITLE, MOST_CLIPS
from generations.views.compare.chosen import chosen_of, clip_of, with_clips


@dataclass(frozen=True, kw_only=True)
class Wish:
    title: str
    tasks: Sequence[Task]
    problem: str = ""
    """Why no session can be made of it; empty: one can."""


def wish_of(person: User, data: QueryDict) -> Wish:
    """What a form asks for. Http404 where it names what the person may not see."""
    view = data.get("view")
    wish = _of_named(person, data) if view is None else _of_view(person, view)
    title = data.get("title", "").replace("\0", "").strip()[:LONGEST_TITLE]
    return Wish(title=title or wish.title, tasks=wish.tasks, problem=wish.problem or _problem(wish.tasks))


def _of_view(person: User, query: str) -> Wish:
    chosen = filter_of(QueryDict(query))
    ready = with_clips(chosen.ended(person).filter(state=State.READY))
    rows = ready.order_by("-created_at", "-pk")[: MOST_CLIPS + 1]
    words = ", ".join(chosen.active.values()) or "Gallery"
    return Wish(title=_dated(words), tasks=[task for task in rows if clip_of(task)])


def _of_named(person: User, data: QueryDict) -> Wish:
    chosen = chosen_of(person, data)
    lacking = " and ".join(f"#{task.pk}" for task in chosen.without_clip)
    problem = f"There is no clip of {lacking} to review." if lacking else ""
    words = (chosen.plan.title or "Plan") if chosen.plan else "Chosen clips"
    return Wish(title=_dated(words), tasks=chosen.tasks, problem=problem)


def _problem(tasks: Sequence[Task]) -> str:
    if not tasks:
        return "There is no clip to review in it."
    if len(tasks) > MOST_CLIPS:
        return f"A session takes {MOST_CLIPS} clips, and these are more. Narrow the view with a filter."
    return ""


def _dated(words: str) -> str:
    today = timezone.localdate()
    date = f", {today.day} {today:%b}"
    return f"{words[: LONGEST_TITLE - len(date)]}{date}"
