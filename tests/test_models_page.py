"""The catalogue as a page: everything it says, and what the models have done for us."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import catalogue
from generations.models import State, Task
from generations.models.task import renew_record
from generations.views.models import details, rows_of
from tests.page import Page, read
from tests.page.seen import plain
from tests.thorough import rows

pytestmark = pytest.mark.django_db
ON_CARD = [spec.id for spec in catalogue.models().values() if spec.on_card]


def page(client: Client, person: User, query: str = "") -> Page:
    client.force_login(person)
    answer = client.get(f"/models/{query}")
    assert answer.status_code == 200
    return read(answer)


def test_every_model_is_listed_in_its_place(client: Client, reviewer: User) -> None:
    shown = {"live": page(client, reviewer), "retired": page(client, reviewer, "?show=retired")}
    for spec in catalogue.models().values():
        place = "retired" if spec.status == "retired" else "live"
        other = "live" if place == "retired" else "retired"
        assert shown[place].part("models").has("link", spec.id)
        assert not shown[other].part("models").has("link", spec.id)


@pytest.mark.parametrize("model_id", rows(catalogue.models(), in_short=ON_CARD))
def test_the_panel_says_all_that_the_catalogue_says(client: Client, creator: User, model_id: str) -> None:
    spec = catalogue.find(model_id)
    assert spec is not None
    shown = page(client, creator, f"?q={model_id}&model={model_id}")
    assert shown.heading(spec.label)
    for param in spec.params:
        assert param.name in shown
        assert plain(param.help) in shown
    for rule in spec.rules:
        assert plain(rule.text) in shown
    row = rows_of({spec.id: spec}, spec, "live", "")[0]
    assert len(details(row).prices) == len(spec.prices)
    assert all(price.when for price in details(row).prices)


def test_it_is_read_only(client: Client, admin: User) -> None:
    shown = page(client, admin)
    assert "Read only." in shown
    assert client.post("/models/").status_code == 405


def test_search_looks_at_names_makers_and_modes(client: Client, creator: User) -> None:
    shown = page(client, creator, "?q=google+veo")
    assert shown.part("models").has("link", "veo3_fast")
    assert not shown.part("models").has("link", "kling-2.6/text-to-video")
    assert "No model fits “nothing like it”" in page(client, creator, "?q=nothing+like+it")


@pytest.mark.parametrize("query", ["?model=%00", "?model=gone", "?show=x&q=%25%27%22", "?q=" + "a" * 500])
def test_nonsense_is_answered(client: Client, creator: User, query: str) -> None:
    page(client, creator, query)


def test_our_own_figures(client: Client, creator: User, order: Callable[..., Task]) -> None:
    now = timezone.now()
    for _ in range(4):
        task = order()
        Task.objects.filter(pk=task.pk).update(
            state=State.READY, sent_at=now - timedelta(seconds=40), ready_at=now
        )
    Task.objects.filter(pk=order().pk).update(state=State.FAILED)
    renew_record(task.model_id)
    shown = page(client, creator)
    assert "40 s" in shown
    assert "1 failed" in shown


def test_queries_do_not_grow_with_the_tasks(
    client: Client, creator: User, order: Callable[..., Task], django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        order()
    Task.objects.update(state=State.READY, accepted_at=timezone.now(), finished_at=timezone.now())
    client.force_login(creator)
    with django_assert_max_num_queries(24):
        client.get("/models/")


def test_a_stranger_sees_nothing(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("stranger"))
    assert client.get("/models/").status_code == 403
