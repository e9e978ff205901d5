"""The statement: a month as a sheet with every line."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Task
from generations.money import statement
from generations.money.spending import Period, spend
from generations.views.credits import printed
from generations.views.credits.colours import colours_of, model_colours
from tests.credits_page.rows import page
from tests.page import Page

pytestmark = pytest.mark.django_db


def test_a_month_that_is_over_is_whole_and_ends_with_its_last_day() -> None:
    october = Period.of("2026-10")
    assert (f"{october.first}", f"{october.last}") == ("2026-10-01", "2026-10-31")
    assert (october.word, october.month_before, october.month_after) == ("October 2026", "2026-09", "2026-11")
    now = Period.of("2026-11")
    assert (f"{now.last}", now.month_after) == ("2026-11-20", "")


@pytest.mark.parametrize("key", ["2026-13", "2026-00", "2026-12", "1999-01", "2026-1", "２０２６-10"])
def test_what_is_no_month_that_has_begun_is_30_days(key: str) -> None:
    assert Period.of(key).key == "30"


def numbers(shown: Page) -> list[str]:
    """The tasks of all lines, in their order."""
    return [link.name for link in shown.main.all("link", "#")]


def test_it_lists_every_line_and_what_they_come_to(
    client: Client, admin: User, bought: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "PAGE", 3)
    older = bought(30, 70)
    tasks = [bought(0, 10) for _ in range(5)]
    shown = page(client, admin, "statement/")
    assert shown.heading("Statement, November 2026")
    assert numbers(shown) == [f"#{task.pk}" for task in tasks]
    assert shown.row("Booked").cells[1] == "50"
    october = page(client, admin, "statement/?period=2026-10")
    assert numbers(october) == [f"#{older.pk}"]
    assert october.row("Booked").cells[1] == "70"


def test_others_see_their_own_lines_and_no_people(
    client: Client, admin: User, creator: User, bought: Callable[..., Task]
) -> None:
    own = bought(0, 30)
    bought(0, 70, person=admin)
    shown = page(client, creator, "statement/")
    assert numbers(shown) == [f"#{own.pk}"]
    assert not shown.has("heading", "By person")


def test_a_sheet_that_would_be_too_long_says_so(
    client: Client, admin: User, bought: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printed, "LONGEST", 2)
    for _ in range(3):
        bought(0, 10)
    assert "The first 2 are listed." in page(client, admin, "statement/")


def test_colours_stay_with_models_and_people_whatever_was_spent(
    bought: Callable[..., Task], admin: User
) -> None:
    bought(3, 100)
    bought(3, 10, model_id="veo3_fast", person=admin)
    before, people = model_colours(), colours_of(spend(Period.of("7"), "person"), "person")
    bought(0, 900, model_id="veo3_fast", person=admin)
    assert model_colours() == before
    assert len(set(before.values())) == 2
    assert colours_of(spend(Period.of("7"), "person"), "person") == people
    assert len(set(people.values())) == 2
    assert not set(people.values()) & set(before.values())
