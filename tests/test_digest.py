"""Who wants mail gets one about all that has ended, once; a mail server that fails delays nothing."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from generations.models import Preferences, State
from generations.models.preferences import Digest
from generations.money import ledger
from generations.worker import sweep
from generations.worker.mail_lane import MailLane
from generations.worker.steps import mail_digest, run
from kiestudio.environment import Environment
from tests.case_rows import task_in
from tests.page import read

pytestmark = pytest.mark.django_db(transaction=True)


class Post(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it takes, is out, refuses people, or breaks off once it has one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Letter)
        self.mails: list[str] = []
        self.way = "takes"
        self.go_on = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Letter(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        if self.server.way == "is out":
            return
        self.say("220 here")
        for line in self.rfile:
            word = line.split()[0].upper().decode() if line.split() else ""
            if word == "DATA":
                self.say("354 go on")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                if self.server.way == "breaks off":
                    return
            if word == "RCPT" and self.server.way == "refuses":
                self.say("550 no such person")
            elif word == "MAIL" and self.server.way == "hangs":
                self.server.go_on.wait(20)
                return
            else:
                self.say("221 bye" if word == "QUIT" else "250 well")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    with Post() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture
def wish(creator: User, admin: User) -> Preferences:
    """The creator wants mail; a clip of theirs has been ready for a minute, one of the admin's too."""
    then = timezone.now() - timedelta(minutes=1)
    User.objects.filter(pk=creator.pk).update(email="mara@example.com")
    Preferences.choose(creator, digest=Digest.HOURLY)
    Preferences.objects.update(mailed_until=then - timedelta(minutes=1))
    for person in (creator, admin):
        task_in(person, State.READY, prompt=f"Silk of {person.username}", changed_at=then)
    return Preferences.objects.select_related("person").get()


def due() -> int:
    """How many mails the lane would begin now."""
    return len(list(MailLane().due(set())))


def test_one_mail_tells_all_of_ones_own_and_the_next_waits_an_hour(post: Post, wish: Preferences) -> None:
    failed = timezone.now() - timedelta(seconds=50)
    task_in(
        wish.person, State.FAILED, prompt="Sea", failure_text="Flagged", changed_at=failed, charge_credits=0
    )
    assert due() == 1
    run(mail_digest(wish))
    (mail,) = post.mails
    assert "To: mara@example.com" in mail
    assert "Subject: Your clips: 1 ready, 1 failed or in doubt" in mail
    assert "Silk of creator" in mail
    assert "Silk of admin" not in mail
    assert due() == 0, "not before an hour is over"
    Preferences.objects.update(mail_due_at=timezone.now())
    run(mail_digest(Preferences.objects.select_related("person").get()))
    assert len(post.mails) == 1, "nothing new, no mail"
    run(mail_digest(wish))
    assert len(post.mails) == 1, "another process had read the row before"


@pytest.mark.parametrize(
    ("way", "mails", "again"),
    [("is out", 0, True), ("refuses", 0, True), ("breaks off", 1, False)],
    ids=["is out", "refuses", "breaks off"],
)
def test_what_was_plainly_not_taken_is_tried_again_and_what_may_have_gone_is_not(
    post: Post, wish: Preferences, way: str, mails: int, *, again: bool
) -> None:
    post.way = way
    run(mail_digest(wish))
    post.way = "takes"
    assert due() == 0, "not at once"
    Preferences.objects.update(mail_due_at=timezone.now())
    run(mail_digest(Preferences.objects.select_related("person").get()))
    assert len(post.mails) == mails + int(again)


def test_a_mail_server_that_hangs_keeps_no_order_waiting(
    post: Post, wish: Preferences, kie: Any, order: Any
) -> None:
    ledger.record(kie.credits())
    post.way = "hangs"
    task = order()
    with sweep.Sweep(kie) as one:
        one.begin_due()
        while any(begun.name != mail_digest.__name__ for begun in one.under_way.values()):
            one.settle(0.1)
        task.refresh_from_db()
        assert task.task_id
        assert [begun.name for begun in one.under_way.values()] == [mail_digest.__name__], "it still hangs"
        post.go_on.set()


def test_mail_is_chosen_with_an_address_and_begins_with_what_ends_from_then_on(
    client: Client, creator: User
) -> None:
    task_in(creator, State.READY, changed_at=timezone.now() - timedelta(hours=3))
    client.force_login(creator)
    ways = {"ways": ["notifies", "sounds", "digest"], "digest": "daily"}
    for typed, said in (("", "Write the address to which"), ("mara@", "Write an address, such as")):
        answer = client.post("/accounts/notices/", ways | {"email": typed})
        assert answer.status_code == 422
        field = read(answer).field("To this address")
        assert (field.value, said in field.problem) == (typed, True)
    assert due() == 0
    client.post("/accounts/notices/", ways | {"email": "mara@example.com"})
    page = read(client.get("/accounts/notices/"))
    assert (page.field("Mail me").value, page.field("To this address").value) == ("daily", "mara@example.com")
    assert due() == 1
    run(mail_digest(Preferences.objects.select_related("person").get()))
    assert due() == 0, "what ended before is not mailed"
    User.objects.update(is_active=False)
    Preferences.objects.update(mail_due_at=timezone.now())
    assert due() == 0, "nobody who may not sign in"


def test_a_mail_server_is_named_by_its_address_or_the_start_says_why_not() -> None:
    found = Environment({"EMAIL_URL": "smtp+tls://me:p%40ss@mail.example.com:587"}).mail("EMAIL_URL")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == (
        "mail.example.com",
        587,
        "p@ss",
    )
    assert Environment({}).mail("EMAIL_URL")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    for wrong in ("mail.example.com", "http://mail.example.com", "smtp+tls://"):
        with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL: not a mail server"):
            Environment({"EMAIL_URL": wrong}).mail("EMAIL_URL")
