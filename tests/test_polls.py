"""Parts of open pages that ask again: nothing new costs next to nothing, and every change is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import policy
from generations.models import (
    Hint,
    Lease,
    Rendition,
    Video,
)
from generations.money import ledger
from generations.wake import LEASE
from tests.case_rows import unconfirmed
from tests.page import read
from tests.task_page.rows import KLING, VEO, copied, person, queued, ready, running

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    Lease.take(LEASE, timedelta(minutes=5))


@pytest.fixture
def author(client: Client) -> User:
    made = person("author", "Author", policy.Role.CREATOR)
    client.force_login(made)
    return made


def queue_part(author: User) -> str:
    queued(author)
    return "/queue/"


def gallery_part(author: User) -> str:
    queued(author)
    return "/gallery/"


def studio_part(author: User) -> str:
    queued(author)
    return "/now/"


def live_part(author: User) -> str:
    return running(author).get_absolute_url()


def review_part(author: User) -> str:
    return ready(author).get_absolute_url()


def copy_part(author: User) -> str:
    task = ready(author, VEO)
    copied(task)
    return task.get_absolute_url()


def version_part(author: User) -> str:
    task = ready(author)
    video = Video.objects.get(task=task)
    Rendition.ask_for(video)
    return f"{task.get_absolute_url()}?file={video.uuid}"


PARTS: dict[str, tuple[Callable[[User], str], str]] = {
    "queue": (queue_part, "queue"),
    "fresh": (gallery_part, "fresh"),
    "now": (studio_part, "now"),
    "live": (live_part, "live"),
    "votes": (review_part, "votes"),
    "continue": (copy_part, "continue"),
    "rendition": (version_part, "rendition"),
}


def next_address(client: Client, page: str, part: str) -> str:
    """Where a part of an open page asks after it has asked once."""
    address = read(client.get(page)).part(part)["hx-get"]
    answer = client.get(address, headers=BY_SCRIPT | {"HX-Target": part})
    return address if answer.status_code == 204 else read(answer).part(part)["hx-get"]


@pytest.mark.parametrize("name", PARTS)
def test_nothing_new_is_told_by_one_query(
    name: str, client: Client, author: User, django_assert_num_queries: Any
) -> None:
    place, part = PARTS[name]
    headers = BY_SCRIPT | {"HX-Target": part}
    address = next_address(client, place(author), part)
    with django_assert_num_queries(3) as asked:
        assert client.get(address, headers=headers).status_code == 204
    assert sum("generations_change" in query["sql"] for query in asked.captured_queries) == 1
    User.objects.filter(pk=author.pk).update(first_name="Other")
    assert client.get(address, headers=headers).status_code == 200


def test_a_case_that_is_looked_into_is_told_of(client: Client, author: User) -> None:
    task = unconfirmed(author)
    hint = Hint.objects.create(task=task, kie_id="k")
    headers = BY_SCRIPT | {"HX-Target": f"case-{task.pk}"}
    part = read(client.get(f"{task.get_absolute_url()}case/", headers=headers))
    (case,) = part.having("hx-get")
    (case,) = read(client.get(case["hx-get"], headers=headers)).having("hx-get")
    assert client.get(case["hx-get"], headers=headers).status_code == 204
    Hint.objects.filter(pk=hint.pk).update(obstacle="unknown", due_at=None)
    assert client.get(case["hx-get"], headers=headers).status_code == 200


def test_the_news_name_their_next_address(client: Client, author: User) -> None:
    script = {"X-Requested-With": "fetch"}
    address = read(client.get("/news/", headers=script)).part("news")["data-next"]
    assert client.get(address, headers=script).status_code == 204
    ledger.record(Decimal(7))
    answer = client.get(address, headers=script)
    assert answer.status_code == 200
    assert read(answer).part("news")["data-next"] != address


@pytest.fixture
def address(client: Client, author: User) -> str:
    """Where the queue asks next."""
    queued(author)
    return next_address(client, "/queue/", "queue")


POLL = BY_SCRIPT | {"HX-Target": "queue"}


def test_a_person_who_opens_the_address_sees_the_page(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert client.get(address, headers=POLL).status_code == 204


def test_what_the_clock_alone_changes_is_shown_within_half_a_minute(client: Client, author: User) -> None:
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False):
        address = next_address(client, "/queue/", "queue")
    for seconds, status in ((29, 204), (31, 200), (-5, 200)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            Lease.objects.update(beat_at=timezone.now())
            assert client.get(address, headers=POLL).status_code == status


def test_a_worker_that_falls_silent_is_news(client: Client, address: str) -> None:
    Lease.objects.update(beat_at=timezone.now() - timedelta(minutes=1))
    assert "No worker" in read(client.get(address, headers=POLL))


@pytest.mark.parametrize("seen", ["", "x", "1-2-3-works-0", "9" * 5000, "1-2-3-works-1e9", "\0", "-", "²"])
def test_a_mark_that_is_none_gets_the_whole_answer(client: Client, author: User, seen: str) -> None:
    answer = client.get("/queue/", {"seen": seen}, headers=POLL)
    assert answer.status_code == 200
    assert read(answer).part("queue")["hx-get"].count("seen=") == 1


def test_a_mark_counts_for_what_was_asked(client: Client, author: User, address: str) -> None:
    """Another tab of the page, or a clip that the person no longer points at, is another answer."""
    assert client.get(f"{address}&ended=failed", headers=POLL).status_code == 200


def test_whoever_is_signed_out_is_told_so(client: Client, address: str) -> None:
    client.logout()
    assert client.get(address, headers=POLL).status_code == 401


def test_a_studio_without_a_worker_polls_as_cheaply(client: Client, author: User) -> None:
    Lease.objects.all().delete()
    queued(author, KLING)
    address = next_address(client, "/queue/", "queue")
    assert client.get(address, headers=POLL).status_code == 204
