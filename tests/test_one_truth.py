"""One clip is spoken of with the same words and figures on every page."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.library.durations import usual_time
from generations.models import Entry, Review, State, Task, TrackRecord, Verdict, Video
from generations.models.review import team_verdict
from generations.models.task import renew_record
from generations.money import ledger, spending
from generations.money.spending import Period
from tests.case_rows import KLING, ago, task_in
from tests.page import Page, read

pytestmark = pytest.mark.django_db
TOOK = timedelta(minutes=1, seconds=24)


@pytest.fixture
def clip(order: Callable[..., Task]) -> Task:
    """A stored clip that took 1:24, was quoted 55 credits and cost 48."""
    task = order(prompt="One truth")
    now = timezone.now()
    ledger.charge(task, Decimal(48), Entry.Basis.ACTUAL)
    Task.objects.filter(pk=task.pk).update(
        state=State.READY,
        sent_at=now - TOOK,
        accepted_at=now - TOOK + timedelta(seconds=3),
        finished_at=now - timedelta(seconds=20),
        ready_at=now,
        changed_at=now,
        charge_credits=48,
        charge_basis=Entry.Basis.ACTUAL,
    )
    facts = {"path": "videos/a.mp4", "size": 9, "sha256": "0" * 64, "width": 1280, "height": 720}
    Video.objects.create(task=task, seconds=5, fps=24, has_sound=False, **facts)
    task.refresh_from_db()
    return task


def judge(task: Task, person: User, verdict: Verdict, minutes_ago: int) -> None:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Review.objects.create(task=task, person=person, verdict=verdict, changed_at=at)


@pytest.fixture
def pages(client: Client, admin: User, clip: Task) -> dict[str, Page]:
    """The pages that speak of the clip, after two people have judged it: the last and loudest approves."""
    judge(clip, admin, Verdict.CHANGES, minutes_ago=9)
    judge(clip, clip.person, Verdict.APPROVED, minutes_ago=1)
    client.force_login(clip.person)
    paths = {
        "studio": "/now/",
        "queue": "/queue/",
        "gallery": "/gallery/?state=all",
        "approved": "/gallery/?verdict=approved",
        "changes": "/gallery/?verdict=changes",
        "task": clip.get_absolute_url(),
        "credits": "/credits/?period=7",
    }
    return {name: read(client.get(path)) for name, path in paths.items()}


def test_the_strictest_opinion_is_the_teams_on_every_page(pages: dict[str, Page], clip: Task) -> None:
    assert team_verdict(clip.reviews.all()) == Verdict.CHANGES
    assert "Changes asked" in pages["gallery"]
    assert pages["changes"].find(f"shot-{clip.uuid}")
    assert not pages["approved"].find(f"shot-{clip.uuid}")
    assert [row.approved for row in spending.worth(Period.of("7"))] == [0]


def test_another_take_of_the_prompt_has_the_same_verdict_in_the_studio(
    client: Client, pages: dict[str, Page], clip: Task, order: Callable[..., Task]
) -> None:
    newer = order(prompt="One truth")
    Task.objects.filter(pk=newer.pk).update(state=State.READY, ready_at=timezone.now())
    facts = {"path": "videos/b.mp4", "size": 9, "sha256": "1" * 64, "width": 1280, "height": 720}
    Video.objects.create(task=newer, seconds=5, fps=24, has_sound=False, **facts)
    shown = read(client.get("/now/"))
    assert f"Take #{clip.pk}, changes" in shown


def test_it_took_as_long_and_cost_as_much_on_every_page(pages: dict[str, Page]) -> None:
    for name in ("studio", "queue"):
        assert "1:24" in pages[name], name
    for name in ("queue", "task", "credits"):
        assert "48" in pages[name], name


def test_what_a_model_usually_takes_is_one_figure(
    client: Client, clip: Task, order: Callable[..., Task]
) -> None:
    now = timezone.now()
    for seconds in (60, 70, 80, 90):
        task = order(prompt="Another")
        Task.objects.filter(pk=task.pk).update(
            state=State.READY, sent_at=now - timedelta(seconds=seconds), ready_at=now
        )
    renew_record(clip.model_id)
    running = order(prompt="Under way")
    Task.objects.filter(pk=running.pk).update(state=State.RUNNING, sent_at=now, accepted_at=now)
    assert usual_time(clip.model_id) == (60, 90)
    client.force_login(clip.person)
    for path in (
        "/queue/",
        "/now/",
        running.get_absolute_url(),
        "/studio/" + clip.model_id + "/",
        "/models/",
    ):
        assert "1–2 min" in read(client.get(path)), path


def test_late_is_told_by_the_same_figure_as_usual(client: Client, admin: User) -> None:
    """A quarter of an hour is late for a model without a history, and not for one that takes that long."""
    task = task_in(admin, State.RUNNING, accepted_at=ago(minutes=17))
    client.force_login(admin)
    pages = ("/queue/?who=everyone", "/now/", "/gallery/", task.get_absolute_url(), f"/people/{admin.pk}/")
    assert [path for path in pages if "Late" not in read(client.get(path, follow=True))] == []
    TrackRecord.objects.update_or_create(model_id=KLING, defaults={"seconds": [900] * 10, "ready": 10})
    assert [path for path in pages if "Late" in read(client.get(path, follow=True))] == []
