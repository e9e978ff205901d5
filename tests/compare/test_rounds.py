"""A round of winners: pair by pair to an order, from where it was left."""

import random
from collections.abc import Callable
from itertools import permutations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from generations.library.rounds import stand, standing_of
from generations.models import Pick, Plan, ReviewSession, State, Task
from tests.compare.conftest import Takes
from tests.compare.test_compare_page import address, opened
from tests.page import read
from tests.plans.conftest import press, wish
from tests.task_page.rows import add_video

pytestmark = pytest.mark.django_db


def ends(tasks: list[Task], better: Callable[[Task, Task], bool]) -> tuple[list[Task], int]:
    """The order in which a round ends for somebody who always answers so, and after how many pairs."""
    picks: set[tuple[int, int]] = set()
    while (standing := stand(tasks, picks)).pair:
        one, other = standing.pair
        assert (one.pk, other.pk) not in picks
        assert (other.pk, one.pk) not in picks
        before = len(picks) + standing.left
        picks.add((one.pk, other.pk) if better(one, other) else (other.pk, one.pk))
        after = stand(tasks, picks)
        assert after.asked + after.left <= before
    return list(standing.ranked), len(picks)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_every_preference_ends_in_its_order(count: int) -> None:
    tasks = [Task(pk=pk) for pk in range(1, count + 1)]
    for wanted in permutations(tasks):
        found, _ = ends(tasks, lambda a, b, w=wanted: w.index(a) < w.index(b))  # type: ignore[misc]
        assert found == list(wanted)


def test_sixteen_clips_take_no_more_than_49_pairs() -> None:
    tasks = [Task(pk=pk) for pk in range(1, 17)]
    assert stand(tasks, set()).left == 49
    for seed in range(50):
        wanted = random.Random(seed).sample(tasks, 16)
        found, pairs = ends(tasks, lambda a, b, w=wanted: w.index(a) < w.index(b))  # type: ignore[misc]
        assert found == wanted
        assert pairs <= 49


def test_a_person_who_contradicts_themselves_ends_too() -> None:
    chance = random.Random(3)
    tasks = [Task(pk=pk) for pk in range(1, 13)]
    found, _ = ends(tasks, lambda *_: chance.random() < 0.5)
    assert sorted(task.pk for task in found) == list(range(1, 13))


def test_a_round_goes_on_where_it_was_left_and_ends_in_the_order(
    judge: Client, reviewer: User, takes: Takes
) -> None:
    three = takes(3)
    url = address(*three, name="compare-round")
    wanted = [three[2], three[0], three[1]]
    seen = []
    for _ in range(9):
        page = read(judge.get(url))
        if not page.find("pick"):
            break
        assert page.heading("Round of winners")
        sent = page.part("pick").sent
        pair = [task for task in wanted if str(task.uuid) in sent["task"]]
        seen.append(frozenset(pair))
        answer = judge.post(reverse("compare-pick"), sent | {"winner": str(pair[0].uuid)})
        assert answer["Location"] == url
    assert len(seen) == len(set(seen)) <= 3
    page = read(judge.get(url))
    ranked = page.part("order-of-preference")
    assert [item.link().href for item in ranked.all("listitem")] == [t.get_absolute_url() for t in wanted]
    assert standing_of(reviewer, three).ranked == wanted
    judge.post("/sessions/", page.part("review-in-order").sent)
    assert [clip.task for clip in ReviewSession.objects.get().clips.all()] == wanted
    judge.post(reverse("compare-pick"), page.part("begin-again").sent | {"do": "withdraw"})
    assert not Pick.objects.exists()
    assert read(judge.get(url)).heading("Round of winners")
    assert standing_of(reviewer, three).pair


def test_a_round_takes_2_to_16_named_clips(judge: Client, takes: Takes) -> None:
    many = takes(17)
    assert "16 are the most at once" in opened(judge, *many, name="compare-round", status=422).alert
    assert opened(judge, *many[:16], name="compare-round").part("pick")
    assert opened(judge, many[0], name="compare-round").group("Chosen")


@pytest.mark.parametrize(("count", "leads_to"), [(2, "/compare/"), (5, "/compare/round/")])
def test_the_page_of_a_plan_compares_its_takes(
    client: Client, creator: User, planned: Callable[..., Plan], count: int, leads_to: str
) -> None:
    press(planned(wish(takes=count)))
    client.force_login(creator)
    page = read(client.get((found := Plan.objects.get()).get_absolute_url()))
    assert not page.has("link", "Compare takes"), "nothing has become a clip yet"
    for task in Task.objects.filter(planned__plan=found):
        Task.objects.filter(pk=task.pk).update(state=State.READY)
        add_video(task)
    link = read(client.get(found.get_absolute_url())).link("Compare takes")
    assert link.href == f"{leads_to}?plan={found.uuid}"
    page = read(client.get(link.href))
    assert len(page.part("pick").sent["task"]) == 2
    assert page.link("Plan").href == found.get_absolute_url()
    if count == 2:
        assert page.heading("Compare")
