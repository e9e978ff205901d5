"""A full disk, a database that cannot be written or is away: pages that show go on, others say why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Task
from generations.views.errors.trouble import Trouble, trouble_of
from tests.page import read
from tests.refusing import read_only

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("role", ["admin", "creator", "reviewer"])
def test_pages_that_only_show_write_nothing(
    role: str, make_person: Callable[..., User], plain: Client, order: Callable[..., Task]
) -> None:
    task = order()
    person = User.objects.filter(username=role).first() or make_person(role)
    plain.force_login(person)
    pages = ["/queue/", "/queue/?who=everyone", "/gallery/", "/credits/", "/models/", "/news/"]
    pages += [task.get_absolute_url(), f"{task.get_absolute_url()}case/"]
    pages += ["/studio/veo3_fast/", "/now/"] if role != "reviewer" else []
    pages += ["/people/"] if role == "admin" else []
    with read_only():
        answers = {page: plain.get(page, follow=True).status_code for page in pages}
    assert set(answers.values()) == {200}, answers


def test_what_writes_says_that_the_disk_refuses_it(
    admin: User, creator: User, plain: Client, order: Callable[..., Task]
) -> None:
    order()
    plain.force_login(admin)
    with read_only():
        answer = plain.post(f"/credits/budgets/{creator.pk}/", {"limit": "5"})
    assert answer.status_code == 503
    assert "cannot write to its disk" in read(answer)
    assert "Something broke" not in read(answer)
    assert answer["Retry-After"]


def test_an_error_of_another_kind_is_not_called_the_disk() -> None:
    assert trouble_of(ValueError("disk is full")) is None
    assert trouble_of(OSError(2, "No such file")) is None


def test_a_full_disk_is_named_whoever_notices_it() -> None:
    noticed = RuntimeError("the journal")
    noticed.__cause__ = OSError(28, "No space left on device")
    assert trouble_of(noticed) is Trouble.FULL


def test_a_database_that_is_away_has_a_page(creator: User, plain: Client, monkeypatch: Any) -> None:
    """A server that takes no connection: the same page for who is signed in and who is not."""
    from django.db import OperationalError

    plain.force_login(creator)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    answer = plain.get("/queue/")
    assert answer.status_code == 503
    assert "does not answer" in read(answer)
