"""Two to four clips side by side: what differs, blind, a pick, and what cannot be compared."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from generations.library.rounds import shuffled
from generations.models import Pick, Task
from tests.compare.conftest import Takes
from tests.page import Page, read
from tests.task_page.rows import VEO, queued, ready, shown

pytestmark = pytest.mark.django_db


def address(*tasks: Task, name: str = "compare", blind: bool = False) -> str:
    named = "&".join(f"task={task.uuid}" for task in tasks)
    return f"{reverse(name)}?{named}{'&blind=1' if blind else ''}"


def opened(client: Client, *tasks: Task, status: int = 200, **how: Any) -> Page:
    answer = client.get(address(*tasks, **how))
    assert answer.status_code == status
    return read(answer)


def pick(client: Client, page: Page, letter: str) -> Page:
    """Press the button under a take, and see the page that comes."""
    pane = page.part(f"pane-{letter}")
    winner = next(part.value for part in pane.having("name", "winner"))
    answer = client.post(reverse("compare-pick"), page.part("pick").sent | {"winner": winner}, follow=True)
    assert answer.status_code == 200
    return read(answer)


def test_takes_are_side_by_side_with_only_what_differs(judge: Client, creator: User, takes: Takes) -> None:
    silk, veo = takes(1, duration="5")[0], ready(creator, VEO, prompt="A ribbon of copper")
    longer = takes(1, duration="10")[0]
    page = opened(judge, silk, longer)
    assert [pane.name for pane in page.all("listitem") if pane.get("data-pane")] == [
        "Take A, Kling 2.6",
        "Take B, Kling 2.6",
    ]
    assert page.row("Length").cells[1:] == ["5 s", "10 s"]
    assert not page.has("row", "Model")
    assert "more are the same" in page
    assert "the same for all" in page
    page = opened(judge, silk, veo)
    assert page.row("Model").cells[1:] == ["Kling 2.6", "Veo 3.1 Fast"]
    assert page.row("Cost").cells[1:] == ["55 cr actual", "60 cr actual"]
    assert "<del>silk</del><ins>copper</ins>" in judge.get(address(silk, veo)).content.decode()


def test_the_clips_play_without_script_and_each_can_be_rated_there(judge: Client, takes: Takes) -> None:
    pair = takes(2)
    page = opened(judge, *pair)
    assert [part["controls"] for part in page.all("video")] == ["", ""]
    form = page.part("rate-B")
    judge.post(form["action"], form.sent | {"stars": "4"})
    assert [star.is_pressed for star in opened(judge, *pair).part("stars-B").all("button")] == [
        n == 4 for n in range(1, 6)
    ]
    assert pair[1].reviews.get().stars == 4


def test_blind_says_nothing_of_what_made_them_until_a_pick(
    judge: Client, creator: User, takes: Takes
) -> None:
    pair = [takes(1)[0], ready(creator, VEO, prompt="A ribbon of silk")]
    told = ("Kling 2.6", "Veo 3.1", "55 cr", "60 cr", f"#{pair[0].pk}")
    seen = read(judge.get(address(*pair))).main
    assert all(word in seen for word in told), "what is looked for is there otherwise"
    page = opened(judge, *pair, blind=True)
    html = judge.get(address(*pair, blind=True)).content.decode()
    source = html.partition("<main")[2].partition("</main>")[0]
    assert [word for word in told if word in source] == []
    picked = pick(judge, page, "A")
    assert picked.part("pane-A").get("data-best") is not None
    assert all(word in picked.main for word in told)
    assert "blind=1" in judge.get(address(*pair, blind=True)).content.decode()


def test_the_blind_order_is_by_chance_and_stays_for_each_person(judge: Client, takes: Takes) -> None:
    def order() -> list[str]:
        page = read(judge.get(address(*four, blind=True)))
        return [form["action"] for form in page.having("data-rates")]

    four = takes(4)
    mine = order()
    assert mine == order()
    assert sorted(mine) == sorted(reverse("review", args=[task.uuid]) for task in four)
    four.reverse()
    assert mine == order(), "whatever the order of the address"
    orders = {tuple(task.pk for task in shuffled(User(pk=pk), four)) for pk in range(1, 9)}
    assert len(orders) > 2, "each person has an order of their own"


def test_a_pick_is_kept_once_a_pair_can_be_changed_and_taken_back(
    judge: Client, reviewer: User, takes: Takes
) -> None:
    three = takes(3)
    page = pick(judge, opened(judge, *three), "B")
    assert set(Pick.objects.values_list("winner", "loser")) == {
        (three[1].pk, three[0].pk),
        (three[1].pk, three[2].pk),
    }
    page = pick(judge, page, "A")
    assert page.part("pane-A").get("data-best") is not None
    assert page.part("pane-B").get("data-best") is None
    assert set(Pick.objects.values_list("winner", "loser")) == {
        (three[0].pk, three[1].pk),
        (three[0].pk, three[2].pk),
        (three[1].pk, three[2].pk),
    }
    assert {one.person for one in Pick.objects.all()} == {reviewer}
    judge.post(reverse("compare-pick"), page.part("pick").sent | {"do": "withdraw"})
    assert not Pick.objects.exists()


def test_the_database_keeps_one_pick_of_a_pair(reviewer: User, takes: Takes) -> None:
    one, other = takes(2)
    Pick.give(reviewer, one, [other])
    for winner, loser in ((one, other), (other, one), (one, one)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pick.objects.create(person=reviewer, winner=winner, loser=loser)


def test_what_cannot_be_compared_says_what_to_do(judge: Client, creator: User, takes: Takes) -> None:
    five = takes(5)
    waiting = queued(creator)
    assert "4 are the most at once" in opened(judge, *five, status=422).alert
    assert [box.is_checked for box in opened(judge, *five, status=422).group("Chosen").fields] == [True] * 5
    assert "named twice" in opened(judge, five[0], five[0], status=422).alert
    assert f"#{waiting.pk} has no clip" in opened(judge, five[0], waiting, status=422).alert
    alone = opened(judge, five[0])
    assert alone.alerts == []
    assert len(alone.group("The same prompt").fields) == 4
    assert opened(judge).group("Newest")
    answer = judge.post(reverse("compare-pick"), {"task": [str(task.uuid) for task in five], "winner": "x"})
    assert answer.status_code == 422
    assert not Pick.objects.exists()


@pytest.mark.parametrize("odd", ["0b31dc50-4f6f-4d6f-9a53-3e3ed5a4b0aa", "x", "", "\x00", "1" * 5000])
def test_what_is_not_there_is_404_for_all_alike(judge: Client, takes: Takes, odd: str) -> None:
    known = takes(1)[0]
    query = {"task": [str(known.uuid), odd]}
    for name in ("compare", "compare-round"):
        assert judge.get(reverse(name), query).status_code == 404
    assert judge.post(reverse("compare-pick"), query | {"winner": str(known.uuid)}).status_code == 404
    if odd:
        assert judge.get(reverse("compare"), {"plan": odd}).status_code == 404
    pair = {"task": [str(known.uuid), str(takes(1)[0].uuid)], "winner": odd}
    assert judge.post(reverse("compare-pick"), pair).status_code == 404
    assert not Pick.objects.exists()


def test_the_page_of_a_task_leads_there(judge: Client, takes: Takes) -> None:
    task = takes(1)[0]
    link = shown(judge, task).link("Compare with …")
    assert read(judge.get(link.href)).field("A ribbon of silk").is_checked


def test_four_cost_no_more_queries_than_two(
    judge: Client, takes: Takes, django_assert_max_num_queries: Any
) -> None:
    four = takes(4)
    for tasks in (four[:2], four):
        with django_assert_max_num_queries(20):
            judge.get(address(*tasks))
