"""One plan in two tabs: each press says what its tab has shown, and nothing written is undone unseen."""

from django.test import Client

from generations.models import Task
from tests.page import read
from tests.plans.conftest import Make, press, wish
from tests.plans.pages import HTMX, posted


def test_a_press_in_one_tab_leaves_what_another_has_written(studio: Client, planned: Make) -> None:
    plan = planned(wish("At {dusk|noon}"))
    dusk, noon = plan.standing
    here = posted(read(studio.get(plan.get_absolute_url())))
    studio.post(plan.get_absolute_url(), here | {f"prompt-{noon.pk}": "At midnight"})
    assert studio.post(plan.get_absolute_url(), here | {"out": str(dusk.pk)}).status_code == 302
    assert [row.prompt for row in plan.standing] == ["At midnight"]


def test_what_another_tab_has_written_is_not_ordered_unseen(studio: Client, planned: Make) -> None:
    plan = planned(wish("At {dusk|noon}"))
    url, (_, noon) = plan.get_absolute_url(), plan.standing
    here = posted(read(studio.get(url)))
    studio.post(url, here | {f"prompt-{noon.pk}": "At midnight"})
    answer = studio.post(url, here | {"do": "order"})
    assert answer.status_code == 422
    page = read(answer)
    assert "changed in another tab" in page.alert
    assert not Task.objects.exists()
    studio.post(url, posted(page) | {"do": "order"})
    assert [task.prompt for task in Task.objects.order_by("id")] == ["At dusk", "At midnight"]


def test_of_two_tabs_that_write_one_prompt_the_later_one_is_told_and_chooses(
    studio: Client, planned: Make
) -> None:
    plan = planned(wish("At {dusk|noon}"))
    url, (_, noon) = plan.get_absolute_url(), plan.standing
    here = posted(read(studio.get(url)))
    studio.post(url, here | {f"prompt-{noon.pk}": "At midnight"})
    answer = studio.post(url, here | {f"prompt-{noon.pk}": r"At \{dawn|3\}", "do": "order"})
    assert answer.status_code == 422
    page = read(answer)
    assert "was changed elsewhere too" in page.alert
    field = page.part(f"planned-{noon.pk}").field("Prompt of")
    assert (field.value, "Press again to have what you wrote" in field.problem) == (r"At \{dawn|3\}", True)
    assert [row.prompt for row in plan.standing] == ["At dusk", "At midnight"]
    assert not Task.objects.exists()
    chosen = posted(page) | {"do": "order"}
    for _ in range(2):
        assert studio.post(url, chosen).status_code == 302
    assert [task.prompt for task in Task.objects.order_by("id")] == ["At dusk", "At {dawn|3}"]


def test_what_was_pressed_in_a_plan_that_was_ordered_elsewhere_is_refused_there_and_what_was_written_stays(
    studio: Client, planned: Make
) -> None:
    plan = planned(wish("At {dusk|noon}"))
    url, (_, noon) = plan.get_absolute_url(), plan.standing
    here = posted(read(studio.get(url)))
    press(plan)
    written = here | {f"prompt-{noon.pk}": "At midnight", "lines": "Dunes"}
    for headers in ({}, HTMX):
        for pressed in ("hold", "order"):
            answer = studio.post(url, written | {"do": pressed}, headers=headers)
            assert answer.status_code == 422
            page = read(answer)
            assert "It was ordered already. Plan it again to change it." in page.alert
            assert page.part("unsent").value == "At midnight\n\nDunes"
        refused = read(studio.post(url, here | {"do": "hold"}, headers=headers))
        assert "It was ordered already" in refused.alert
        assert refused.find("unsent") is None, "nothing was written"
    plan.refresh_from_db()
    assert plan.kept_at is None
    assert Task.objects.count() == 2


def test_a_line_like_the_last_one_is_another_take_and_pressed_twice_it_is_one(
    studio: Client, planned: Make
) -> None:
    plan = planned(wish("Sea"))
    url = plan.get_absolute_url()
    for count in (2, 3):
        adding = posted(read(studio.get(url))) | {"do": "lines", "lines": "Sea"}
        for _ in range(2):
            assert studio.post(url, adding).status_code == 302
        assert [row.prompt for row in plan.standing] == ["Sea"] * count
