"""`manage.py ledger` and `manage.py tasks`: what scripts rely on, and the budgets they speak of."""

import json
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from generations import orders
from generations.models import Budget, State, Task, Video
from generations.money import ledger

pytestmark = pytest.mark.django_db


def run(*args: str) -> tuple[str, str, int]:
    out, err = StringIO(), StringIO()
    try:
        call_command(*args, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    return out.getvalue(), err.getvalue(), 0


def ready(task: Task, cost: int = 55) -> Task:
    ledger.charge(task, Decimal(cost), "actual")
    Task.objects.filter(pk=task.pk).update(
        state=State.READY, charge_credits=Decimal(cost), charge_basis="actual", task_id=f"kie-{task.pk}"
    )
    task.refresh_from_db()
    return task


def test_books_that_agree_say_so(order: Callable[..., Task], creator: User) -> None:
    ready(order())
    orders.cancel(order(), creator)
    order()
    assert run("ledger", "--check") == ("The books agree: 5 entries, held 55, spent 55\n", "", 0)


def test_empty_books_agree(db: None) -> None:
    assert run("ledger", "--check") == ("The books agree: 0 entries, held 0, spent 0\n", "", 0)


def test_every_difference_is_named(order: Callable[..., Task]) -> None:
    order()
    Budget.objects.update(held=Decimal(7), spent=Decimal(3))
    out, err, code = run("ledger", "--check")
    assert (out, code) == ("", 1)
    assert "spent is 3, its charges add up to 0" in err
    assert "held is 7, its open holds add up to 55" in err


def test_the_statement_is_short(order: Callable[..., Task], creator: User) -> None:
    assert "not read yet" in run("ledger")[0]
    ready(order())
    ledger.record(Decimal(1250))
    ledger.set_limit(creator, Decimal(900))
    out, _, code = run("ledger")
    assert code == 0
    assert "Balance at Kie: 1,250 cr" in out
    assert "Spent since the beginning: 55 cr" in out
    assert "spent 55, held 0, limit 900" in out


def test_tasks_as_json(order: Callable[..., Task], settings: Any) -> None:
    done, waiting = ready(order()), order()
    Video.objects.create(
        task=done,
        source_url="https://x.example/a.mp4",
        path="videos/a.mp4",
        size=1,
        sha256="0" * 64,
        width=16,
        height=9,
        seconds=5,
        fps=24,
        has_sound=False,
    )
    rows = json.loads(run("tasks", "--json")[0])
    assert [row["id"] for row in rows] == [str(done.uuid), str(waiting.uuid)]
    first = rows[0]
    assert first["number"] == done.pk
    assert (first["state"], first["model"], first["person"]) == ("ready", done.model_id, "creator")
    assert (first["prompt"], first["task_id"]) == (done.prompt, done.task_id)
    assert (first["quote"], first["charge"], rows[1]["charge"]) == (55, 55, None)
    assert first["created_at"] == done.created_at.isoformat()
    assert first["files"] == [str(Path(settings.MEDIA_ROOT) / "videos/a.mp4")]
    assert Path(first["files"][0]).is_absolute()


def test_fractions_stay_fractions(order: Callable[..., Task]) -> None:
    task = order()
    Task.objects.filter(pk=task.pk).update(quote_credits=Decimal("104.5"))
    assert json.loads(run("tasks", "--json")[0])[0]["quote"] == 104.5


def test_tasks_as_lines_and_by_state(order: Callable[..., Task]) -> None:
    done, waiting = ready(order()), order()
    lines = run("tasks")[0].splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"#{done.pk}")
    only = run("tasks", "--state", "queued")[0].splitlines()
    assert [line.split()[0] for line in only] == [f"#{waiting.pk}"]
    assert run("tasks", "--state", "lost", "--json")[0].strip() == "[]"


def test_an_unknown_state_is_one_clear_line(db: None) -> None:
    with pytest.raises(CommandError, match="There is no state “gone”") as failure:
        run("tasks", "--state", "gone")
    assert failure.value.returncode != 0
    assert "\n" not in str(failure.value)


def test_an_order_above_the_limit_is_not_admitted(order: Callable[..., Task], creator: User) -> None:
    ledger.set_limit(creator, Decimal(100))
    order()
    with pytest.raises(orders.NotAdmitted, match="has 45 cr left, this needs about 55"):
        order()
    assert run("ledger", "--check")[2] == 0
