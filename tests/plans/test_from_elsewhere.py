"""What a form has from elsewhere goes on through its plan: a preset, and the changes that it answers."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from generations.models import LibraryUse, Plan, Review, Task, Verdict
from tests.library.conftest import preset as preset
from tests.library.pages import HTMX, fill, form_of, standing
from tests.page import read
from tests.plans.conftest import KLING, press
from tests.task_page.rows import ready


def test_tasks_of_a_plan_count_for_the_preset_that_filled_its_form(
    client: Client, preset: Any, creator: User
) -> None:
    client.force_login(creator)
    fill(client, preset("Fjord", prompt="Slow dolly", duration="10"))
    body = standing(client, prompt="At {dusk|noon}")
    assert client.post(form_of(KLING), body, headers=HTMX).status_code == 200
    assert not LibraryUse.objects.exists(), "nothing is ordered yet"
    press(Plan.objects.get())
    assert [use.task.prompt for use in LibraryUse.objects.order_by("task")] == ["At dusk", "At noon"]


def test_each_task_of_a_plan_answers_the_changes_that_its_form_was_opened_with(
    client: Client, creator: User, reviewer: User
) -> None:
    client.force_login(creator)
    asked = ready(creator, KLING)
    Review.objects.create(task=asked, person=reviewer, verdict=Verdict.CHANGES)
    page = read(client.get(f"{form_of(KLING)}?changes={asked.uuid}"))
    sent = page.part("order").sent | {"prompt": ["Softer"], "takes": ["2"]}
    assert client.post(form_of(KLING), sent).status_code == 302
    press(Plan.objects.get())
    tasks = Task.objects.exclude(pk=asked.pk)
    assert [(task.prompt, task.answers) for task in tasks] == [("Softer", asked)] * 2
