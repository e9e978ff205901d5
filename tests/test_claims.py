"""A row whose step breaks is looked at less and less often; one that has changed meanwhile is left alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Hint, State, Task
from generations.worker import claims

pytestmark = pytest.mark.django_db


@pytest.fixture
def hint(order: Callable[..., Task]) -> Hint:
    return Hint.hear(order(), "kie-1")


def test_each_time_it_breaks_it_waits_longer(hint: Hint) -> None:
    waits = []
    for _ in range(4):
        before = timezone.now()
        claims.put_off(hint)
        hint.refresh_from_db()
        assert hint.due_at
        waits.append(hint.due_at - before)
    assert hint.attempts == 4
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]


def test_a_row_that_somebody_else_has_moved_on_is_left_alone(hint: Hint) -> None:
    later = timezone.now() + timedelta(hours=1)
    Hint.objects.update(due_at=later)
    assert not claims.claim(hint)
    claims.put_off(hint)
    hint.refresh_from_db()
    assert (hint.due_at, hint.attempts) == (later, 0)


def test_what_is_being_sent_keeps_its_time(order: Callable[..., Task]) -> None:
    """Past it, nobody can know any more what became of it."""
    task = order()
    due = timezone.now() + timedelta(seconds=9)
    Task.objects.filter(pk=task.pk).update(state=State.SENDING, due_at=due)
    task.refresh_from_db()
    claims.put_off(task)
    task.refresh_from_db()
    assert (task.due_at, task.attempts) == (due, 0)
