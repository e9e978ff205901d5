"""The gallery: what is shown, in which order, under which filter."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import policy
from generations.library.search import Cursor
from generations.models import Comment, Review, State, Task
from generations.views.gallery import PAGE
from tests.gallery_page.rows import SORA, add_video, person, queued, ready, titles
from tests.page import read

pytestmark = pytest.mark.django_db


def test_newest_first_by_day_with_counts(page, author, judge):
    ready(author, "Old", age=timedelta(days=400))
    ready(author, "Before", age=timedelta(days=1))
    approved = ready(author, "First")
    ready(author, "Second")
    Review.objects.create(task=approved, person=judge, verdict="approved")
    shown = read(page())
    assert titles(page()) == ["Second", "First", "Before", "Old"]
    gallery, today, yesterday, long_ago = shown.names("heading")
    assert (gallery, today, yesterday) == ("Gallery", "Today", "Yesterday")
    assert re.fullmatch(r"\w{3} \d+ \w{3} 20\d\d", long_ago)
    assert "2 clips, 1 approved" in shown
    assert "4 clips" in shown


def test_a_card_says_what_it_is(page, author, judge):
    task = ready(author, "Slow dolly\nover <dunes>")
    Review.objects.create(task=task, person=judge, verdict="approved", stars=4)
    Review.objects.create(task=task, person=author, verdict="changes", stars=5)
    Comment.objects.create(task=task, person=judge, text="Hm")
    add_video(task, number=1)
    clip = task.videos.get(number=0)
    card = read(page()).item("Slow dolly over <dunes>")
    for words in ("0:08", "Kling 2.6", "4.5", "Changes asked"):
        assert words in card
    assert card["data-ratio"] == "16:9"
    (frame,) = card.having("data-clip")
    assert (frame["data-clip"], frame["data-strip"]) == (clip.url, clip.strip_url)
    assert card.link().href == task.get_absolute_url()


def test_what_is_still_in_the_making_is_not_seen_by_looking_at_it(client, page, author):
    task = queued(author)
    client.force_login(User.objects.get(username="judge"))
    client.get(task.get_absolute_url())
    Task.objects.update(state=State.READY, ready_at=timezone.now())
    add_video(task)
    assert "New" in read(page()).item(task.prompt)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=HARBOUR crane", ["Night harbour, cranes"]),
        ("q=harbour+desert", []),
        ("q=ÉCOLE", ["Une école vide"]),
        ("model=sora-2-text-to-video", ["Une école vide"]),
        ("verdict=approved", ["Night harbour, cranes"]),
        ("verdict=changes", []),
        ("verdict=rejected", ["Une école vide"]),
        ("verdict=review", ["Dunes"]),
        ("state=failed", ["Broken"]),
        ("state=all", ["Broken", "Dunes", "Une école vide", "Night harbour, cranes"]),
        ("verdict=approved&q=dunes", []),
    ],
)
def test_filters(page, author, judge, query, found):
    good = ready(author, "Night harbour, cranes")
    bad = ready(author, "Une école vide", SORA)
    ready(author, "Dunes")
    broken = queued(author, "Broken")
    Task.objects.filter(pk=broken.pk).update(state=State.FAILED, failure_text="Internal Error")
    Review.objects.create(task=good, person=judge, verdict="approved")
    Review.objects.create(task=bad, person=judge, verdict="approved")
    Review.objects.create(task=bad, person=author, verdict="rejected")
    assert titles(page(query)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stars=unrated", ["Tall", "Wide"]),
        ("stars=4", ["Square"]),
        ("stars=5", []),
        ("stars=2", ["Tall", "Square"]),
        ("shape=wide", ["Wide"]),
        ("shape=tall&length=short", ["Tall"]),
        ("shape=tall&length=long", []),
        ("sound=with", ["Square"]),
        ("length=middle", ["Square"]),
        ("length=long&sound=silent", ["Wide"]),
        ("stars=9&shape=round&sound=loud&length=5", ["Tall", "Square", "Wide"]),
    ],
)
def test_filters_by_what_a_clip_is_and_by_its_stars(page, author, judge, query, found):
    made = {}
    for words, facts in (
        ("Wide", {"width": 1280, "height": 720, "seconds": 15}),
        ("Square", {"width": 960, "height": 960, "seconds": 10.04, "has_sound": True}),
        ("Tall", {"width": 720, "height": 1280, "seconds": 5.04}),
    ):
        made[words] = ready(author, words)
        made[words].videos.update(**facts)
    Review.objects.create(task=made["Square"], person=judge, stars=3)
    Review.objects.create(task=made["Square"], person=author, stars=5)
    Review.objects.create(task=made["Tall"], person=author, stars=2)
    assert titles(page(query)) == found


def test_a_chosen_shape_is_a_pill_that_is_taken_off(page, author):
    ready(author)
    shown = read(page("shape=wide&stars=unrated"))
    assert shown.link("Remove the shape filter").href == "/gallery/?stars=unrated"
    assert shown.link("Remove the stars filter").href == "/gallery/?shape=wide"


def test_filter_by_person_and_date(page, author, judge):
    boss = person("boss", "Boss", policy.Role.ADMIN)
    ready(boss, "Hers")
    ready(author, "His old one", age=timedelta(days=5))
    today = timezone.localdate()
    assert titles(page(f"person={boss.pk}")) == ["Hers"]
    assert titles(page(f"from={today}")) == ["Hers"]
    assert titles(page(f"to={today - timedelta(days=1)}")) == ["His old one"]
    assert titles(page(f"from={today - timedelta(days=5)}&to={today - timedelta(days=5)}")) == ["His old one"]
    shown = read(page(f"person={boss.pk}&from={today}"))
    assert shown.link("Remove the person filter").href == f"/gallery/?from={today}"
    assert shown.link("Remove the date filter").href == f"/gallery/?person={boss.pk}"


@pytest.mark.parametrize(
    "query",
    [
        "person=nobody",
        "person=99999999999999999999999",
        "person=-1",
        "model=none",
        "state=none",
        "verdict=none",
        "from=yesterday",
        "from=0001-01-01&to=9999-12-31",
        "before=none",
        "before=zzzzzzzzzzzzz-1",
        "before=1-2-3",
        "before=-5--5",
        "since=none",
        "since=99999999999999999",
        "q=%00",
        "q=" + "x" * 5000,
        "day=none",
        "q=%25_\\",
        "before=" + "9" * 5000,
    ],
)
def test_nonsense_is_no_error(page, author, query):
    ready(author)
    for headers in (
        {},
        {"HX-Request": "true", "HX-Target": "fresh"},
        {"HX-Request": "true", "HX-Target": "older"},
    ):
        assert page(query, **headers).status_code == 200


def test_an_unknown_cursor_is_the_first_page(page, author):
    ready(author, "Here")
    assert titles(page("before=nonsense")) == ["Here"]


def test_paging_shows_every_clip_once(page, author):
    same = timezone.now()
    tasks = [ready(author, f"Clip {n}") for n in range(2 * PAGE + 3)]
    Task.objects.filter(pk__in=[t.pk for t in tasks[:30]]).update(created_at=same)
    seen, query = [], ""
    for _ in range(4):
        answer = page(query)
        seen += titles(answer)
        if not read(answer).has("link", "Older"):
            break
        query = read(answer).link("Older").href.removeprefix("?")
    assert len(seen) == len(set(seen)) == len(tasks)


def test_the_next_page_for_htmx_continues_the_last_day(page, author):
    for n in range(PAGE + 2):
        ready(author, f"Clip {n}")
    more = read(page()).link("Older")["hx-get"].removeprefix("?")
    answer = page(more, **{"HX-Request": "true", "HX-Target": "older"})
    shown = read(answer)
    (goes_on,) = shown.having("hx-swap-oob")
    assert goes_on["hx-swap-oob"] == f"beforeend:#shots-{timezone.localdate()}"
    assert titles(answer) == ["Clip 1", "Clip 0"]
    assert shown.text.endswith("That is all.")
    assert not shown.has("main")


def test_who_comes_back_sees_the_cards_down_to_the_place(page, author):
    tasks = [ready(author, f"Clip {n}", age=timedelta(minutes=n)) for n in range(3 * PAGE)]
    place = Cursor.of(tasks[PAGE + 3])
    found = titles(page(f"upto={place}"))
    assert found == [f"Clip {n}" for n in range(2 * PAGE)]
    assert titles(page(f"upto={Cursor.of(tasks[2])}")) == found[:PAGE]
    assert titles(page("upto=nonsense")) == found[:PAGE]


def test_a_place_far_down_is_shown_with_what_is_around_it(page, author, monkeypatch):
    monkeypatch.setattr("generations.views.gallery.DEEP", PAGE)
    tasks = [ready(author, f"Clip {n}", age=timedelta(minutes=n)) for n in range(3 * PAGE)]
    answer = page(f"upto={Cursor.of(tasks[2 * PAGE])}")
    found = titles(answer)
    assert len(found) == PAGE
    assert f"Clip {2 * PAGE}" in found
    assert "Clip 0" not in found
    assert read(answer).link("Back to the newest").href == "?"


def test_the_cursor_goes_through_a_query_string(author):
    cursor = Cursor.of(queued(author))
    assert Cursor.read(str(cursor)) == cursor


def test_tasks_under_way_poll_and_turn_into_posters(page, author):
    task = queued(author, "Coming")
    fresh = read(page()).part("fresh")
    assert "Queued" in fresh
    assert "1 open" in fresh
    assert fresh["hx-trigger"] == "every 4s"
    Task.objects.filter(pk=task.pk).update(
        state=State.READY, changed_at=timezone.now(), ready_at=timezone.now()
    )
    clip = add_video(task)
    answer = read(page(fresh["hx-get"].split("?")[1], **{"HX-Request": "true", "HX-Target": "fresh"}))
    assert not answer.has("main")
    assert answer.having("src", clip.poster_url)
    assert "1 came in" in answer
    assert answer.part("fresh")["hx-trigger"] == "every 20s"


def test_an_idle_gallery_asks_slowly_for_what_others_order(page, author):
    ready(author)
    fresh = read(page()).part("fresh")
    assert fresh["hx-trigger"] == "every 20s"
    queued(author, "Ordered since")
    answer = page(fresh["hx-get"].split("?")[1], **{"HX-Request": "true", "HX-Target": "fresh"})
    assert titles(answer) == ["Ordered since"]


def test_under_way_shows_only_what_is_open(page, author):
    ready(author, "Done")
    queued(author, "Open")
    assert titles(page("state=underway")) == ["Open"]
    assert titles(page("state=failed")) == []
    assert titles(page("verdict=approved")) == []


def test_an_empty_gallery_leads_to_the_studio(client, page, author):
    shown = read(page())
    assert shown.heading("No clips yet")
    assert not shown.has("link", "Make the first one")
    client.force_login(author)
    assert read(client.get("/gallery/")).link("Make the first one").href == "/studio/"


def test_a_filter_without_result_says_which_one_to_drop(page, author):
    ready(author, "Dunes")
    shown = read(page(f"person={author.pk}&q=zebra"))
    assert shown.heading("Nothing matches")
    assert shown.link("Search “zebra” 1").href == f"/gallery/?person={author.pk}"


def test_links_carry_the_filter(page, author):
    task = ready(author, "Dunes")
    assert read(page("q=dunes")).link("Dunes").href == f"{task.get_absolute_url()}?q=dunes"


def test_a_page_takes_a_fixed_number_of_queries(page, author, judge, django_assert_max_num_queries):
    for n in range(PAGE + 1):
        task = ready(author, f"Clip {n}")
        Review.objects.create(task=task, person=judge, stars=3)
        queued(author, f"Open {n}")
    with django_assert_max_num_queries(27):
        page()


def test_only_the_team_sees_it(client):
    assert Client().get("/gallery/").status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get("/gallery/").status_code == 403
