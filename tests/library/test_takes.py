"""What it took: takes of a prompt, what they cost, which was approved; words and presets by approval."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.library.takes import took
from generations.library.words import words_that_worked
from generations.models import LibraryUse, Review, Task
from generations.models.digest import digest
from generations.wording.takes import share_text, takes_text
from tests.library.pages import shown
from tests.task_page.rows import failed, ready

pytestmark = pytest.mark.django_db


def review(task: Task, who: User, verdict: str = "", stars: int | None = None) -> None:
    Review.objects.create(task=task, person=who, verdict=verdict, stars=stars)


def test_the_takes_of_a_prompt_are_counted_until_the_one_that_is_approved(
    creator: User, admin: User, reviewer: User, prompt: Any, studio: Client
) -> None:
    takes = [ready(who, prompt="Copper silk") for who in (creator, admin, creator, creator)]
    other = ready(creator, prompt="Something else")
    review(takes[0], reviewer, "approved")
    review(takes[0], admin, "rejected")
    review(takes[2], reviewer, "approved", 3)
    review(takes[3], reviewer, "approved", 5)
    review(takes[1], reviewer, "", 5)
    found = took([digest("Copper silk"), digest("Never made")])
    assert set(found) == {digest("Copper silk")}
    made = found[digest("Copper silk")]
    cost = takes[0].charge_credits * 4
    assert (made.counts.clips, made.counts.credits, made.counts.approved_at) == (4, cost, 3)
    assert (made.counts.share.approved, made.counts.share.judged, made.counts.share.is_enough) == (
        2,
        3,
        False,
    )
    assert made.best
    assert made.best.task == takes[3], "approved first, then the stars"
    prompt("Copper", "Copper silk")
    card = shown(studio, show="prompts").item("Copper")
    assert f"4 takes, {cost.normalize():f} cr, approved at the 3rd" in card
    assert takes[3].videos.get().poster_url in studio.get("/library/?show=prompts").content.decode()
    page = shown(studio, takes[0].get_absolute_url())
    assert "approved at the 3rd" in page
    assert "This prompt:" not in shown(studio, other.get_absolute_url()), "a single take says nothing"


def test_no_more_queries_are_needed_for_more_prompts(creator: User, django_assert_num_queries: Any) -> None:
    for n in range(6):
        review(ready(creator, prompt=f"Words {n}"), creator, "approved")
    failed(creator)
    for most in (1, 6):
        with django_assert_num_queries(4):
            assert len(took([digest(f"Words {n}") for n in range(most)])) == most


def test_a_share_is_said_from_five_judged_clips_on(
    creator: User, reviewer: User, prompt: Any, preset: Any, studio: Client
) -> None:
    prompt("Copper", "Copper silk")
    item = preset("Fjord", duration="5")
    for n in range(5):
        task = ready(creator, prompt="Copper silk")
        LibraryUse.objects.create(item=item, task=task)
        assert "judged clips approved" not in shown(studio, show="prompts")
        review(task, reviewer, "approved" if n < 4 else "rejected")
    says = "4 of 5 judged clips approved (80 %)"
    assert says in shown(studio, show="prompts").item("Copper")
    assert says in shown(studio, show="presets").item("Fjord")


def test_words_are_said_with_their_share_once_there_are_enough(
    creator: User, reviewer: User, studio: Client
) -> None:
    assert words_that_worked(creator) == []
    for n in range(6):
        review(ready(creator, prompt=f"Macro of silk with 35 mm, number {n}"), reviewer, "approved")
        review(ready(creator, prompt=f"HANDHELD run number {n}"), reviewer, "changes" if n else "approved")
    found = [(w.word, w.percent, w.share.judged) for w in words_that_worked(creator)]
    assert found == [("macro", 100, 6), ("silk", 100, 6), ("number", 58, 12), ("handheld", 17, 6)]
    assert "macro 100 % of 6" in shown(studio, show="history").group("Words the team approved")
    assert not shown(studio, show="presets").has("group", "Words the team approved")


def test_what_it_took_is_said_as_people_say_it() -> None:
    assert takes_text(7, Decimal(420), 7) == "7 takes, 420 cr, approved at the 7th"
    assert takes_text(1, Decimal("104.5"), 1) == "1 take, 104.5 cr, approved at once"
    assert takes_text(2, Decimal(10), None) == "2 takes, 10 cr, none approved yet"
    assert takes_text(1, Decimal(10), None) == "1 take, 10 cr, not approved yet"
    assert takes_text(0, Decimal(0), None) == ""
    assert share_text(2, 3) == "2 of 3 judged clips approved (67 %)"
