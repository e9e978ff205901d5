"""The catalogue as a page: everything it says, and what the models have done for us."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from generations import catalogue
from generations.models import State, Task
from generations.models.task import renew_record
from generations.views.models import details, rows_of

pytestmark = pytest.mark.django_db


def page(client: Client, person: User, query: str = "") -> str:
    client.force_login(person)
    answer = client.get(f"/models/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_model_is_listed_in_its_place(client: Client, reviewer: User) -> None:
    shown = {"live": page(client, reviewer), "retired": page(client, reviewer, "?show=retired")}
    for spec in catalogue.models().values():
        place = "retired" if spec.status == "retired" else "live"
        other = "live" if place == "retired" else "retired"
        cell = f'<small class="mono faint">{spec.id}</small>'
        assert cell in shown[place]
        assert cell not in shown[other]


@pytest.mark.parametrize("model_id", list(catalogue.models()))
def test_the_panel_says_all_that_the_catalogue_says(client: Client, creator: User, model_id: str) -> None:
    spec = catalogue.find(model_id)
    assert spec is not None
    html = page(client, creator, f"?model={model_id}")
    assert f'<h2 id="h-m">{escape(spec.label)}</h2>' in html
    for param in spec.params:
        assert f"<code>{param.name}</code>" in html
        assert escape(param.help) in html
    for rule in spec.rules:
        assert escape(rule.text) in html
    row = rows_of({spec.id: spec}, spec, "live", "")[0]
    assert len(details(row).prices) == len(spec.prices)
    assert all(price.when for price in details(row).prices)


def test_it_is_read_only(client: Client, admin: User) -> None:
    html = page(client, admin)
    assert "Read only." in html
    assert client.post("/models/").status_code == 405


def test_search_looks_at_names_makers_and_modes(client: Client, creator: User) -> None:
    html = page(client, creator, "?q=google+veo")
    assert "veo3_fast</small>" in html
    assert "kling-2.6/text-to-video</small>" not in html
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
    html = page(client, creator)
    assert "40 s<small" in html
    assert "1 failed" in html


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
