"""How often what a model or a preset made is preferred; said from ten picks on."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.library import win_rates
from generations.library.win_rates import WinRate
from generations.models import ItemContent, LibraryItem, LibraryUse, Pick, Task
from tests.page import read
from tests.task_page.rows import KLING, VEO, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def clips(creator: User) -> tuple[list[Task], list[Task]]:
    """Five of Kling, two of Veo."""
    return [ready(creator) for _ in range(5)], [ready(creator, VEO) for _ in range(2)]


def test_a_model_wins_against_other_models_only(reviewer: User, clips: Any) -> None:
    kling, veo = clips
    Pick.give(reviewer, kling[0], [veo[0], veo[1], kling[1]])
    Pick.give(reviewer, veo[0], [kling[1]])
    assert win_rates.of_models() == {KLING: WinRate(won=2, picks=3), VEO: WinRate(won=1, picks=3)}


def test_the_models_page_says_it_from_ten_picks_on(
    client: Client, reviewer: User, clips: Any, django_assert_num_queries: Any
) -> None:
    kling, veo = clips
    client.force_login(reviewer)
    with django_assert_num_queries(1):
        assert win_rates.of_models() == {}
    for task in kling[:4]:
        Pick.give(reviewer, task, veo)
    Pick.give(reviewer, veo[0], [kling[4]])
    assert "picks won" not in read(client.get(f"/models/?model={KLING}"))
    Pick.give(reviewer, kling[4], [veo[1]])
    page = read(client.get(f"/models/?model={KLING}"))
    assert page.fact("Against other models") == "9 of 10 picks won (90 %)"
    assert "1 of 10 picks won (10 %)" in page.row("Veo 3.1 Fast")
    with django_assert_num_queries(1):
        win_rates.of_models()


def test_a_preset_wins_against_clips_without_it(client: Client, creator: User, clips: Any) -> None:
    kling, veo = clips
    content = ItemContent(text="Silk", model_id=KLING, label="Kling 2.6", values={"prompt": "Silk"})
    item, _ = LibraryItem.keep(creator, "preset", "Copper macro", content, tags=[], is_shared=True)
    other, _ = LibraryItem.keep(creator, "preset", "Never picked", content, tags=[], is_shared=True)
    LibraryUse.objects.bulk_create(LibraryUse(item=item, task=task) for task in kling)
    Pick.give(creator, kling[0], [*veo, kling[1]])
    Pick.give(creator, veo[0], [kling[1]])
    assert win_rates.of_presets([item.pk, other.pk]) == {item.pk: WinRate(won=2, picks=3)}
    client.force_login(creator)
    assert "Copper macro" not in read(client.get(f"/models/?model={KLING}"))
    for task in kling[1:]:
        Pick.give(creator, task, veo)
    page = read(client.get(f"/models/?model={KLING}"))
    assert page.fact("Copper macro") == "10 of 10 picks won (100 %)"
