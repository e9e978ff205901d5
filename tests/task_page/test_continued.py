"""The task page lists what can go on from a clip, with its price, and what went on from it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations import catalogue, orders
from generations.models import State, Task
from tests.page import read
from tests.task_page.rows import KLING, VEO, add_video, copied, ready, running, shown

pytestmark = pytest.mark.django_db
PIXVERSE = "Extension PixVerse ~36 cr est."
GROK = ["Extension Grok Imagine ~27 cr est.", "Upscale Grok Imagine ~20 cr est.", PIXVERSE]
VEO_ALWAYS = ["Extension Veo ~60 cr est.", "4K copy Veo ~120 cr est."]
CLIPS: dict[str, tuple[str, dict[str, object], list[str]]] = {
    "Veo": (VEO, {}, [*GROK, *VEO_ALWAYS, "1080p copy ~5 cr est."]),
    "Veo in 1080p": (VEO, {"resolution": "1080p"}, [PIXVERSE, *VEO_ALWAYS]),
    "Veo by the unified form": ("veo-3-1", {}, [*GROK, *VEO_ALWAYS, "1080p copy Veo ~5 cr est."]),
    "another maker": (KLING, {}, [PIXVERSE]),
}


@pytest.fixture(autouse=True)
def _own_files() -> Iterator[None]:
    catalogue.offer({})
    yield
    catalogue.offer({})


def ways(client: Client, task: Task) -> list[str]:
    block = shown(client, task).part("continue")
    return [item.text for item in block.one("list", "Ways to go on").all("listitem")]


@pytest.mark.parametrize("clip", CLIPS)
def test_what_fits_the_clip_is_listed_once_with_its_price(as_author: Client, author: User, clip: str) -> None:
    model, values, expected = CLIPS[clip]
    found = ways(as_author, ready(author, model, **values))
    assert sorted(found) == sorted(expected)
    own = [("Veo" in words or "1080p copy" in words) for words in found]
    assert own == sorted(own, reverse=True), "the clip's own family comes first"


def test_a_link_opens_the_form_with_the_clip_and_the_price_that_was_said(
    as_author: Client, author: User
) -> None:
    task = ready(author, VEO)
    block = shown(as_author, task).part("continue")
    for words, model, price in (
        ("Extension Veo", "veo-extend", "60"),
        ("Upscale", "grok-imagine/upscale", "20"),
    ):
        address = block.link(words).href
        assert address.startswith(f"/studio/{model}/?")
        form = read(as_author.get(address))
        assert form.field("Task to go on from").value == f"#{task.pk}"
        assert f"{price} cr" in form.part("quote")


def test_what_went_on_from_a_clip_is_linked_both_ways(
    client: Client, as_author: Client, author: User, judge: User, colleague: User
) -> None:
    task = ready(author, VEO)
    copy = copied(task, colleague)
    spec = catalogue.models()["veo-extend"]
    wish = {**spec.defaults(), "prompt": "On", "taskId": task.task_id}
    longer = orders.place(author, spec, wish)
    made = shown(as_author, task).part("continue").one("list", "Made from this clip")
    assert [item.text.split()[-2:] for item in made.all("listitem")] == [
        ["1080p", "copy"],
        [f"#{longer.pk}", "Extension"],
    ]
    assert "1080p copy" not in " ".join(ways(as_author, task)), "there is one already"
    for one in (copy, longer):
        page = shown(as_author, one)
        assert page.link(f"#{task.pk}").href == task.get_absolute_url()
        assert str(task.task_id) not in page, "our number is enough"
    Task.objects.filter(pk=copy.pk).update(state=State.READY)
    add_video(copy)
    assert "Remix" not in shown(as_author, copy), "there is one copy of one clip"
    client.force_login(judge)
    block = shown(client, task).part("continue")
    assert block.link(f"#{copy.pk}")
    assert not block.has("list", "Ways to go on"), "who orders nothing is offered nothing"
    assert shown(as_author, running(author, VEO)).find("continue") is None


def test_the_work_of_a_page_does_not_grow_with_the_catalogue(as_author: Client, author: User) -> None:
    task = ready(author, VEO)

    def work() -> tuple[list[str], int]:
        with CaptureQueriesContext(connection) as asked:
            return ways(as_author, task), len(asked)

    work()
    few = work()
    looked_at: list[str] = []
    kling: Any = catalogue.models()[KLING]

    class Counted(type(kling)):  # type: ignore[misc]
        def media_params(self) -> Any:
            looked_at.append(self.id)
            return super().media_params()

    fields = {name: getattr(kling, name) for name in kling.__dataclass_fields__}
    catalogue.offer({f"made-up/{n}": Counted(**fields | {"id": f"made-up/{n}"}) for n in range(500)})
    assert work() == few
    assert work() == few
    assert len(looked_at) == 500, "each model is looked at once for all pages"
    assert catalogue.going_on() is catalogue.going_on()
    dearer = replace(catalogue.models()["veo-1080p"], reason="Not today.")
    catalogue.offer({"veo-1080p": dearer})
    assert "1080p copy" not in " ".join(w for w in ways(as_author, task) if "Veo" not in w)
