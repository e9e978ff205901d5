"""Stars, verdicts and comments, by everybody in the team."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue, orders, policy
from generations.models import Comment, Review, State, Task, Video
from generations.money import ledger
from generations.wording.times import timecode
from tests.page import read

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "votes"}


@pytest.fixture
def author():
    person = User.objects.create_user("author", first_name="Author")
    policy.give_role(person, policy.Role.CREATOR)
    return person


@pytest.fixture
def judge():
    person = User.objects.create_user("judge", first_name="Judge")
    policy.give_role(person, policy.Role.REVIEWER)
    return person


@pytest.fixture
def queued(author):
    spec = catalogue.models()["kling-2.6/text-to-video"]
    return orders.place(author, spec, {**spec.defaults(), "prompt": "Dunes"})


@pytest.fixture
def task(queued):
    ledger.charge(queued, queued.quote_credits, "actual")
    Task.objects.filter(pk=queued.pk).update(state=State.READY, charge_credits=queued.quote_credits)
    Video.objects.create(
        task=queued,
        source_url="https://x",
        path="videos/a.mp4",
        size=9,
        sha256="0" * 64,
        width=1280,
        height=720,
        seconds=8,
        fps=24,
        has_sound=False,
    )
    return queued


@pytest.fixture
def say(client, judge, task):
    """Post to the task's review or comments as Judge, a reviewer."""
    client.force_login(judge)

    def post(where="review", headers=None, **data):
        return client.post(f"{task.get_absolute_url()}{where}/", data, headers=headers or {})

    return post


def mine(judge: User) -> Review:
    return Review.objects.get(person=judge)


def test_stars_and_verdict_are_said_apart(say, task, judge):
    answer = say(stars=4)
    assert answer["Location"] == task.get_absolute_url()
    say(verdict="approved")
    assert (mine(judge).stars, mine(judge).verdict) == (4, "approved")
    say(stars=0)
    assert (mine(judge).stars, mine(judge).verdict) == (None, "approved")
    say(verdict="rejected", stars=1)
    assert (mine(judge).stars, mine(judge).verdict) == (1, "rejected")


@pytest.mark.parametrize("given", [{"verdict": "changes"}, {"stars": 4}])
@pytest.mark.parametrize("headers", [{}, HTMX, {"X-Requested-With": "fetch"}])
def test_the_same_wish_twice_is_one_state_and_said_once(say, judge, given, headers):
    first = say(headers=headers, **given)
    said = mine(judge)
    second = say(headers=headers, **given)
    assert mine(judge).changed_at == said.changed_at
    assert {name: getattr(mine(judge), name) for name in given} == given
    if headers:
        assert read(first).button("Undo")
        assert not read(second).has("button", "Undo")


def test_taking_back_is_a_wish_of_its_own(say, judge):
    say(verdict="approved", stars=5)
    for _ in range(2):
        say(verdict="withdrawn")
        assert (mine(judge).verdict, mine(judge).stars) == ("", 5)


@pytest.mark.parametrize("before", [{}, {"verdict": "changes", "stars": 2}])
def test_undo_brings_back_what_was(say, judge, before):
    if before:
        say(**before)
    toast = read(say(headers={"X-Requested-With": "fetch"}, verdict="approved", stars=5))
    assert "Approved." in toast
    undo = {name: values[0] for name, values in toast.sent.items() if name in ("verdict", "stars")}
    say(**undo)
    assert (mine(judge).verdict, mine(judge).stars) == (before.get("verdict", ""), before.get("stars"))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_comment_sent_twice_is_said_once(say, headers):
    form = {"key": "8c4f5d0e-0000-4000-8000-000000000001", "second": "1.5"}
    for text in ("Hold it longer", "Hold it longer", "And brighter"):
        say("comments", headers=headers, text=text, **form)
    say("comments", text="And brighter")
    assert [c.text for c in Comment.objects.all()] == ["Hold it longer", "And brighter", "And brighter"]


def test_each_form_of_a_comment_has_a_key_of_its_own(say, client, task):
    def key(answer):
        return read(answer).part("composer").sent["key"][0]

    first = key(client.get(task.get_absolute_url()))
    assert key(say("comments", headers=HTMX, text="", key=first)) == first
    assert key(say("comments", headers=HTMX, text="Yes", key=first)) != first


def test_the_open_page_hears_of_others_without_losing_a_word(say, client, task, author):
    Comment.objects.create(task=task, person=author, text="Said meanwhile")
    page = read(client.get(task.get_absolute_url(), headers=HTMX))
    assert page.part("votes")
    assert page.item("Said meanwhile")
    assert not page.has("main")


def test_nothing_said_is_nothing_kept(say):
    assert say().status_code == 302
    assert not Review.objects.exists()


@pytest.mark.parametrize("data", [{"stars": 6}, {"stars": -1}, {"stars": "many"}, {"verdict": "perfect"}])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_no_review_is_422_with_the_reason(say, data, headers):
    answer = say(headers=headers, **data)
    assert answer.status_code == 422
    words = "Stars go from 0 to 5." if "stars" in data else "A verdict is approved, changes or rejected."
    assert words in (read(answer).alert if headers else read(answer))
    assert not Review.objects.exists()


def test_htmx_gets_the_panel_with_everybodys_line(say, task, author):
    Review.objects.create(task=task, person=author, stars=5, verdict="approved")
    panel = read(say(headers=HTMX, stars=4)).part("review")
    assert "4.5 from 2 people" in panel
    assert "Approved" in panel.item("Author")
    assert panel.item("You")
    assert [star.name for star in panel.having("data-lit")] == [f"{n} of 5" for n in range(1, 5)]


def test_a_comment_on_a_moment_gets_a_mark(say, client, task):
    answer = say("comments", text="Too <fast>\nhere", second="3.125")
    assert answer.status_code == 302
    page = read(client.get(task.get_absolute_url()))
    comment = page.item("Too <fast> here")
    moment = comment.link("0:03.03")
    assert (moment.href, moment["data-at"]) == (f"#{comment['id']}", "3.125")
    assert page.part("marks").having("cx", "39.06%")


def test_a_comment_on_the_whole_has_no_time(say, client, task):
    say("comments", text="Good", second="")
    assert Comment.objects.get().second is None
    assert read(client.get(task.get_absolute_url())).part("marks").having("cx") == []


def test_a_moment_just_after_the_end_is_the_end(say):
    """Players and files differ a little about where a clip ends."""
    say("comments", text="Late", second="8.4")
    assert Comment.objects.get().second == 8


def test_htmx_gets_the_comments_and_the_marks(say):
    page = read(say("comments", headers=HTMX | {"HX-Target": "composer"}, text="Yes", second=1))
    assert "Yes" in page.part("comments")
    assert page.part("marks")["hx-swap-oob"] == "true"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": " "}, "Write a comment."),
        ({"text": "x" * 4001}, "A comment takes 4,000 characters. This is 4001"),
        ({"text": "Kept words", "second": "-1"}, "Kept words"),
        ({"text": "Kept words", "second": "nan"}, "The time is a number of seconds."),
        ({"text": "Kept words", "second": "inf"}, "The time is a number of seconds."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_comment_that_cannot_be_kept_is_422_with_what_was_typed(say, data, words, headers):
    answer = say("comments", headers=headers, **data)
    assert answer.status_code == 422
    form = read(answer).part("composer")
    assert words in form.alert or words in form.field("Comment").value
    assert form.sent["text"] == [data["text"]]
    assert not Comment.objects.exists()


def test_next_keeps_the_place_in_the_gallery(say, task):
    wanted = f"{task.get_absolute_url()}?q=dunes"
    assert say(stars=3, next=wanted)["Location"] == wanted
    assert say("comments", text="Yes", next="//evil.example")["Location"] == task.get_absolute_url()


@pytest.mark.parametrize(("where", "data"), [("review", {"stars": 3}), ("comments", {"text": "Yes"})])
def test_without_a_clip_there_is_nothing_to_review(client, judge, queued, where, data):
    client.force_login(judge)
    for headers in ({}, HTMX):
        answer = client.post(f"{queued.get_absolute_url()}{where}/", data, headers=headers)
        assert answer.status_code == 422
        assert "no clip to review" in read(answer)


def test_who_may_say_something(client, task, author):
    url = f"{task.get_absolute_url()}review/"
    assert Client().post(url, {"stars": 3}).status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.post(url, {"stars": 3}).status_code == 403
    client.force_login(author)
    assert client.post(url, {"stars": 3}).status_code == 302
    assert client.get(url).status_code == 405
    assert client.post("/tasks/00000000-0000-0000-0000-000000000000/review/").status_code == 404
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("second", "fps", "code"),
    [
        (0, 24, "0:00.00"),
        (3.125, 24, "0:03.03"),
        (61.5, 30, "1:01.15"),
        (2, 0, "0:02.00"),
        (1.9999, 24, "0:02.00"),
        (2.2, 24, "0:02.04"),
        (0.033, 60, "0:00.02"),
    ],
)
def test_time_codes(second, fps, code):
    assert timecode(second, fps) == code
