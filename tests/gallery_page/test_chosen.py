"""Clips that are chosen in the gallery and judged together."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations import policy
from generations.library.search import EPOCH, MICROSECOND
from generations.models import Review
from generations.views.gallery import chosen
from tests.gallery_page.rows import SORA, person, queued, ready
from tests.page import read

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def press(client, judge):
    """As Judge presses in the bar; what is answered."""
    client.force_login(judge)

    def post(*tasks, **data):
        return client.post("/gallery/chosen/", {"task": [t.uuid for t in tasks], **data}, headers=HTMX)

    return post


def said_by(judge):
    return dict(Review.objects.filter(person=judge).values_list("task__prompt", "verdict"))


def test_many_are_judged_at_once_and_their_cards_follow(press, author, judge):
    boat, sea, kept = (ready(author, words) for words in ("A boat", "A sea", "A hill"))
    Review.objects.create(task=sea, person=judge, stars=2, verdict="rejected")
    Review.objects.create(task=sea, person=author, verdict="approved")
    answer = read(press(boat, sea, verdict="approved"))
    assert said_by(judge) == {"A boat": "approved", "A sea": "approved"}
    assert Review.objects.get(task=sea, person=judge).stars == 2
    assert "Approved. 2 clips." in answer
    assert "Approved" in answer.item("A boat")
    assert kept.prompt not in answer


def test_one_press_brings_everything_back(client, press, author, judge):
    boat, sea = ready(author, "A boat"), ready(author, "A sea")
    Review.objects.create(task=sea, person=judge, stars=2, verdict="changes")
    undo = read(press(boat, sea, stars="5"))
    assert undo.has("button", "Undo")
    answer = read(client.post("/gallery/chosen/", undo.sent, headers=HTMX))
    assert "As it was. 2 clips." in answer
    assert not answer.has("button", "Undo")
    assert said_by(judge) == {"A boat": "", "A sea": "changes"}
    assert Review.objects.get(task=sea, person=judge).stars == 2
    assert Review.objects.get(task=boat, person=judge).stars is None


def test_the_same_said_again_changes_nothing(press, author, judge):
    boat = ready(author)
    press(boat, verdict="approved")
    before = Review.objects.get()
    answer = read(press(boat, verdict="approved"))
    assert "You had said so already." in answer
    assert not answer.has("button", "Undo")
    assert Review.objects.get().changed_at == before.changed_at


def test_all_of_a_view_is_what_it_was_when_its_page_was_opened(press, author, judge):
    ready(author, "A boat", age=timedelta(hours=2))
    ready(author, "Of another model", SORA, age=timedelta(hours=2))
    opened = (timezone.now() - EPOCH) // MICROSECOND
    ready(author, "Came meanwhile")
    press(all="1", view=f"model={SORA}", since=str(opened), verdict="rejected")
    assert said_by(judge) == {"Of another model": "rejected"}
    press(all="1", view="", since=str(opened), verdict="approved")
    assert said_by(judge) == {"A boat": "approved", "Of another model": "approved"}


def test_of_a_whole_view_what_is_ticked_and_what_was_judged_before_are_meant_too(
    client, press, author, judge
):
    long_ago, opened = timedelta(days=2), timezone.now() - timedelta(hours=13)
    boat, sea = ready(author, "A boat", age=long_ago), ready(author, "A sea", age=long_ago)
    here = {"all": "1", "view": "verdict=review", "since": str((opened - EPOCH) // MICROSECOND)}
    new = ready(author, "Just in")
    answer = read(press(new, verdict="approved", **here))
    assert said_by(judge) == {"A boat": "approved", "A sea": "approved", "Just in": "approved"}
    held = answer.part("held").sent["held"]
    assert set(held) == {str(task.uuid) for task in (boat, sea, new)}
    assert "4 of 5. 3 clips." in read(press(stars="4", held=held, **here))
    assert Review.objects.filter(stars=4).count() == 3
    ready(author, "Came meanwhile")
    press(boat, stars="2")
    answer = read(press(stars="2", held=held, **here))
    assert "2 of 5. 2 clips." in answer
    assert set(answer.part("held").sent["held"]) == set(held), "one had been said before, and is meant still"


@pytest.mark.parametrize("since", ["", "x", "9" * 18, "-1", "\x00"])
def test_all_of_a_view_of_an_unknown_time_is_refused(client, press, author, judge, since):
    ready(author)
    answer = press(all="1", since=since, verdict="approved")
    assert answer.status_code == 422
    assert chosen.TOO_OLD in read(answer)
    assert not Review.objects.exists()
    assert client.get("/gallery/", {"since": since}).status_code == 200


def test_undo_puts_back_what_was_changed_and_nothing_else(client, press, author, judge):
    boat = ready(author, "A boat")
    press(boat, verdict="approved")
    given = Review.objects.get().verdict_at
    undo = read(press(boat, stars="5"))
    client.post("/gallery/chosen/", undo.sent, headers=HTMX)
    assert Review.objects.get().verdict_at == given
    undo = read(press(boat, stars="5"))
    press(boat, verdict="rejected")
    client.post("/gallery/chosen/", undo.sent, headers=HTMX)
    assert (Review.objects.get().stars, Review.objects.get().verdict) == (None, "rejected")


def test_without_script_the_page_comes_back_and_says_it(client, author, judge):
    boat = ready(author)
    client.force_login(judge)
    data = {"task": boat.uuid, "stars": "4", "next": "/gallery/?verdict=review"}
    answer = client.post("/gallery/chosen/", data, follow=True)
    assert answer.redirect_chain == [("/gallery/?verdict=review", 302)]
    assert "4 of 5. 1 clip." in read(answer)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"stars": "6"}, "Stars go from 0 to 5."),
        ({"verdict": "superb"}, "A verdict is approved, changes or rejected."),
        ({}, chosen.NOTHING),
        ({"task": ["not-one", "0" * 32], "verdict": "approved"}, chosen.NOTHING),
    ],
)
def test_nonsense_is_said_and_changes_nothing(client, author, judge, data, why):
    boat = ready(author)
    client.force_login(judge)
    answer = client.post("/gallery/chosen/", {"task": boat.uuid, **data}, headers=HTMX)
    assert answer.status_code == 422
    assert why in read(answer)
    assert not Review.objects.exists()


def test_more_than_can_be_judged_at_once_are_refused_as_a_whole(press, author, judge, monkeypatch):
    monkeypatch.setattr(chosen, "MOST", 1)
    answer = press(ready(author, "A boat"), ready(author, "A sea"), verdict="approved")
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_chosen_clips_are_taken_to_other_pages(client, press, author, judge):
    older, newer = ready(author, "A boat", age=timedelta(hours=1)), ready(author, "A sea")
    both = f"?task={newer.uuid}&task={older.uuid}"
    assert press(older, newer, do="compare")["HX-Redirect"] == f"/compare/{both}"
    client.force_login(author)
    answer = client.post("/gallery/chosen/", {"task": [older.uuid, newer.uuid], "do": "share"})
    assert answer.headers["Location"] == f"/shares/new/{both}"
    form = read(client.get(answer.headers["Location"]))
    assert form.field("Title, which guests see").value == "2 clips to look at"
    refused = press(*(ready(author, f"Clip {n}") for n in range(5)), do="compare")
    assert refused.status_code == 422
    assert "Two to four clips" in read(refused)
    assert chosen.NOTHING in read(press(do="compare"))


def test_what_has_no_clip_yet_is_left_out(press, author, judge):
    press(queued(author, "Waits"), ready(author, "A boat"), verdict="approved")
    assert said_by(judge) == {"A boat": "approved"}


def test_undo_touches_only_ones_own_opinions_and_believes_no_nonsense(press, author, judge):
    boat = ready(author)
    Review.objects.create(task=boat, person=author, stars=5, verdict="approved")
    for was in (f"{boat.uuid} 9 approved", f"{boat.uuid} 3 superb", "x" * 36 + " 3 approved"):
        assert "As it was. 0 clips." in read(press(boat, undo=was))
    press(boat, undo=f"{boat.uuid} 1 rejected")
    assert Review.objects.get(person=author).verdict == "approved"


def test_as_many_queries_for_twenty_as_for_two(press, author, judge, django_assert_max_num_queries):
    tasks = [ready(author, f"Clip {n}") for n in range(20)]
    with django_assert_max_num_queries(30) as few:
        press(*tasks[:2], verdict="approved")
    with django_assert_max_num_queries(len(few.captured_queries)):
        press(*tasks, verdict="changes")


def test_who_may_look_may_choose(client, author):
    boat = ready(author)
    client.force_login(person("other", "Other", policy.Role.CREATOR))
    assert read(client.get("/gallery/")).item(boat.prompt).having("value")
