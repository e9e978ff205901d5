"""`manage.py search`: what scripts find."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from generations.models import Comment, Task

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("search", *words, stdout=out)
    return out.getvalue()


def test_it_prints_uuids_newest_first(write: Callable[..., list[Task]], reviewer: User) -> None:
    old, other, new = write("A red boat", "Dunes", "Boats")
    Comment.objects.create(task=other, person=reviewer, text="No boat")
    assert json.loads(run("boat", "--json")) == [str(t.uuid) for t in (new, other, old)]
    assert json.loads(run("boat", "--json", "--limit", "2")) == [str(new.uuid), str(other.uuid)]
    assert json.loads(run("boat -dunes", "--json", "--user", "reviewer")) == [str(new.uuid), str(old.uuid)]
    assert json.loads(run("zeppelin", "--json")) == []
    assert json.loads(run('"', "--json")) == []
    assert [line.split()[0] for line in run("boat").splitlines()] == [f"#{t.pk}" for t in (new, other, old)]


def test_it_shows_a_person_what_that_person_may_see(write: Callable[..., list[Task]], reviewer: User) -> None:
    write("A red boat")
    User.objects.create_user("stranger")
    assert json.loads(run("boat", "--json", "--user", "stranger")) == []
    with pytest.raises(CommandError, match="--user nobody: there is no such person"):
        run("boat", "--user", "nobody")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x" * 201], "takes 200 characters, this is 201"),
        (["boat", "--limit", "0"], "--limit 0: at least 1"),
        (["bo\udcffat"], "is not UTF-8"),
    ],
)
def test_what_it_cannot_do_it_says(words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)
