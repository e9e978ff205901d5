"""A team that has made many clips: rows as the studio would have written them. Wants Django set up."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from generations import catalogue, policy
from generations.models import (
    Budget,
    Change,
    Comment,
    Entry,
    Reading,
    Review,
    Send,
    State,
    Task,
    Verdict,
    Video,
)
from generations.models.task import renew_record
from generations.money import ledger

SEED = 5
PEOPLE = 12
OPEN = 9
TODAY = 60
"""Tasks of the last hours, the same whatever the number of all: a page lists them in both studios."""
BEFORE = timedelta(days=8)
"""Age of the newest of the others: older than any card of theirs stays in the studio."""
DAYS = 700
"""Over which the others are spread."""
READINGS = 20_000
AT_ONCE = 2000


def fill(rows: int) -> list[User]:
    """Make people, the first an admin, and so many tasks with all that hangs on them."""
    dice = random.Random(SEED)
    people = [User.objects.create_user(f"p{n}", first_name=f"P{n}") for n in range(PEOPLE)]
    for n, person in enumerate(people):
        policy.give_role(person, policy.Role.ADMIN if n == 0 else policy.Role.CREATOR)
    budgets = [ledger.begin_month(person) for person in people]
    made = (_task(n, rows, _dice_of(rows - n, dice), budgets) for n in range(rows))
    tasks = Task.objects.bulk_create(made, batch_size=AT_ONCE)
    _results(tasks)
    _opinions([task for task in tasks if task.state == State.READY], people, dice)
    times = (timezone.now() - timedelta(minutes=n * 30) for n in range(min(rows, READINGS)))
    Reading.objects.bulk_create(
        Reading(credits=5000 - n % 900, at=at, until=at + timedelta(minutes=20)) for n, at in enumerate(times)
    )
    for model_id in catalogue.models():
        renew_record(model_id)
    Change.forget_old()
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")  # As its own housekeeping does, a minute after.
    return people


def _dice_of(left: int, dice: random.Random) -> random.Random:
    """Dice of its own for each task of today, so that all the others have no part in it."""
    return random.Random(10 * SEED + left) if left <= TODAY else dice


def _task(n: int, rows: int, dice: random.Random, budgets: Sequence[Budget]) -> Task:
    """The n-th of so many: the last ones are of today, and the very last are under way."""
    now, left, budget = timezone.now(), rows - n, dice.choice(budgets)
    old = BEFORE + timedelta(days=DAYS) * (left / rows)
    at = now - (timedelta(minutes=2 * left) if left <= TODAY else old)
    spec = dice.choice(list(catalogue.models().values()))
    state = State.FAILED if dice.random() < 0.05 else State.READY
    if left <= OPEN:
        state = dice.choice([State.QUEUED, State.RUNNING, State.SAVING])
    ended = at + timedelta(seconds=dice.randint(40, 240))
    sent, done, ready = state != State.QUEUED, state in (State.READY, State.FAILED), state == State.READY
    return Task(
        person_id=budget.person_id,
        budget=budget,
        model_id=spec.id,
        endpoint=spec.endpoint,
        label=spec.label,
        prompt=f"Shot {n // 3}: a quiet sea at dusk, slow dolly in",
        values={**spec.defaults(), "prompt": f"Shot {n // 3}"},
        state=state,
        quote_credits=100,
        quote_basis="exact",
        charge_credits=100 if ready else None,
        created_at=at,
        changed_at=ended,
        sent_at=at if sent else None,
        accepted_at=at if sent else None,
        finished_at=ended if done else None,
        ready_at=ended if ready else None,
        due_at=None if done else now + timedelta(hours=1),
        task_id=f"{n:032x}" if sent else None,
    )


def _results(tasks: Sequence[Task]) -> None:
    """Sends, entries and files of the tasks."""
    facts: dict[str, Any] = {"size": 3_000_000, "width": 1280, "height": 720, "seconds": 8, "fps": 24}
    ready = [task for task in tasks if task.state == State.READY]
    Video.objects.bulk_create(
        (Video(task=t, path=f"videos/{t.pk}.mp4", sha256="0" * 64, has_sound=False, **facts) for t in ready),
        batch_size=AT_ONCE,
    )
    Send.objects.bulk_create(
        (Send(task=t, token_hash=f"{t.pk:064x}", at=t.sent_at) for t in tasks if t.sent_at),
        batch_size=AT_ONCE,
    )
    booked = [(task, Entry.Kind.HOLD) for task in tasks] + [(task, Entry.Kind.CHARGE) for task in ready]
    Entry.objects.bulk_create(
        (Entry(task=t, budget_id=t.budget_id, kind=kind, credits=100, at=t.created_at) for t, kind in booked),
        batch_size=AT_ONCE,
    )


def _opinions(ready: Sequence[Task], people: Sequence[User], dice: random.Random) -> None:
    """Most clips have been judged by somebody, and every fourth of these has a comment."""
    judged = [task for task in ready if dice.random() < 0.6]
    Review.objects.bulk_create(
        (
            Review(
                task=t, person=dice.choice(people), stars=dice.randint(1, 5), verdict=dice.choice([*Verdict])
            )
            for t in judged
        ),
        batch_size=AT_ONCE,
    )
    Comment.objects.bulk_create(
        (Comment(task=t, person=dice.choice(people), text="Slower.") for t in judged[::4]), batch_size=AT_ONCE
    )
