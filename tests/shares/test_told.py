"""The maker of a link is told that guests have spoken by it: each word once, in every way they chose."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone

from generations.models import GuestComment, GuestReview, Preferences, Share, Task
from generations.models.preferences import Digest
from generations.policy import Role
from generations.worker.steps import mail_digest, run
from tests.page import read
from tests.shares.rows import PROMPT, clip, say, share, share_of
from tests.task_page.rows import person

pytestmark = pytest.mark.django_db
WROTE, JUDGED = f"Anna (guest) commented: {PROMPT}", f"Anna (guest) judged: {PROMPT}"


@pytest.fixture
def task(author: User) -> Task:
    return clip(author)


@pytest.fixture
def link(task: Task, as_author: Client, guest: Client) -> str:
    """By which Anna has written a comment and said that she wants changes."""
    made = share(as_author, share_of(task))
    say(guest, made, name="Anna", text="Too\ndark", verdict="changes", stars="2")
    return made


def heard(client: Client, since: timedelta = timedelta(minutes=1)) -> list[str]:
    at = int((timezone.now() - since).timestamp() * 1000)
    return sorted(one["words"] for one in client.get("/told/", {"since": at}).json()["said"])


def bell(client: Client) -> str:
    return read(client.get("/credits/")).part("bell").name


def test_the_maker_of_a_link_is_told_what_guests_say(
    link: str, task: Task, as_author: Client, guest: Client
) -> None:
    other = Client()
    other.force_login(person("other", "Otto", Role.ADMIN))
    assert heard(other) == []
    news = as_author.get("/told/", {"since": 0}).json()
    assert [one["url"] for one in news["said"]] == [f"{task.get_absolute_url()}#guests"] * 2
    assert heard(as_author) == [WROTE, JUDGED]
    assert news["open"] == 1
    GuestReview.objects.update(verdict_at=timezone.now() - timedelta(hours=1))
    say(guest, link, stars="4", verdict="changes")
    assert heard(as_author) == [WROTE], "the verdict is an old one"
    say(guest, link, verdict="approved")
    assert heard(as_author) == [WROTE, JUDGED]
    say(guest, link, verdict="withdrawn")
    assert heard(as_author) == [WROTE]
    Share.objects.update(revoked_at=timezone.now())
    assert as_author.get("/told/").json()["open"] == 0


def test_the_bell_counts_it_and_its_page_lists_it(link: str, as_author: Client) -> None:
    assert bell(as_author) == "Notices, 2 new"
    links = read(as_author.get("/accounts/notices/")).part("heard").all("link")
    assert sorted(one.text for one in links) == [WROTE, JUDGED]
    assert bell(as_author) == "Notices"


def test_who_does_not_want_it_is_told_in_no_way(link: str, as_author: Client, author: User) -> None:
    Preferences.choose(author, unwanted=["guest"])
    assert heard(as_author) == []
    assert bell(as_author) == "Notices"


def test_a_mail_tells_of_it_once(link: str, author: User) -> None:
    User.objects.filter(pk=author.pk).update(email="ada@example.com")
    Preferences.choose(author, digest=Digest.HOURLY)
    Preferences.objects.update(mailed_until=timezone.now() - timedelta(minutes=5))
    GuestComment.objects.update(at=F("at") - timedelta(minutes=4))
    GuestReview.objects.update(verdict_at=F("verdict_at") - timedelta(minutes=4))
    for _ in range(2):
        run(mail_digest(Preferences.objects.select_related("person").get()))
    (letter,) = mail.outbox
    assert letter.subject == "Your clips: 2 said to you"
    assert WROTE in letter.body
    assert JUDGED in letter.body
    assert "Too" not in letter.body, "what was said is read on the page"
