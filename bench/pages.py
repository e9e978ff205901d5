"""How pages and polls hold as the studio fills: measured with few and with many tasks, and the ratio.

`python -m bench.pages 2000 200000`, on SQLite and on a PostgreSQL of its own.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

ROUNDS = 15
PEOPLE = 12
OPEN = 9
TODAY = 60
"""Tasks of the last hours, whatever the number of all: a page lists as many rows in both studios."""
DAYS = 700
"""Over which the others are spread."""
SEED = 5


def one_size(rows: int) -> None:
    """Print the medians in milliseconds, by page, of a studio with so many tasks."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    people = fill(rows)
    client = Client()
    client.force_login(people[0])
    found = {}
    for name, path, headers in pages():
        found[name] = median(partial(client.get, path, headers=headers))
    print(json.dumps(found))


def pages() -> Iterator[tuple[str, str, dict[str, str]]]:
    from generations.models import State, Task

    task = Task.objects.filter(state=State.READY).order_by("-id")[40]
    poll = {"HX-Request": "true"}
    yield "gallery", "/gallery/", {}
    yield "gallery, approved", "/gallery/?verdict=approved", {}
    yield "gallery, its poll", "/gallery/", poll | {"HX-Target": "fresh"}
    yield "studio", "/studio/veo3_fast/", {}
    yield "studio, its poll", "/now/", poll
    yield "queue", "/queue/", {}
    yield "queue, its poll", "/queue/", poll | {"HX-Target": "queue"}
    yield "task", task.get_absolute_url(), {}
    yield "models", "/models/", {}
    yield "people", "/people/", {}
    yield "a person", f"/people/{task.person_id}/", {}
    yield "news of any page", "/news/", poll


def median(work: Callable[[], Any]) -> float:
    answer = work()
    if answer.status_code not in (200, 204, 304):
        raise RuntimeError(f"{answer.request['PATH_INFO']}: {answer.status_code}")
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def fill(rows: int) -> list[Any]:
    """People, and tasks as a team makes them; the first person is an admin."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.utils import timezone

    from generations import catalogue, policy
    from generations.models import (
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

    dice, now = random.Random(SEED), timezone.now()
    people = [User.objects.create_user(f"p{n}", first_name=f"P{n}") for n in range(PEOPLE)]
    for n, person in enumerate(people):
        policy.give_role(person, policy.Role.ADMIN if n == 0 else policy.Role.CREATOR)
    budgets = {person.pk: ledger.begin_month(person) for person in people}
    specs = list(catalogue.models().values())
    tasks = []
    for n in range(rows):
        left = rows - n
        old = timedelta(days=2) + timedelta(days=DAYS) * (left / rows)
        at = now - (timedelta(minutes=2 * left) if left <= TODAY else old)
        spec, person, state = dice.choice(specs), dice.choice(people), State.READY
        if dice.random() < 0.05:
            state = State.FAILED
        if n >= rows - OPEN:
            state = dice.choice([State.QUEUED, State.RUNNING, State.SAVING])
        took = timedelta(seconds=dice.randint(40, 240))
        done = state in (State.READY, State.FAILED)
        tasks.append(
            Task(
                person=person,
                budget=budgets[person.pk],
                model_id=spec.id,
                label=spec.label,
                prompt=f"Shot {n // 3}: a quiet sea at dusk, slow dolly in",
                values={**spec.defaults(), "prompt": f"Shot {n // 3}"},
                state=state,
                quote_credits=100,
                quote_basis="exact",
                charge_credits=100 if state == State.READY else None,
                created_at=at,
                changed_at=at + took,
                sent_at=None if state == State.QUEUED else at,
                accepted_at=None if state == State.QUEUED else at,
                finished_at=at + took if done else None,
                ready_at=at + took if state == State.READY else None,
                due_at=None if done else now + timedelta(hours=1),
                task_id=None if state == State.QUEUED else f"{n:032x}",
            )
        )
    tasks = Task.objects.bulk_create(tasks, batch_size=2000)
    ready = [task for task in tasks if task.state == State.READY]
    facts = {"size": 3_000_000, "width": 1280, "height": 720, "seconds": 8, "fps": 24, "has_sound": False}
    Video.objects.bulk_create(
        (Video(task=t, path=f"videos/{t.pk}.mp4", sha256="0" * 64, **facts) for t in ready), batch_size=2000
    )
    Send.objects.bulk_create(
        (Send(task=t, token_hash=f"{t.pk:064x}", at=t.sent_at) for t in tasks if t.sent_at), batch_size=2000
    )
    entries = [
        Entry(task=t, budget_id=t.budget_id, kind=kind, credits=100, at=t.created_at)
        for t in tasks
        for kind in ([Entry.Kind.HOLD, Entry.Kind.CHARGE] if t.state == State.READY else [Entry.Kind.HOLD])
    ]
    Entry.objects.bulk_create(entries, batch_size=2000)
    judged = [t for t in ready if dice.random() < 0.6]
    Review.objects.bulk_create(
        (
            Review(
                task=t,
                person=dice.choice(people),
                stars=dice.randint(1, 5),
                verdict=dice.choice(list(Verdict)),
            )
            for t in judged
        ),
        batch_size=2000,
    )
    Comment.objects.bulk_create(
        (Comment(task=t, person=dice.choice(people), text="Slower.") for t in judged[::4]), batch_size=2000
    )
    Reading.objects.bulk_create(
        Reading(credits=5000 - n % 900, at=now - timedelta(minutes=n * 30)) for n in range(min(rows, 20_000))
    )
    for spec in specs:
        renew_record(spec.id)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")  # As its own housekeeping does, a minute after.
    return people


def measured(rows: str, database: str) -> dict[str, float]:
    """The medians of one size, in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kiestudio-bench-") as folder:
        settings = {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "kiestudio.settings", "DEBUG": "1"}
        environment = os.environ | settings | ({"DATABASE_URL": database} if database else {})
        command = [sys.executable, "-m", "bench.pages", "--rows", rows]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


def on_postgres(rows: str) -> dict[str, float]:
    from tests.on_postgres import programs
    from tests.storm.postgres import Server

    server = Server(programs())
    try:
        return measured(rows, server.url)
    finally:
        server.stop()


def main(few: str, many: str) -> None:
    """Print a table for each database: milliseconds with few and with many tasks, and how they compare."""
    for name, measure in (("SQLite", partial(measured, database="")), ("PostgreSQL", on_postgres)):
        before, after = measure(few), measure(many)
        print(f"{name + ', ms, median':<26}{int(few):>12,}{int(many):>12,}{'ratio':>8}")
        for page, time_before in before.items():
            print(f"{page:<26}{time_before:>12.1f}{after[page]:>12.1f}{after[page] / time_before:>8.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "--rows":
        one_size(int(sys.argv[2]))
    else:
        main(*sys.argv[1:])
