"""Comments of the team that are for guests stand among what the guests of a link say."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Comment
from generations.policy import Role
from tests.page import read
from tests.shares.rows import clip, say, share, share_of
from tests.task_page.rows import person

pytestmark = pytest.mark.django_db


def test_guests_read_what_the_team_says_to_them_and_nothing_else_of_it(
    as_author: Client, author: User, guest: Client
) -> None:
    task = clip(author)
    User.objects.filter(pk=author.pk).update(last_name="Lind")
    nameless = person("ghost-login", "", Role.CREATOR)
    office = Client()
    office.force_login(nameless)

    def write(who: Client, text: str, **more: str) -> Comment:
        address = f"{task.get_absolute_url()}comments/"
        assert who.post(address, {"key": str(uuid4()), "text": text, **more}).status_code == 302
        return Comment.objects.latest("pk")

    link = share(as_author, share_of(task))
    say(guest, link, name="Anna", text="Too dark")
    write(as_author, "We know. @ghost-login is at it", guests="on", second="3.5")
    write(office, "<b>Done</b>, @author-login", guests="on")
    write(as_author, "Between us, they are never content")
    write(as_author, "A slip", guests="on").take_down(author)
    answer = guest.get(link)
    page = read(answer)
    lines = [item.text for item in page.one("list", "Comments").all("listitem")]
    assert [line.split()[0] for line in lines] == ["Anna", "Ada", "The"]
    assert "Ada Lind" in lines[1]
    assert "At 0:03 We know. @The studio is at it" in lines[1]
    assert "The studio" in lines[2]
    assert "<b>Done</b>, @Ada Lind" in lines[2]
    assert [line for line in lines if " you " in line] == lines[:1]
    for word in ("Between us", "A slip", "author-login", "ghost-login"):
        assert word not in answer.content.decode(), word
    silent = share(as_author, share_of(task), may_comment=None)
    assert "We know" not in read(guest.get(silent)).text
