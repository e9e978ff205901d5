"""What the studio shows of tasks under way, of the newest clip and of the takes before it."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generations.models import Lease, Review, Runtime, State, Task, Video
from generations.money import ledger
from tests.page import Page, read

KLING = "/studio/kling-2.6/text-to-video/"


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def test_when_nothing_is_sent_the_studio_says_so_and_goes_on_taking_orders(
    studio: Client, order: Any
) -> None:
    """No worker, a pause, a Kie that is silent; and nothing when all is well."""
    waits = "What you order waits in the queue."
    assert "No worker is running" in read(studio.get("/now/")).part("orders-wait")
    now = timezone.now()
    Lease.objects.create(name="sweep", owner="me", until=now, beat_at=now)
    assert read(studio.get("/now/")).find("orders-wait") is None
    Runtime.row()
    Runtime.objects.update(silent_since=now - timedelta(minutes=5))
    said = read(studio.get(KLING)).part("orders-wait")
    assert "Kie does not answer since" in said
    assert waits in said
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4())}
    assert studio.post(KLING, posted).status_code == 302
    assert Task.objects.get().state == State.QUEUED
    Runtime.objects.update(silent_since=None, paused_at=now, paused_for="person")
    assert "Sending is paused: " in read(studio.get("/now/")).part("orders-wait")


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


def shown(client: Client, url: str, **query: str) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return read(answer)


def cards(page: Page) -> list[int]:
    """The numbers of the tasks whose cards are shown, in their order."""
    ids = [item.get("id") or "" for item in page.all("listitem")]
    return [int(key.removeprefix("card-")) for key in ids if key.startswith("card-")]


def test_tasks_in_flight_are_asked_for_again_and_ended_ones_are_not(studio: Client, order: Any) -> None:
    task = order()
    assert shown(studio, "/now/").part("now")["hx-trigger"] == "every 2500ms, tasks from:body"
    ready(task)
    page = shown(studio, "/now/")
    assert page.part("now")["hx-trigger"] == "every 15s, tasks from:body"
    assert cards(page) == [task.pk]


def test_cards_of_the_team_are_shown_on_demand(studio: Client, order: Any, admin: User) -> None:
    task = order(person=admin)
    assert cards(shown(studio, "/now/")) == []
    assert cards(shown(studio, "/now/", who="everyone")) == [task.pk]


def test_a_failed_task_says_why_and_leads_back_to_the_form(studio: Client, order: Any) -> None:
    task = order()
    ledger.release(task)
    Task.objects.filter(pk=task.pk).update(
        state=State.FAILED, failure_text="Flagged by the content policy", charge_credits=0
    )
    card = shown(studio, "/now/").item(task.prompt)
    assert "filter refused" in card
    assert card.link("Edit and retry").href == f"{KLING}?from={task.uuid}"


def test_only_queued_tasks_can_be_cancelled(studio: Client, order: Any) -> None:
    task = order()
    card = shown(studio, "/now/").item(task.prompt)
    assert card.button("Cancel")
    assert card.having("action", reverse("cancel", args=[task.uuid]))
    Task.objects.filter(pk=task.pk).update(state=State.RUNNING, accepted_at=timezone.now())
    assert not shown(studio, "/now/").has("button", "Cancel")


def test_the_newest_clip_plays_with_its_cost_and_the_takes_before_it(studio: Client, order: Any) -> None:
    earlier, latest = order(prompt="Dunes"), order(prompt="Dunes")
    first, video = ready(earlier), ready(latest)
    page = shown(studio, "/now/")
    assert page.one("video", "Dunes")["src"] == video.url
    assert page.heading("Earlier takes of this prompt")
    take = page.link(f"Take #{earlier.pk}")
    assert take.href == earlier.get_absolute_url()
    assert take.having("src", first.poster_url)
    assert page.link("Remix").href == f"{KLING}?from={latest.uuid}"


def test_an_earlier_clip_can_be_looked_at_again(studio: Client, order: Any) -> None:
    old, new = order(prompt="Dunes"), order(prompt="Silk")
    ready(old, ready_at=timezone.now() - timedelta(hours=1))
    ready(new)
    page = shown(studio, "/now/", shown=str(old.uuid))
    assert page.heading("Earlier result")
    assert page.one("video")["src"] == old.videos.get().url
    assert page.link("Later result").href == f"?who=mine&shown={new.uuid}"


def test_a_clip_that_plays_stays_until_it_is_not_named_any_more(studio: Client, order: Any) -> None:
    old, new = order(prompt="Dunes"), order(prompt="Silk")
    ready(old, ready_at=timezone.now() - timedelta(hours=1))
    video = ready(new)
    page = shown(studio, "/now/", stays=str(old.uuid))
    assert page.one("video")["src"] == old.videos.get().url
    assert page.part("now")["hx-get"].startswith("/now/?who=mine&seen=")
    assert shown(studio, "/now/").one("video")["src"] == video.url


def test_own_stars_are_shown(studio: Client, order: Any, creator: User) -> None:
    task = order()
    ready(task)
    Review.objects.create(task=task, person=creator, stars=3, verdict="approved")
    page = shown(studio, "/now/")
    assert page.group("Your rating").field("3 of 5").is_checked
    assert page.button("Approved").is_pressed


def test_many_cards_cost_no_more_queries(
    studio: Client, order: Any, admin: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        ready(order(prompt="Dunes"))
        order(prompt=f"Sea {n}")
        order("wan/2-6-text-to-video", person=admin, prompt=f"Lamp {n}")
    with django_assert_max_num_queries(18):
        shown(studio, "/now/", who="everyone")


def failed(task: Task, **fields: Any) -> None:
    ledger.release(task)
    Task.objects.filter(pk=task.pk).update(
        **{"state": State.FAILED, "failure_text": "Flagged by the content policy", "charge_credits": 0}
        | fields
    )


def test_a_failure_stays_until_it_is_put_away(studio: Client, order: Any) -> None:
    task = order()
    failed(task, changed_at=timezone.now() - timedelta(days=2))
    assert shown(studio, "/now/").button(f"Put #{task.pk} away")
    studio.post("/now/away/", {"task": str(task.uuid)})
    assert cards(shown(studio, "/now/")) == []


def test_a_failure_that_was_opened_is_seen(studio: Client, order: Any) -> None:
    task = order()
    failed(task)
    studio.get(task.get_absolute_url())
    assert cards(shown(studio, "/now/")) == []


def test_a_failure_that_somebody_else_opened_stays(studio: Client, order: Any, admin: User) -> None:
    task = order()
    failed(task)
    other = Client()
    other.force_login(admin)
    other.get(task.get_absolute_url())
    other.post("/now/away/", {"task": str(task.uuid)})
    assert cards(shown(studio, "/now/")) == [task.pk]


def test_all_that_has_ended_is_put_away_at_once_and_what_is_open_stays(studio: Client, order: Any) -> None:
    open_one, doubtful, *ended = (order() for _ in range(5))
    Task.objects.filter(pk=doubtful.pk).update(state=State.UNCONFIRMED)
    for task in ended:
        failed(task)
    assert shown(studio, "/now/").button("Clear ended")
    left = read(studio.post("/now/away/", headers={"HX-Request": "true"}))
    assert sorted(cards(left)) == [open_one.pk, doubtful.pk]


def test_an_order_in_doubt_cannot_be_put_away(studio: Client, order: Any) -> None:
    task = order()
    Task.objects.filter(pk=task.pk).update(state=State.UNCONFIRMED)
    studio.post("/now/away/", {"task": str(task.uuid)})
    assert cards(shown(studio, "/now/")) == [task.pk]


def test_an_order_in_doubt_is_counted_with_what_it_holds(studio: Client, order: Any, admin: User) -> None:
    task = order()
    Task.objects.filter(pk=order(person=admin).pk).update(state=State.UNCONFIRMED)
    assert "1 of yours in flight, 0 of others" in shown(studio, "/now/")
    Task.objects.filter(pk=task.pk).update(state=State.UNCONFIRMED)
    page = shown(studio, "/now/")
    assert page.link("1 in doubt, 55 cr held").href == "/queue/"
    assert "Nothing in flight" not in page


def test_ones_own_order_in_doubt_is_never_crowded_out(studio: Client, order: Any) -> None:
    task = order()
    Task.objects.filter(pk=task.pk).update(
        state=State.UNCONFIRMED, created_at=timezone.now() - timedelta(days=9)
    )
    newest = [order(prompt=f"Sea {n}") for n in range(30)][-1]
    page = shown(studio, "/now/")
    assert cards(page).index(newest.pk) < cards(page).index(task.pk)


def test_an_idle_page_asks_slowly(studio: Client, order: Any) -> None:
    assert shown(studio, "/now/").part("now")["hx-trigger"].startswith("every 15s")


def test_took_is_the_same_on_the_card_the_clip_and_in_the_queue(studio: Client, order: Any) -> None:
    task = order()
    now = timezone.now()
    times = {"accepted_at": now - timedelta(seconds=70), "finished_at": now - timedelta(seconds=9)}
    ready(task, sent_at=now - timedelta(seconds=75), **times)
    page = shown(studio, "/now/")
    assert "took 1:15" in page.item(task.prompt)
    assert page.text.count("took 1:15") == 2
    assert "1:15" in shown(studio, "/queue/").row(task.prompt).cells


def test_how_many_are_newer_is_said_of_a_clip_that_stays(studio: Client, order: Any) -> None:
    old, *newer = (order(prompt=f"Dunes {n}") for n in range(3))
    ready(old, ready_at=timezone.now() - timedelta(hours=1))
    for task in newer:
        ready(task)
    page = shown(studio, "/now/", stays=str(old.uuid))
    assert page.link("2 newer")
    assert not shown(studio, "/now/").has("link", "newer")
