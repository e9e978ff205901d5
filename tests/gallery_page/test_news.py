"""“New” in the gallery: what came since the last visit of the one who looks."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations import policy
from generations.models import Comment, Review, Seen, Visit
from tests.gallery_page.rows import person, ready
from tests.page import read

pytestmark = pytest.mark.django_db


def is_new(page, title="Theirs"):
    """Whether the card of that title says New; there has to be one."""
    return "New" in read(page()).item(title)


def away(who, hours):
    """The person was last in the gallery so long ago."""
    Visit.objects.filter(person=who).update(looked_at=timezone.now() - timedelta(hours=hours))


def test_new_is_what_others_made_since_the_last_visit(page, author, judge):
    User.objects.update(date_joined=timezone.now() - timedelta(days=30))
    ready(author, "Of the weekend", age=timedelta(hours=40))
    ready(author, "Of Friday", age=timedelta(hours=70))
    page()
    away(judge, hours=60)
    assert is_new(page, "Of the weekend")
    assert not is_new(page, "Of Friday")
    assert is_new(page, "Of the weekend"), "the same visit goes on"
    away(judge, hours=1)
    assert not is_new(page, "Of the weekend")


def test_for_who_comes_first_what_was_there_before_is_not_new(page, author, judge):
    ready(author, "Before her", age=timedelta(hours=1))
    ready(author, "Theirs")
    assert is_new(page)
    assert not is_new(page, "Before her")


def test_nothing_of_my_own_is_new_to_me(client, page, author):
    ready(author, "Theirs")
    assert is_new(page)
    client.force_login(author)
    assert not is_new(page)


@pytest.mark.parametrize("deed", ["opened", "judged", "commented"])
def test_what_i_opened_judged_or_commented_on_is_not_new_to_me_alone(client, page, author, judge, deed):
    other = person("other", "Other", policy.Role.REVIEWER)
    task = ready(author, "Theirs")
    assert is_new(page)
    if deed == "opened":
        client.get(task.get_absolute_url())
    elif deed == "judged":
        Review.objects.create(task=task, person=judge, stars=3)
    else:
        Comment.objects.create(task=task, person=judge, text="Hm")
    assert not is_new(page)
    client.force_login(other)
    assert is_new(page)


def test_what_was_seen_is_forgotten_when_it_can_be_new_no_more(client, page, author, judge):
    task = ready(author, "Theirs", age=timedelta(hours=2))
    page()
    client.get(task.get_absolute_url())
    client.get(task.get_absolute_url())
    assert Seen.objects.count() == 1
    away(judge, hours=1)
    page()
    assert not Seen.objects.exists()
    assert not is_new(page)
