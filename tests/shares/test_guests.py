"""What guests see and do by a link, and what they never see."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import Audit, GuestComment, GuestReview, Share, ShareGuest, ShareLook, Task
from generations.models.review import team_verdict
from kiestudio.logs import SECRET_PATH
from tests.page import read
from tests.shares.rows import BYTES, PROMPT, clip, newest, say, share, share_of

pytestmark = pytest.mark.django_db
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "{{ 7*7 }}{% now 'Y' %}",
    "' autofocus onfocus=alert(1) x='",
]


@pytest.fixture
def task(author: User) -> Task:
    return clip(author)


def secrets(task: Task, author: User) -> list[str]:
    video = task.videos.get()
    known = [PROMPT, task.label, task.model_id, author.get_username(), str(task.uuid), str(video.uuid)]
    return [*known, video.path, video.poster_path, "/videos/", "/posters/", "/tasks/", "og:", "credits"]


def whole(answer: Any) -> str:
    """All that a browser gets, headers too."""
    body = b"".join(answer) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    words = body.decode() if kind.startswith("text/") else ""
    return words + "\n".join(f"{name}: {value}" for name, value in answer.items())


def test_a_page_says_nothing_but_what_guests_are_meant_to_know(
    as_author: Client, author: User, task: Task, guest: Client
) -> None:
    link = share(as_author, share_of(task, clip(author)), title="Harbour", may_download="on")
    task.comments.create(person=author, text="Between us")
    for path in ("", "1/", "2/", "1/still-240.webp", "1/still-720.webp", "1/film", "1/file"):
        answer = guest.get(f"{link}{path}")
        assert answer.status_code == 200, path
        assert [word for word in secrets(task, author) if word in whole(answer)] == []
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "private" in answer["Cache-Control"]
    page = read(guest.get(link))
    assert page.title == "Harbour"
    assert "Between us" not in page.text
    assert "From Ada" in page.text
    with_prompts = share(as_author, share_of(task), shows_prompts="on")
    assert PROMPT in read(guest.get(with_prompts)).text


def test_a_maker_without_a_name_is_not_named_by_a_login(
    as_author: Client, author: User, task: Task, guest: Client
) -> None:
    User.objects.filter(pk=author.pk).update(first_name="")
    assert "author-login" not in guest.get(share(as_author, share_of(task))).content.decode()


def test_closed_and_unknown_links_have_one_answer(as_author: Client, task: Task, guest: Client) -> None:
    link = share(as_author, share_of(task))
    answers = [guest.get("/s/nothing/")]
    for change in ({"revoked_at": timezone.now()}, {"revoked_at": None, "expires_at": timezone.now()}):
        Share.objects.update(**change)
        answers += [guest.get(link), guest.get(f"{link}1/film"), say(guest, link, name="Anna", stars="5")]
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.content for answer in answers}) == 1
    assert "ask the person who sent it for a new one." in read(answers[0]).text
    assert not ShareGuest.objects.exists()


def test_the_clip_comes_by_range_and_only_by_the_link(as_author: Client, task: Task, guest: Client) -> None:
    link = share(as_author, share_of(task), title="Harbour film")
    part = guest.get(f"{link}1/film", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.getvalue()) == (206, BYTES[10:20])
    assert part["Content-Disposition"] == 'inline; filename="harbour-film-1.mp4"'
    known = guest.get(f"{link}1/film", headers={"If-None-Match": part["ETag"]})
    assert known.status_code == 304
    still = guest.get(f"{link}1/still-240.webp")
    assert len(still.content) < 5000
    assert guest.get(f"{link}1/still-240.webp", headers={"If-None-Match": still["ETag"]}).status_code == 304
    for path in ("2/", "2/film", "1/still-960.webp", "1/file", "0/film"):
        assert guest.get(f"{link}{path}").status_code == 404, path
    video = task.videos.get()
    for path in (video.url, video.poster_url, video.strip_url, task.get_absolute_url()):
        assert guest.get(path).status_code == 302, path


def test_a_guest_gives_a_name_once_and_an_opinion_that_the_team_sees_and_does_not_count(
    as_author: Client, author: User, task: Task, guest: Client
) -> None:
    link = share(as_author, share_of(task))
    task.reviews.create(person=author, verdict="approved", stars=5)
    key = str(uuid4())
    said = {"name": "Anna", "verdict": "rejected", "stars": "2", "text": "Too dark", "second": "3.5"}
    for _ in range(2):
        assert say(guest, link, key=key, **said).status_code == 302
    assert ShareGuest.objects.count() == GuestComment.objects.count() == GuestReview.objects.count() == 1
    page = read(guest.get(link))
    assert "You are Anna" in page.text
    assert "Your name" not in page.text
    assert page.button("No").is_pressed
    assert page.link("At 0:03")["data-at"] == "3.5"

    team = read(as_author.get(task.get_absolute_url())).part("guests")
    assert all(word in team for word in ("Anna", "guest", "Rejected", "Rated 2", "Too dark", "0:03"))
    assert team_verdict(task.reviews.all()) == "approved"
    assert not task.comments.exists()
    assert "Too dark" not in read(as_author.get("/gallery/")).text

    other = Client()
    assert say(other, link, key=key, **said).status_code == 302, "sent twice before the first answer"
    assert ShareGuest.objects.count() == GuestComment.objects.count() == GuestReview.objects.count() == 1
    assert "You are Anna" in read(other.get(link)).text
    other = Client()
    seen = read(other.get(link))
    assert "Too dark" in seen.text
    assert not seen.button("No").is_pressed
    assert say(guest, link, verdict="withdrawn", stars="0").status_code == 302
    review = GuestReview.objects.get()
    assert (review.verdict, review.stars) == ("", None)
    guest.post(f"{link}forget/")
    assert read(guest.get(link)).field("Your name").value == ""


@pytest.mark.parametrize(
    ("off", "said", "why"),
    [
        ("may_rate", {"stars": "4"}, "This link does not allow that."),
        ("may_approve", {"verdict": "approved"}, "This link does not allow that."),
        ("may_comment", {"text": "Hello"}, "This link does not allow that."),
        ("", {"stars": "6"}, "Stars go from 0 to 5."),
        ("", {"verdict": "lovely"}, "Good, changes or no: nothing else can be said."),
        ("", {"text": "Late", "second": "99"}, "This moment is after the end of the clip."),
        ("", {"text": "Late", "second": "nan"}, "The time is a number of seconds."),
        ("", {"text": "x" * 4001}, "A comment takes 4,000 characters."),
        ("", {"text": "Typed", "name": ""}, "Say who you are first."),
        ("", {"text": "Typed", "name": "a\u202eb"}, "This holds characters that cannot be seen."),
        ("", {"text": "Typed", "name": "n" * 61}, "A name takes 60 characters."),
    ],
)
def test_what_a_link_does_not_take_is_said_and_changes_nothing(
    as_author: Client, task: Task, guest: Client, off: str, said: dict[str, str], why: str
) -> None:
    link = share(as_author, share_of(task), **({off: None} if off else {}))
    answer = say(guest, link, **{"name": "Anna", **said})
    page = read(answer)
    assert answer.status_code == 422
    assert why in page.alert.text
    assert not ShareGuest.objects.exists()
    assert not GuestComment.objects.exists()
    if "text" in said and not off:
        assert page.field("Comment").value.strip() == said["text"]


def test_a_link_for_looking_alone_asks_for_no_name(as_author: Client, task: Task, guest: Client) -> None:
    never = dict.fromkeys(("may_rate", "may_comment", "may_approve"))
    page = read(guest.get(share(as_author, share_of(task), **never)))
    assert not page.fields
    assert not page.all("button")


def test_what_guests_write_is_text_wherever_it_is_shown(as_author: Client, task: Task, guest: Client) -> None:
    title, name, text = MARKUP[0], MARKUP[1], " ".join(MARKUP)
    link = share(as_author, share_of(task), title=title)
    assert say(guest, link, name=name, text=text, verdict="changes").status_code == 302
    guest.get(link)
    places = {
        link: (title, name, text),
        task.get_absolute_url(): (name, text),
        "/shares/": (title,),
        f"/shares/{newest().uuid}/": (title, name),
    }
    for path, shows in places.items():
        answer = (guest if path == link else as_author).get(path)
        page = read(answer)
        assert all(words in page.text for words in shows), path
        assert not page.having("onerror") + page.having("onload") + page.having("onfocus")
        assert "<script>alert" not in answer.content.decode()
        assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert Audit.objects.get().text == title


def test_a_password_is_asked_for_before_anything_is_said(
    as_author: Client, task: Task, guest: Client
) -> None:
    link = share(as_author, share_of(task), title="Harbour", password="tell-them-7")
    for path in ("", "1/", "1/film", "1/still-240.webp"):
        answer = guest.get(f"{link}{path}")
        assert answer.status_code == 403
        assert "Harbour" not in answer.content.decode()
        assert "Ada" not in answer.content.decode()
    assert say(guest, link, name="Anna", stars="5").status_code == 403
    wrong = guest.post(f"{link}open/", {"password": "tell-them-8"})
    assert wrong.status_code == 403
    assert "This is not the password." in read(wrong).field("Password").problem
    assert guest.post(f"{link}open/", {"password": "tell-them-7"})["Location"] == link
    assert read(guest.get(link)).title == "Harbour"
    assert guest.get(f"{link}1/film").getvalue() == BYTES
    other = share(as_author, share_of(task), password="another-one-7")
    assert guest.get(other).status_code == 403


def test_passwords_cannot_be_guessed_for_long(as_author: Client, task: Task, guest: Client) -> None:
    link = share(as_author, share_of(task), password="tell-them-7")
    tries = [guest.post(f"{link}open/", {"password": "guess"}).status_code for _ in range(11)]
    assert tries == [403] * 10 + [429]
    locked = guest.post(f"{link}open/", {"password": "tell-them-7"})
    assert locked.status_code == 429
    assert "for 15 minutes" in read(locked).alert.text
    far = Client(REMOTE_ADDR="203.0.113.9")
    assert far.post(f"{link}open/", {"password": "tell-them-7"}).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert guest.post(f"{link}open/", {"password": "tell-them-7"}).status_code == 302


def test_a_guest_of_one_link_is_nobody_at_another(as_author: Client, task: Task, guest: Client) -> None:
    one, two = share(as_author, share_of(task)), share(as_author, share_of(task))
    say(guest, one, name="Anna")
    assert guest.cookies["guest"]["path"] == one
    assert guest.cookies["guest"]["httponly"]
    assert "You are Anna" in read(guest.get(one)).text
    assert "You are Anna" not in read(guest.get(two)).text
    guest.cookies["guest"] = "WzEsIDFd:" + guest.cookies["guest"].value.partition(":")[2]
    assert "You are Anna" not in read(guest.get(one)).text


def test_the_log_says_who_looked_at_what(as_author: Client, author: User, task: Task, guest: Client) -> None:
    link = share(as_author, share_of(task, clip(author)))
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for path in ("", "1/", "1/still-240.webp"):
            guest.get(f"{link}{path}")
        as_author.get(link)
        say(guest, link, name="Anna")
        guest.get(f"{link}2/")
        guest.get(f"{link}2/")
        clock.shift(timedelta(minutes=11))
        guest.get(f"{link}2/")
        looks = read(as_author.get(f"/shares/{newest().uuid}/")).part("looks")
    assert [item.text for item in looks.all("listitem")] == [
        "Anna clip 2 just now",
        "Anna clip 2 11 min ago",
        "A guest clip 1 11 min ago",
    ]
    assert ShareLook.objects.count() == 3


def test_forms_of_others_are_refused(as_author: Client, task: Task) -> None:
    link = share(as_author, share_of(task))
    strict = Client(enforce_csrf_checks=True)
    assert say(strict, link, name="Anna", stars="5").status_code == 403
    token = read(strict.get(link)).part("say").sent["csrfmiddlewaretoken"][0]
    assert say(strict, link, name="Anna", stars="5", csrfmiddlewaretoken=token).status_code == 302


def test_a_link_takes_so_many_guests_and_comments(as_author: Client, task: Task, guest: Client) -> None:
    link = share(as_author, share_of(task))
    say(guest, link, name="Anna")
    anna, place = ShareGuest.objects.get(), newest().clips.get()
    GuestComment.objects.bulk_create(
        GuestComment(guest=anna, clip=place, text="More", key=uuid4()) for _ in range(200)
    )
    assert "You have made 200 comments." in read(say(guest, link, text="And more")).alert.text
    ShareGuest.objects.bulk_create(ShareGuest(share=newest(), name="N") for _ in range(199))
    assert "Too many people use this link already." in read(say(Client(), link, name="Bo")).alert.text
    assert say(guest, link, stars="4").status_code == 302


def test_a_page_of_many_clips_takes_as_many_queries_as_one(
    as_author: Client, author: User, task: Task, guest: Client, django_assert_max_num_queries: Any
) -> None:
    link = share(as_author, share_of(task, *(clip(author) for _ in range(9))))
    say(guest, link, name="Anna", verdict="approved", text="Good")
    guest.get(link)
    with django_assert_max_num_queries(9):
        guest.get(link)
    with django_assert_max_num_queries(4):
        assert guest.get(f"{link}3/film", headers={"Range": "bytes=0-9"}).getvalue() == BYTES[:10]


def test_the_log_of_the_server_names_no_link(as_author: Client, task: Task) -> None:
    link = share(as_author, share_of(task))
    line = f'"GET {link}1/film HTTP/1.1" 410, from https://studio.example{link}'
    assert link.split("/")[2] not in SECRET_PATH.sub(r"\1…", line)
    assert SECRET_PATH.sub(r"\1…", "/srv/s/lib/x.py") == "/srv/s/lib/x.py"
