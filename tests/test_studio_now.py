"""What the studio shows of tasks under way, of the newest clip and of the takes before it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generations import ledger
from generations.models import Review, State, Task, Video

KLING = "/studio/kling-2.6/text-to-video/"


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def ready(task: Task, **fields: Any) -> Video:
    """Bring a task to its end the short way."""
    now = timezone.now()
    ledger.charge(task, Decimal(task.quote_credits or 0), "actual")
    Task.objects.filter(pk=task.pk).update(
        **{
            "state": State.READY,
            "accepted_at": now - timedelta(seconds=100),
            "finished_at": now,
            "ready_at": now,
            "changed_at": now,
            "charge_credits": task.quote_credits,
        }
        | fields
    )
    return Video.objects.create(
        task=task,
        source_url="https://example.com/a.mp4",
        path="a.mp4",
        poster_path="a.webp",
        size=1,
        sha256="0" * 64,
        width=1280,
        height=720,
        seconds=8,
        fps=24,
        has_sound=False,
    )


def page(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_tasks_in_flight_are_asked_for_again_and_ended_ones_are_not(studio: Client, order: Any) -> None:
    task = order()
    assert "every 2500ms" in page(studio, "/now/")
    ready(task)
    text = page(studio, "/now/")
    assert "every 2500ms" not in text
    assert "tasks from:body" in text
    assert f'id="card-{task.pk}"' in text


def test_cards_of_the_team_are_shown_on_demand(studio: Client, order: Any, admin: User) -> None:
    task = order(person=admin)
    assert f"card-{task.pk}" not in page(studio, "/now/")
    assert f"card-{task.pk}" in page(studio, "/now/", who="everyone")


def test_a_failed_task_says_why_and_leads_back_to_the_form(studio: Client, order: Any) -> None:
    task = order()
    ledger.release(task)
    Task.objects.filter(pk=task.pk).update(
        state=State.FAILED, failure_text="Flagged by the content policy", charge_credits=0
    )
    text = page(studio, "/now/")
    assert "filter refused" in text
    assert f"{KLING}?from={task.uuid}" in text


def test_only_queued_tasks_can_be_cancelled(studio: Client, order: Any) -> None:
    task = order()
    assert reverse("cancel", args=[task.uuid]) in page(studio, "/now/")
    Task.objects.filter(pk=task.pk).update(state=State.RUNNING, accepted_at=timezone.now())
    assert reverse("cancel", args=[task.uuid]) not in page(studio, "/now/")


def test_the_newest_clip_plays_with_its_cost_and_the_takes_before_it(studio: Client, order: Any) -> None:
    earlier, latest = order(prompt="Dunes"), order(prompt="Dunes")
    first, video = ready(earlier), ready(latest)
    text = page(studio, "/now/")
    assert video.url in text
    assert first.poster_url in text
    assert "Earlier takes of this prompt" in text
    assert "Use all settings" in text


def test_an_earlier_clip_can_be_looked_at_again(studio: Client, order: Any) -> None:
    old, new = order(prompt="Dunes"), order(prompt="Silk")
    ready(old, ready_at=timezone.now() - timedelta(hours=1))
    ready(new)
    text = page(studio, "/now/", shown=str(old.uuid))
    assert "Earlier result" in text
    assert old.videos.get().url in text
    assert f"shown={new.uuid}" in text


def test_a_clip_that_plays_stays_until_it_is_not_named_any_more(studio: Client, order: Any) -> None:
    old, new = order(prompt="Dunes"), order(prompt="Silk")
    ready(old, ready_at=timezone.now() - timedelta(hours=1))
    video = ready(new)
    text = page(studio, "/now/", stays=str(old.uuid))
    assert old.videos.get().url in text
    assert 'hx-get="/now/?who=mine"' in text
    assert video.url in page(studio, "/now/")


def test_own_stars_are_shown(studio: Client, order: Any, creator: User) -> None:
    task = order()
    ready(task)
    Review.objects.create(task=task, person=creator, stars=3, verdict="approved")
    text = page(studio, "/now/")
    assert 'name="stars" value="3" checked' in text
    assert 'aria-pressed="true"' in text


def test_many_cards_cost_no_more_queries(
    studio: Client, order: Any, admin: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        ready(order(prompt="Dunes"))
        order(prompt=f"Sea {n}")
        order("wan/2-6-text-to-video", person=admin, prompt=f"Lamp {n}")
    with django_assert_max_num_queries(18):
        page(studio, "/now/", who="everyone")
