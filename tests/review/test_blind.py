"""Rating blind: what others think of a clip shows once a person has given it stars."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Comment, Review, Task
from tests.page import read
from tests.review.conftest import signed_in
from tests.shares import rows as guests
from tests.task_page.rows import ready, shown

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_who_rates_blind_sees_others_once_they_have_given_stars(
    say: Any, as_mara: Client, task: Task, author: User, admin: User
) -> None:
    theirs = Comment.objects.create(task=task, person=author, text="What others said", second=1)
    Review.objects.create(task=task, person=author, stars=5, verdict="changes")
    office = signed_in(admin)
    assert "What others said" in shown(as_mara, task), "as always, unless an admin wants it otherwise"
    page = read(office.get("/people/"))
    assert not page.field("Rate blind").is_checked
    assert as_mara.post("/people/blind/", {"blind": "on"}).status_code == 403
    for _ in range(2):
        office.post("/people/blind/", {"blind": "on"})
    page = read(office.get("/people/"))
    assert page.field("Rate blind").is_checked
    assert str(page.main.text).count("changed whether people rate blind") == 1

    say(text="My own words")
    own = Comment.objects.get(text="My own words")
    for headers in ({}, HTMX | {"HX-Target": "votes"}):
        page = shown(as_mara, task, **headers)
        assert page.item("My own words")
        for hidden in ("What others said", "Author", "from 1 person", "Order the changes"):
            assert hidden not in page.part("review"), hidden
        assert page.part("marks").having("cx") == []
    for address in ("done", "reopen"):
        assert say(f"{theirs.pk}/{address}/").status_code == 404
    assert "What others said" in shown(signed_in(author), task), "to whom the clip belongs"

    as_mara.post(f"{task.get_absolute_url()}review/", {"verdict": "approved"})
    assert "What others said" not in shown(as_mara, task), "a verdict is no stars"
    answer = as_mara.post(f"{task.get_absolute_url()}review/", {"stars": 2}, headers=HTMX)
    assert "What others said" in read(answer).part("review")
    page = shown(as_mara, task)
    assert "Author" in page.part("votes")
    assert "3.5 from 2 people" in page.part("votes")
    assert page.item("My own words")["id"] == f"c{own.pk}"


def test_what_guests_said_shows_once_the_person_has_given_stars_too(
    as_mara: Client, task: Task, author: User, admin: User
) -> None:
    office = signed_in(admin)
    said = {"name": "Anna", "verdict": "rejected", "text": "Too dark"}
    guests.say(Client(), guests.share(signed_in(author), guests.share_of(task)), **said)
    assert "Too dark" in shown(as_mara, task).part("guests")
    office.post("/people/blind/", {"blind": "on"})
    assert "Too dark" in shown(signed_in(author), task).part("guests")
    assert not shown(as_mara, task).has("guests")
    answer = as_mara.post(f"{task.get_absolute_url()}review/", {"stars": 2}, headers=HTMX)
    assert "Too dark" in read(answer).part("guests")


def card(client: Client) -> str:
    return str(read(client.get("/gallery/")).main.text)


def test_a_card_shows_what_others_think_once_the_person_has_given_stars(
    as_mara: Client, task: Task, author: User, admin: User
) -> None:
    Comment.objects.create(task=task, person=author, text="What others said", second=1)
    Review.objects.create(task=task, person=author, stars=5, verdict="changes")
    seen = "1 comment Rated 5.0"
    assert seen in card(as_mara)
    signed_in(admin).post("/people/blind/", {"blind": "on"})
    assert seen in card(signed_in(author)), "to whom the clip belongs"
    assert seen not in card(as_mara)
    assert "Changes asked" not in card(as_mara)
    assert "rate first" in card(as_mara)
    before = card(as_mara).count("Approved")
    as_mara.post(f"{task.get_absolute_url()}review/", {"verdict": "approved"})
    assert card(as_mara).count("Approved") == before + 1, "what they think themselves"
    as_mara.post(f"{task.get_absolute_url()}review/", {"stars": 3})
    assert "1 comment Rated 4.0" in card(as_mara)
    assert "Changes asked" in card(as_mara)


def test_filters_and_sums_tell_no_more_than_the_cards(
    as_mara: Client, task: Task, author: User, admin: User
) -> None:
    def shown_by(client: Client) -> set[str]:
        """The filters that find the clip."""
        queries = ("verdict=review", "verdict=approved", "verdict=changes", "stars=4", "stars=3")
        return {q for q in queries if task.prompt in read(client.get(f"/gallery/?{q}")).main.text}

    def sums(client: Client) -> str:
        return str(read(client.get("/gallery/")).part("gallery").text)

    Review.objects.create(task=task, person=author, stars=5, verdict="approved")
    review = f"{task.get_absolute_url()}review/"
    assert shown_by(as_mara) == {"verdict=approved", "stars=4", "stars=3"}
    assert "1 approved" in sums(as_mara)
    signed_in(admin).post("/people/blind/", {"blind": "on"})
    assert shown_by(signed_in(author)) == {"verdict=approved", "stars=4", "stars=3"}
    assert shown_by(as_mara) == {"verdict=review"}
    assert "1 approved" not in sums(as_mara)
    as_mara.post(review, {"verdict": "changes"})
    assert shown_by(as_mara) == {"verdict=changes"}, "what they think themselves"
    as_mara.post(review, {"stars": 1})
    assert shown_by(as_mara) == {"verdict=changes", "stars=3"}


def test_what_the_prompt_took_is_said_once_the_person_has_given_stars(
    as_mara: Client, task: Task, author: User, admin: User
) -> None:
    ready(author, prompt=task.prompt)
    Review.objects.create(task=task, person=author, stars=5, verdict="approved")
    said = "This prompt: 2 takes"
    assert said in shown(as_mara, task)
    signed_in(admin).post("/people/blind/", {"blind": "on"})
    assert said in shown(signed_in(author), task)
    assert said not in shown(as_mara, task)
    as_mara.post(f"{task.get_absolute_url()}review/", {"stars": 2})
    assert said in shown(as_mara, task)
