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
from tests.gallery_page.rows import SORA, add_video, link, person, queued, ready, titles

pytestmark = pytest.mark.django_db


def test_newest_first_by_day_with_counts(page, author, judge):
    ready(author, "Old", age=timedelta(days=400))
    ready(author, "Before", age=timedelta(days=1))
    approved = ready(author, "First")
    ready(author, "Second")
    Review.objects.create(task=approved, person=judge, verdict="approved")
    text = page().content.decode()
    assert titles(page()) == ["Second", "First", "Before", "Old"]
    assert ">Today</h2>" in text
    assert ">Yesterday</h2>" in text
    assert "2 clips, 1 approved" in text
    assert re.search(r">\w{3} \d+ \w{3} 20\d\d</h2>", text)
    assert "4 clips" in text


def test_a_card_says_what_it_is(page, author, judge):
    task = ready(author, "Slow dolly\nover <dunes>")
    Review.objects.create(task=task, person=judge, verdict="approved", stars=4)
    Review.objects.create(task=task, person=author, verdict="changes", stars=5)
    Comment.objects.create(task=task, person=judge, text="Hm")
    add_video(task, number=1)
    clip = task.videos.get(number=0)
    text = page().content.decode()
    assert "Slow dolly over &lt;dunes&gt;" in text
    assert 'data-ratio="16:9"' in text
    assert "0:08" in text
    assert "Kling 2.6" in text
    assert "4.5" in text
    assert "Changes asked" in text
    assert f'data-strip="{clip.strip_url}"' in text
    assert f'data-clip="{clip.url}"' in text
    assert task.get_absolute_url() in text


def test_what_is_still_in_the_making_is_not_seen_by_looking_at_it(client, page, author):
    task = queued(author)
    client.force_login(User.objects.get(username="judge"))
    client.get(task.get_absolute_url())
    Task.objects.update(state=State.READY, ready_at=timezone.now())
    add_video(task)
    assert "New</span>" in page().content.decode()


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


def test_filter_by_person_and_date(page, author, judge):
    boss = person("boss", "Boss", policy.Role.ADMIN)
    ready(boss, "Hers")
    ready(author, "His old one", age=timedelta(days=5))
    today = timezone.localdate()
    assert titles(page(f"person={boss.pk}")) == ["Hers"]
    assert titles(page(f"from={today}")) == ["Hers"]
    assert titles(page(f"to={today - timedelta(days=1)}")) == ["His old one"]
    assert titles(page(f"from={today - timedelta(days=5)}&to={today - timedelta(days=5)}")) == ["His old one"]
    text = page(f"person={boss.pk}&from={today}").content.decode()
    assert "Remove the person filter" in text
    assert "Remove the date filter" in text


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
        older = re.search(r'id="older"><a class="btn" href="\?([^"]+)"', answer.content.decode())
        if not older:
            break
        query = older[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == len(tasks)


def test_the_next_page_for_htmx_continues_the_last_day(page, author):
    for n in range(PAGE + 2):
        ready(author, f"Clip {n}")
    more = link(r'hx-get="\?([^"]+)"', page())
    text = page(more, **{"HX-Request": "true", "HX-Target": "older"}).content.decode()
    assert "<html" not in text
    assert f'hx-swap-oob="beforeend:#shots-{timezone.localdate()}"' in text
    assert text.count('class="shot"') == 2
    assert "That is all." in text


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
    assert "Back to the newest" in answer.content.decode()


def test_the_cursor_goes_through_a_query_string(author):
    cursor = Cursor.of(queued(author))
    assert Cursor.read(str(cursor)) == cursor


def test_tasks_under_way_poll_and_turn_into_posters(page, author):
    task = queued(author, "Coming")
    text = page().content.decode()
    assert "Queued" in text
    assert "1 open" in text
    poll = link(r'id="fresh"[^>]*hx-get="([^"]+)" hx-trigger="every 4s"', page())
    Task.objects.filter(pk=task.pk).update(
        state=State.READY, changed_at=timezone.now(), ready_at=timezone.now()
    )
    clip = add_video(task)
    fresh = page(poll.split("?")[1], **{"HX-Request": "true", "HX-Target": "fresh"}).content.decode()
    assert fresh.lstrip().startswith("<section")
    assert clip.poster_url in fresh
    assert "1 came in" in fresh
    assert 'hx-trigger="every 20s"' in fresh


def test_an_idle_gallery_asks_slowly_for_what_others_order(page, author):
    ready(author)
    poll = link(r'id="fresh"[^>]*hx-get="([^"]+)" hx-trigger="every 20s"', page())
    queued(author, "Ordered since")
    fresh = page(poll.split("?")[1], **{"HX-Request": "true", "HX-Target": "fresh"}).content.decode()
    assert "Ordered since" in fresh


def test_under_way_shows_only_what_is_open(page, author):
    ready(author, "Done")
    queued(author, "Open")
    assert titles(page("state=underway")) == ["Open"]
    assert titles(page("state=failed")) == []
    assert titles(page("verdict=approved")) == []


def test_an_empty_gallery_leads_to_the_studio(client, page, author):
    assert "No clips yet" in page().content.decode()
    assert "Make the first one" not in page().content.decode()
    client.force_login(author)
    assert 'href="/studio/">Make the first one' in client.get("/gallery/").content.decode()


def test_a_filter_without_result_says_which_one_to_drop(page, author):
    ready(author, "Dunes")
    text = page(f"person={author.pk}&q=zebra").content.decode()
    assert "Nothing matches" in text
    assert "Search “zebra” <b>1</b>" in text
    assert f'href="/gallery/?person={author.pk}"' in text


def test_links_carry_the_filter(page, author):
    task = ready(author, "Dunes")
    assert f"{task.get_absolute_url()}?q=dunes" in page("q=dunes").content.decode()


def test_a_page_takes_a_fixed_number_of_queries(page, author, judge, django_assert_max_num_queries):
    for n in range(PAGE + 1):
        task = ready(author, f"Clip {n}")
        Review.objects.create(task=task, person=judge, stars=3)
        queued(author, f"Open {n}")
    with django_assert_max_num_queries(26):
        page()


def test_only_the_team_sees_it(client):
    assert Client().get("/gallery/").status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get("/gallery/").status_code == 403
