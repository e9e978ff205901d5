"""Never twice: a wish carries its key until it is answered, whatever becomes of answers, tabs and pages."""

import re
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue, orders
from generations.models import Plan, State, Task
from generations.money import ledger
from tests.page import Page, read
from tests.plans.conftest import press

KLING = "/studio/kling-2.6/text-to-video/"
KLING_DRAFT = "/studio/kling-2.6/text-to-video/draft/"
HTMX = {"HX-Request": "true"}
SETTINGS = {"duration": "5", "aspect_ratio": "16:9"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def key_of(page: Page) -> str:
    """The order key under which the form of a page would order."""
    return page.sent["order_key"][0]


def opened(client: Client, url: str = KLING) -> dict[str, str]:
    """What the form of a page would post, without script."""
    sent = read(client.get(url)).part("order").sent
    return SETTINGS | {name: sent[name][0] for name in ("order_key", "tab", "turn", "person", "prompt")}


def test_two_pages_of_one_form_have_one_key(studio: Client) -> None:
    assert opened(studio)["order_key"] == opened(studio)["order_key"]


def test_an_answer_that_was_lost_and_a_reload_are_one_order(studio: Client) -> None:
    studio.post(KLING, opened(studio) | {"prompt": "Sea"}, headers=HTMX)  # nobody reads the answer
    assert "You ordered this already" in read(studio.get(KLING)).alert
    answer = studio.post(KLING, opened(studio), headers=HTMX)
    assert answer.status_code == 200
    told = read(answer).alert
    assert "You ordered this already" in told
    assert f"#{Task.objects.get().pk} queued" in told


def test_ordering_it_again_is_one_press_and_for_two_presses_one_order(studio: Client) -> None:
    studio.post(KLING, opened(studio) | {"prompt": "Sea"})
    again = read(studio.get(KLING)).alert.button("Order it again · 55 cr").value
    for _ in range(2):
        studio.post(KLING, opened(studio) | {"again": again}, headers=HTMX)
    assert Task.objects.count() == 2


def test_after_the_answer_generate_orders_the_same_words_once_more(studio: Client) -> None:
    first = opened(studio) | {"prompt": "Sea"}
    page = read(studio.post(KLING, first, headers=HTMX))
    assert key_of(page) != first["order_key"]
    second = first | {"order_key": key_of(page), "turn": page.sent["turn"][0]}
    answer = studio.post(KLING, second, headers=HTMX)
    assert "is queued" in read(answer)
    assert Task.objects.count() == 2


def test_keeping_the_draft_tells_that_the_answer_came(studio: Client) -> None:
    key = key_of(read(studio.post(KLING, opened(studio) | {"prompt": "Sea"}, headers=HTMX)))
    studio.post(KLING_DRAFT, opened(studio) | {"order_key": key, "prompt": "Sea"})
    page = read(studio.get(KLING))
    assert key_of(page) == key
    assert "You ordered this already" not in page


def test_a_second_tab_that_sends_later_orders_nothing(studio: Client) -> None:
    tabs = [opened(studio), opened(studio)]
    studio.post(KLING, tabs[0] | {"prompt": "Sea"})
    Task.objects.update(state=State.READY)
    answer = studio.post(KLING, tabs[1] | {"prompt": "Sea"})
    assert "You ordered this already" in read(answer).alert
    assert Task.objects.count() == 1


def test_going_back_without_script_orders_nothing(studio: Client) -> None:
    before = opened(studio) | {"prompt": "Sea"}
    after = studio.post(KLING, before).headers["Location"]
    assert studio.get(after).status_code == 200
    studio.post(KLING, before)  # the page as the browser had kept it
    studio.post(KLING, opened(studio))  # the page as the server shows it then
    assert Task.objects.count() == 1


def test_without_script_the_page_after_an_order_orders_the_next(studio: Client) -> None:
    after = studio.post(KLING, opened(studio) | {"prompt": "Sea"}).headers["Location"]
    shown = read(studio.get(after))
    assert "You ordered this already" not in shown
    assert "is queued, 55 cr held" in shown
    studio.post(KLING, opened(studio, after) | {"prompt": "Lake"})
    assert list(Task.objects.order_by("pk").values_list("prompt", flat=True)) == ["Sea", "Lake"]
    assert studio.get(after).status_code == 200


def test_other_words_under_a_used_key_are_asked_about(studio: Client) -> None:
    old = opened(studio)
    studio.post(KLING, old | {"prompt": "Sea"})
    answer = studio.post(KLING, old | {"prompt": "Lake"}, headers=HTMX)
    page = read(answer)
    assert answer.status_code == 422
    assert "with other values" in page.alert
    assert page.sent["prompt"] == ["Lake"]
    assert Task.objects.count() == 1
    studio.post(KLING, old | {"prompt": "Lake", "again": page.alert.button().value}, headers=HTMX)
    assert Task.objects.filter(prompt="Lake").count() == 1


def test_other_takes_under_a_used_key_are_asked_about(studio: Client) -> None:
    old = opened(studio) | {"prompt": "Sea", "takes": "1"}
    studio.post(KLING, old)
    assert studio.post(KLING, old | {"takes": "3"}).status_code == 422
    assert Task.objects.count() == 1
    assert not Plan.objects.exists()


def test_what_became_of_a_wish_can_be_asked(studio: Client, creator: User) -> None:
    key = opened(studio)["order_key"]
    before = studio.get(f"/wishes/{key}/").json()
    assert before["placed"] is False
    assert "stays one order" in before["text"]
    studio.post(KLING, opened(studio) | {"prompt": "Sea", "takes": "2"}, headers=HTMX)
    assert studio.get(f"/wishes/{key}/").json()["placed"] is False, "a plan alone orders nothing"
    press(Plan.objects.get())
    after = studio.get(f"/wishes/{key}/").json()
    assert after["placed"] is True
    assert "110 cr" in after["text"]
    assert after["key"] == str(orders.next_key(uuid.UUID(key)))
    assert after["url"] == f"/wishes/{after['key']}/"


def test_wishes_of_others_are_not_told(studio: Client, admin: User) -> None:
    key = opened(studio)["order_key"]
    studio.post(KLING, opened(studio) | {"prompt": "Sea"})
    studio.force_login(admin)
    assert studio.get(f"/wishes/{key}/").json()["placed"] is False


def test_a_wish_that_was_not_admitted_keeps_its_key(studio: Client, creator: User) -> None:
    ledger.set_limit(creator, Decimal(10))
    posted = opened(studio) | {"prompt": "Sea"}
    answer = studio.post(KLING, posted, headers=HTMX)
    assert answer.status_code == 422
    assert key_of(read(answer)) == posted["order_key"]
    ledger.set_limit(creator, None)
    studio.post(KLING, posted, headers=HTMX)
    studio.post(KLING, posted, headers=HTMX)
    assert Task.objects.count() == 1


@pytest.mark.parametrize("key", [{}, {"order_key": ""}, {"order_key": "nonsense"}, {"again": "nonsense"}])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_order_without_its_key_is_refused_and_gets_one(
    studio: Client, creator: User, key: dict[str, str], headers: dict[str, str]
) -> None:
    keyless = {"prompt": "Copper silk", "tab": "one", **SETTINGS, **key}
    answers = [studio.post(KLING, keyless, headers=headers) for _ in range(2)]
    pages = [read(answer) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert not Task.objects.exists()
    assert all("Nothing was ordered: this form came without its order key." in page for page in pages)
    assert all(page.sent["prompt"] == ["Copper silk"] for page in pages)
    handed_out = {key_of(page) for page in pages}
    assert handed_out == {str(creator.drafts.get().order_key)}, "twice without a key is one order too"
    pressed_again = keyless | {"order_key": handed_out.pop(), "again": ""}
    assert studio.post(KLING, pressed_again).status_code == 302
    assert Task.objects.get().prompt == "Copper silk"


def test_a_lost_answer_and_another_edit_is_another_wish(studio: Client) -> None:
    """Who has been told that the first was ordered, and writes on, means something new."""
    old = opened(studio)
    studio.post(KLING, old | {"prompt": "Sea"}, headers=HTMX)
    studio.post(KLING_DRAFT, opened(studio) | {"prompt": "Lake"})
    assert "ordered this" not in read(studio.get(KLING))
    studio.post(KLING, opened(studio), headers=HTMX)
    assert sorted(Task.objects.values_list("prompt", flat=True)) == ["Lake", "Sea"]


def test_a_retired_model_is_not_sent_and_the_nearest_is_named(studio: Client, order: Any) -> None:
    url = "/studio/sora-2-text-to-video/"
    page = read(studio.get(url))
    assert not page.has("button", "Generate")
    assert "Sora 2 is retired." in page
    assert page.button(re.compile(r"Go on with [A-Z]"))
    answer = studio.post(url, {"prompt": "Sea"})
    assert answer.status_code == 422
    assert "so nothing is sent." in read(answer)
    assert not Task.objects.exists()


def test_a_failed_task_of_a_retired_model_is_not_ordered_again(creator: User, order: Any) -> None:
    task = order("sora-2-text-to-video")
    Task.objects.filter(pk=task.pk).update(state=State.FAILED)
    with pytest.raises(orders.NotAdmitted, match="retired"):
        orders.retry(task, creator)


def test_a_failed_task_of_a_model_that_is_gone_is_not_ordered_again(creator: User, order: Any) -> None:
    task = order()
    Task.objects.update(state=State.FAILED, model_id="gone/model", label="Gone")
    with pytest.raises(orders.NotAdmitted, match="Gone has left the catalogue"):
        orders.retry(task, creator)
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    "blank", ["\u200b", "\u200b\u200d \u2060", "\u3164", "\u2800", "\ufe0f", "\u00ad", "\U000e0020"]
)
def test_a_prompt_that_nobody_can_see_is_empty(studio: Client, blank: str) -> None:
    answer = studio.post(KLING, {"prompt": blank})
    assert answer.status_code == 422
    assert "Write a prompt." in read(answer).field("Prompt").problem
    assert not Task.objects.exists()


@pytest.mark.parametrize("seen", ["🙂", "海", "é", "a\u200bb", "👩\u200d🚀", "…"])
def test_a_prompt_with_anything_to_see_is_sent_as_it_stands(studio: Client, seen: str) -> None:
    assert studio.post(KLING, opened(studio) | {"prompt": seen}).status_code == 302
    assert Task.objects.get().prompt == seen


def test_the_same_key_is_the_same_task_whoever_places_it_first(creator: User) -> None:
    spec, key = catalogue.models()["kling-2.6/text-to-video"], uuid.uuid4()
    values = {**spec.defaults(), "prompt": "Sea"}
    first = orders.place(creator, spec, values, order_key=key)
    assert orders.place(creator, spec, values | {"prompt": "Lake"}, order_key=key) == first
    assert Task.objects.count() == 1


def test_what_has_no_price_is_not_ordered(creator: User) -> None:
    known = catalogue.models()["kling-2.6/text-to-video"]
    spec = replace(known, prices=())
    with pytest.raises(orders.NotAdmitted, match="no price is known for this choice"):
        orders.place(creator, spec, {**spec.defaults(), "prompt": "Sea"})
    assert not Task.objects.exists()
