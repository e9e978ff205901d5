"""Who is told that somebody named or answered them or spoke of their clip: once, in every way they chose."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone

from generations.models import Comment, Mention, Preferences, Review, Task
from generations.models.preferences import Digest, Notice
from generations.models.said import said_to
from generations.views.accounts import notices
from generations.worker.steps import mail_digest, run
from tests.page import read
from tests.review.conftest import signed_in

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=20)


def told(who: User, since: timedelta = timedelta(minutes=1)) -> list[tuple[str, str]]:
    """Words and address of what an open page of this person would tell."""
    at = int((timezone.now() - since).timestamp() * 1000)
    said = signed_in(who).get("/told/", {"since": at}).json()["said"]
    return [(one["words"], one["url"]) for one in said]


def bell(who: User) -> str:
    return read(signed_in(who).get("/credits/")).part("bell").name


@pytest.fixture
def talk(say: Any, task: Task, author: User, admin: User) -> list[Comment]:
    """Mara comments on the author's clip and names the admin; the author answers her; the admin joins."""
    say(text="Too dark, @boss?")
    first = Comment.objects.get()
    address = f"{task.get_absolute_url()}comments/"
    for who, text in ((author, "Will do"), (admin, "Right, @mara")):
        signed_in(who).post(address, {"text": text, "reply_to": first.pk})
    return list(Comment.objects.order_by("pk"))


def test_each_is_told_once_by_what_it_is_to_them(
    talk: list[Comment], say: Any, task: Task, author: User, admin: User, mara: User
) -> None:
    words = "Slow dolly <over> dunes"
    page = task.get_absolute_url()
    first, answer, joins = (f"{page}#c{comment.pk}" for comment in talk)
    assert told(author) == [(f"Mara commented: {words}", first), (f"Boss answered you: {words}", joins)]
    assert told(mara) == [(f"Author answered you: {words}", answer), (f"Boss named you: {words}", joins)]
    assert told(admin) == [(f"Mara named you: {words}", first)]
    assert told(admin, timedelta(0)) == []

    signed_in(mara).post(f"{page}review/", {"verdict": "changes", "stars": 2})
    assert told(author)[-1] == (f"Mara asked for changes: {words}", page)
    before = Review.objects.get().verdict_at
    signed_in(mara).post(f"{page}review/", {"stars": 3})
    assert Review.objects.get().verdict_at == before, "stars are no verdict"
    signed_in(mara).post(f"{page}review/", {"verdict": "withdrawn"})
    assert len(told(author)) == 2, "what was taken back is not told"
    say(f"{talk[0].pk}/delete/")
    assert told(admin) == []
    signed_in(author).post(f"{page}review/", {"verdict": "approved"})
    assert len(told(author)) == 1, "nobody is told of what they did themselves"


def test_the_bell_counts_until_its_page_is_opened(talk: list[Comment], mara: User, admin: User) -> None:
    assert (bell(mara), bell(admin)) == ("Notices, 2 new", "Notices, 1 new")
    news = read(signed_in(mara).get("/news/"))
    assert news.part("bell").name == "Notices, 2 new", "an open page hears of it"
    client = signed_in(mara)
    assert client.head("/accounts/notices/").status_code == 200
    heard = read(client.get("/accounts/notices/")).part("heard")
    assert [link.text for link in heard.all("link")] == [
        "Boss named you: Slow dolly <over> dunes",
        "Author answered you: Slow dolly <over> dunes",
    ]
    assert "New:" in heard
    assert bell(mara) == "Notices"
    assert "New:" not in read(client.get("/accounts/notices/")).part("heard")
    Comment.objects.update(at=timezone.now() - LONG_AGO)
    Mention.objects.update(at=timezone.now() - LONG_AGO)
    assert bell(admin) == "Notices", "old things are new to nobody"


def test_nothing_counts_as_heard_that_its_page_has_not_shown(
    talk: list[Comment], task: Task, mara: User, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def speaks(*_: Any) -> list[Any]:
        """As the page of the notices is made, another one is said, too late for it."""
        found = said_to(*_)
        Comment.objects.create(task=task, person=author, reply_to=talk[0], text="Just now")
        return found

    rows = [Comment(task=task, person=author, reply_to=talk[0], text=f"{n}") for n in range(40)]
    Comment.objects.bulk_create(rows)
    assert bell(mara) == "Notices, 42 new"
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(notices, "said_to", speaks)
        heard = read(signed_in(mara).get("/accounts/notices/")).part("heard")
    assert len(heard.all("link")) == 42
    assert bell(mara) == "Notices, 1 new"
    heard = read(signed_in(mara).get("/accounts/notices/")).part("heard")
    assert len(heard.all("link")) == notices.MOST
    assert bell(mara) == "Notices"


def test_of_what_is_not_wanted_nothing_tells(
    talk: list[Comment], mara: User, client: Client, author: User
) -> None:
    client.force_login(mara)
    page = read(client.get("/accounts/notices/"))
    form = page.part("notices").sent
    assert form["wanted"] == Notice.values
    client.post("/accounts/notices/", form | {"wanted": ["answer"]})
    assert [words.split(":")[0] for words, _ in told(mara)] == ["Author answered you", "Boss answered you"]
    client.post("/accounts/notices/", form | {"wanted": []})
    assert told(mara) == []
    assert Preferences.objects.get(person=mara).wanted == set()
    client.post("/accounts/notices/", {"ways": "sounds", "sounds": "on"})
    assert Preferences.objects.get(person=mara).wanted == set(), "another form leaves it as it is"
    assert client.post("/accounts/notices/", form | {"wanted": ["x"]}).status_code == 422
    Preferences.objects.update(heard_until=None)
    assert bell(mara) == "Notices"
    assert len(told(author)) == 2


def test_a_mail_tells_of_it_once(talk: list[Comment], mara: User) -> None:
    User.objects.filter(pk=mara.pk).update(email="mara@example.com")
    Preferences.choose(mara, digest=Digest.HOURLY)
    since = timezone.now() - timedelta(minutes=5)
    Preferences.objects.update(mailed_until=since)
    for rows in (Comment.objects, Mention.objects):
        rows.update(at=F("at") - timedelta(minutes=4))
    for _ in range(2):
        run(mail_digest(Preferences.objects.select_related("person").get()))
    (sent,) = mail.outbox
    assert sent.subject == "Your clips: 2 said to you"
    assert "Boss named you: Slow dolly <over> dunes" in sent.body
    assert f"#c{talk[1].pk}" in sent.body


def test_who_is_named_by_an_edit_is_told_then(talk: list[Comment], say: Any, author: User) -> None:
    before = len(told(author))
    Comment.objects.update(at=timezone.now() - timedelta(hours=1))
    say(f"{talk[0].pk}/edit/", text="Too dark, @author?", turn="")
    assert [words.split(":")[0] for words, _ in told(author)] == ["Mara named you"]
    assert before == 2
