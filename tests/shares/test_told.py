"""The maker of a link is told what guests say by it, each word when it was said."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import GuestReview, Share
from generations.policy import Role
from tests.shares.rows import clip, say, share, share_of
from tests.task_page.rows import person

pytestmark = pytest.mark.django_db


def test_the_maker_of_a_link_is_told_what_guests_say(as_author: Client, author: User, guest: Client) -> None:
    task = clip(author)
    began = int(timezone.now().timestamp() * 1000)
    link = share(as_author, share_of(task))
    say(guest, link, name="Anna", text="Too\ndark", verdict="changes", stars="2")
    other = Client()
    other.force_login(person("other", "Otto", Role.ADMIN))
    assert other.get("/told/", {"since": began}).json()["ended"] == []
    news = as_author.get("/told/", {"since": began}).json()
    heard = [(said["words"], said["url"]) for said in news["ended"] if said["state"] == "guest"]
    place = f"{task.get_absolute_url()}#guests"
    assert heard == [("Anna (guest) commented: Too dark", place), ("Anna (guest) says: changes", place)]
    assert news["open"] == 1
    GuestReview.objects.update(verdict_at=timezone.now() - timedelta(hours=1))
    say(guest, link, stars="4", verdict="changes")
    late = int(timezone.now().timestamp() * 1000) - 60_000
    assert "says" not in str(as_author.get("/told/", {"since": late}).json()), "the verdict is an old one"
    say(guest, link, verdict="approved")
    assert "Anna (guest) says: good" in str(as_author.get("/told/", {"since": late}).json())
    Share.objects.update(revoked_at=timezone.now())
    assert as_author.get("/told/").json()["open"] == 0
