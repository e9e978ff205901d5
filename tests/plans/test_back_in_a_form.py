"""What was sent comes back into a form as what it was: braces of its own make no alternatives there."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.library.kept import typed
from generations.models import LibraryItem, Plan, Prompt, State, Task
from tests.page import Page, read
from tests.plans.conftest import KLING

LITERAL, WRITTEN = "A sign that reads {open|closed}", r"A sign that reads \{open\|closed\}"
ALTERNATIVES = "At {dusk|noon}"
FORM = f"/studio/{KLING}/"
HTMX = {"HX-Request": "true"}
STAYS = {"X-Requested-With": "fetch"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


@pytest.fixture
def task(order: Callable[..., Task]) -> Task:
    """It has been sent, so that its prompt is among the earlier ones too."""
    return order(prompt=LITERAL)


def prompt_in(page: Page) -> str:
    return page.field("Prompt").value


def opened(studio: Client, url: str, **query: str) -> Page:
    return read(studio.get(url, query))


WAYS: dict[str, Callable[[Client, Task], Page]] = {
    "remix": lambda studio, task: opened(studio, task.reuse_url),
    "another model": lambda studio, task: opened(studio, "/studio/veo3_fast/", **{"from": str(task.uuid)}),
    "changes": lambda studio, task: opened(studio, FORM, changes=str(task.uuid)),
    "change": lambda studio, task: opened(studio, task.change_url),
    "earlier": lambda studio, _: opened(studio, FORM, earlier=str(Prompt.objects.get().pk)),
    "pasted": lambda studio, _: read(
        studio.post(FORM, {"fill": "1", "pasted": json.dumps({"prompt": LITERAL})}, headers=HTMX)
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_prompt_with_braces_of_its_own_is_one_task_again(way: str, studio: Client, task: Task) -> None:
    page = WAYS[way](studio, task)
    assert prompt_in(page) == WRITTEN
    assert "each becomes a task of a plan" not in page
    answer = studio.post(page.part("order")["action"], page.part("order").sent, headers=HTMX)
    assert answer.status_code == 200
    made = Task.objects.exclude(pk=task.pk).get()
    assert (made.prompt, made.state) == (LITERAL, State.QUEUED)
    assert not Plan.objects.exists()


def test_alternatives_that_were_only_typed_stay_alternatives(studio: Client, creator: User) -> None:
    Prompt.set_aside(creator, ALTERNATIVES)
    row = Prompt.objects.get()
    page = opened(studio, FORM, earlier=str(row.pk))
    assert prompt_in(page) == ALTERNATIVES
    assert "2 prompts: each becomes a task of a plan." in page


def test_earlier_prompts_are_walked_listed_and_kept_as_a_form_has_them(studio: Client, creator: User) -> None:
    Prompt.remember(creator, LITERAL)
    Prompt.set_aside(creator, ALTERNATIVES)
    assert json.loads(studio.get("/library/earlier/").content) == {"prompts": [ALTERNATIVES, WRITTEN]}
    history = opened(studio, "/library/", show="history")
    for row in Prompt.objects.all():
        assert history.item(typed(row)).button("Save this prompt")
        for said in ("Kept “", "holds just this already"):
            assert said in read(studio.post(f"/library/earlier/{row.pk}/keep/", headers=STAYS))
    assert sorted(LibraryItem.objects.values_list("text", flat=True)) == sorted([ALTERNATIVES, WRITTEN])
    answer = studio.post(f"/library/earlier/{row.pk}/keep/")
    assert answer["Location"] == "/library/?show=prompts"


def test_prompts_that_begin_alike_are_kept_apart(creator: User) -> None:
    long = "A ribbon of copper silk over black sand in the very first light of a cold morning, "
    kept = [LibraryItem.keep_words(creator, f"{long}{word}")[0] for word in ("slow", "fast", "slow")]
    first, second, again = (item.title for item in kept)
    assert first == again == "A ribbon of copper silk over black sand in the very first light of a…"
    assert second == f"{first} 2"
    assert LibraryItem.keep_words(creator, "雪" * 100)[0].title == "雪" * 72 + "…"
    assert LibraryItem.keep_words(creator, "\u200b")[0].title == "Prompt"


def test_too_long_a_prompt_is_not_kept_and_nobody_keeps_what_another_wrote(
    studio: Client, creator: User, admin: User
) -> None:
    Prompt.remember(creator, "x" * 20_001)
    Prompt.remember(admin, "Secret")
    mine, theirs = Prompt.objects.order_by("pk")
    answer = studio.post(f"/library/earlier/{mine.pk}/keep/", headers=STAYS)
    assert "Not kept. A prompt takes 20,000 characters here. This is 20,001" in read(answer)
    assert studio.post(f"/library/earlier/{theirs.pk}/keep/").status_code == 404
    assert not LibraryItem.objects.exists()
