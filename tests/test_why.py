"""The price's “why”: which rows, times what, when seen, what the last five like it cost."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Task
from tests.case_rows import KLING
from tests.market.charged import charged
from tests.page import Page, read

HTMX = {"HX-Request": "true"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def why(client: Client, model_id: str = KLING, **form: str) -> Page:
    return read(client.post(f"/quotes/{model_id}/why/", form, headers=HTMX))


def test_the_row_the_sum_and_the_takes_are_told(studio: Client) -> None:
    page = why(studio, prompt="Sea", duration="10", takes="3")
    row = page.row("10 s")
    assert row.cells[1] == "clip = 110 cr"
    assert "110 cr each video, seen" in row
    assert "3 takes × 110 cr = 330 cr" in page
    assert "Of your values these count: 10 s" in page
    per_second = why(studio, "happyhorse/text-to-video", prompt="Sea", duration="5")
    assert " s × " in per_second.row("cr each second").cells[1]


def test_the_last_five_alike_are_named_with_what_kie_took(studio: Client, order: Any) -> None:
    assert "No clip like it has been made here yet" in why(studio, prompt="Sea", duration="5")
    tasks = [charged(order(), 57) for _ in range(6)]
    charged(order(duration="10"), 99)
    page = why(studio, prompt="Other words", duration="5")
    assert [link.text for link in page.all("link", "#")] == [f"#{task.pk}" for task in reversed(tasks[1:])]
    assert page.all("listitem")[0].text.endswith("57 cr")
    assert "Kie took 57 cr for each of the last 3 like this; its list says 55" in page
    assert page.row("5 s").cells[1] == "clip = 55 cr", "the list stands there too"
    assert Task.objects.filter(charge_credits=99).exists()


def test_without_a_price_or_without_script_it_is_a_page_that_says_so(studio: Client) -> None:
    page = read(studio.post(f"/quotes/{KLING}/why/", {"prompt": "Sea"}))
    assert page.main.link("Back to the studio").href == f"/studio/{KLING}/"
    form = read(studio.get(f"/studio/{KLING}/"))
    assert form.button("Why?")["formaction"] == f"/quotes/{KLING}/why/"
    assert "No price is known" in why(studio, "runway-extend", taskId="x")
    assert studio.post("/quotes/no/such/why/").status_code == 404
