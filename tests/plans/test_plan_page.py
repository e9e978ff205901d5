"""From the form to the plan, and what its page does: without script and with it."""

import json
import uuid
from decimal import Decimal

from django.contrib.auth.models import User
from django.test import Client

from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.models import Plan, Task
from generations.money import ledger
from tests.page import read
from tests.plans.conftest import VEO, Make, press, wish
from tests.plans.pages import HTMX, STUDIO, do, posted
from tests.test_wishes import opened


def test_several_tasks_are_planned_and_one_press_more_orders_them(studio: Client, creator: User) -> None:
    answer = studio.post(STUDIO, opened(studio) | {"prompt": "At {dusk|noon}", "takes": "2"})
    plan = Plan.objects.get()
    assert answer.headers["Location"] == f"/plans/{plan.uuid}/"
    assert not Task.objects.exists()
    page = read(studio.get(plan.get_absolute_url()))
    assert page.heading("Plan for 4 tasks")
    assert "2 prompts × 2 takes" in page
    assert [row.cells[0] for row in page.all("row")[1:]] == ["1 of 2", "2 of 2"] * 2
    assert page.fact("In dollars") == "$1.10"
    assert page.button("Generate 4 · ~220 cr")
    do(studio, plan, do="order")
    assert Task.objects.count() == 4
    ordered = read(studio.get(plan.get_absolute_url()))
    assert ordered.button("Cancel all 4")
    assert ordered.button("Pause what is queued")


def test_with_script_the_plan_opens_in_the_studio_and_the_form_goes_on_after_it(studio: Client) -> None:
    form = opened(studio) | {"prompt": "Sea", "takes": "3"}
    answer = studio.post(STUDIO, form, headers=HTMX)
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#plan-here", "innerHTML")
    plan = Plan.objects.get()
    press_it = posted(read(answer)) | {"do": "order"}
    placed = studio.post(plan.get_absolute_url(), press_it, headers=HTMX)
    assert json.loads(placed.headers["HX-Trigger"])["planned"] == {"after": form["order_key"]}
    assert "tasks" in json.loads(placed.headers["HX-Trigger"])
    after = read(studio.get(f"{STUDIO}?after={form['order_key']}"))
    assert after.sent["order_key"] != [form["order_key"]]
    assert "You ordered this" not in after
    again = read(studio.post(STUDIO, form, headers=HTMX))
    assert again.find("plan-form") is None, "the same wish sent again shows what was ordered"
    assert Task.objects.count() == 3


def test_the_next_wish_of_the_form_is_not_the_last_one(studio: Client) -> None:
    form = opened(studio) | {"prompt": "Sea", "takes": "2"}
    studio.post(STUDIO, form)
    do(studio, Plan.objects.get(), do="order")
    following = opened(studio, f"{STUDIO}?after={form['order_key']}")
    studio.post(STUDIO, following | {"prompt": "Sea"})
    studio.post(STUDIO, following | {"prompt": "Sea"})
    assert Task.objects.count() == 3


def test_one_task_may_be_planned_first_too(studio: Client) -> None:
    studio.post(STUDIO, opened(studio) | {"prompt": "Sea", "plan": "1"})
    assert Plan.objects.get().standing.count() == 1
    assert not Task.objects.exists()


def test_the_form_says_how_many_tasks_it_plans_and_what_cannot_be_read(studio: Client) -> None:
    quoted = studio.post("/quotes/kling-2.6/text-to-video/", {"prompt": "{a|b} {c|d}", "takes": "2"})
    page = read(quoted)
    assert page.button("Plan 8 tasks · ~440 cr")
    assert "4 prompts" in page.part("f-prompt-warning")
    assert '"prompt": "a c"' in page.part("sent-json")
    answer = studio.post(STUDIO, opened(studio) | {"prompt": "{a||b}"})
    assert answer.status_code == 422
    field = read(answer).field("Prompt")
    assert "an empty alternative" in field.problem
    assert field.value == "{a||b}"


def test_braces_with_a_backslash_are_sent_as_braces(studio: Client) -> None:
    form = opened(studio) | {"prompt": r"\{a|b\}"}
    studio.post(STUDIO, form)
    assert Task.objects.get().prompt == "{a|b}"
    assert "You ordered this already" in read(studio.get(STUDIO)).alert


def test_rows_are_taken_out_put_back_edited_and_nothing_written_is_lost(
    studio: Client, planned: Make
) -> None:
    plan = planned(wish("At {dusk|noon}"))
    dusk, noon = plan.standing
    do(studio, plan, out=str(dusk.pk))
    page = read(studio.get(plan.get_absolute_url()))
    assert page.heading("Plan for 1 task")
    do(studio, plan, back=str(dusk.pk), **{f"prompt-{noon.pk}": "At midnight"})
    assert [row.prompt for row in plan.standing] == ["At dusk", "At midnight"]
    url = plan.get_absolute_url()
    wrong = posted(read(studio.get(url))) | {f"prompt-{noon.pk}": "x" * 1001, "do": "order"}
    answer = studio.post(url, wrong)
    assert answer.status_code == 422
    assert "Shorten it by 1." in read(answer).part(f"planned-{noon.pk}")
    assert "x" * 1001 in answer.content.decode()
    unclear = posted(read(studio.get(url))) | {f"prompt-{noon.pk}": "{a||b}"}
    answer = studio.post(url, unclear)
    assert answer.status_code == 422
    assert "{a||b}" in answer.content.decode()
    assert not Task.objects.exists()


def test_what_changed_in_another_tab_is_not_ordered_unseen(studio: Client, planned: Make) -> None:
    plan = planned(wish(takes=3))
    seen = posted(read(studio.get(plan.get_absolute_url())))
    do(studio, plan, out=str(plan.standing[0].pk))
    answer = studio.post(plan.get_absolute_url(), seen | {"do": "order"})
    assert "changed in another tab" in read(answer).alert
    assert not Task.objects.exists()


def test_over_budget_says_which_limit_what_is_left_and_whom_to_ask(
    studio: Client, creator: User, admin: User, planned: Make
) -> None:
    ledger.set_limit(creator, Decimal(200))
    plan = planned()
    page = read(studio.get(plan.get_absolute_url()))
    said = page.part("plan-block")
    assert "200 cr are left, this needs about 220 cr. It starts again on 1" in said
    assert "Admin can raise it." in said
    assert page.button("Generate 4").is_disabled
    do(studio, plan, out=str(plan.standing[0].pk))
    trimmed = read(studio.get(plan.get_absolute_url()))
    assert not trimmed.button("Generate 3").is_disabled
    assert trimmed.fact("Yours left after") == "35 cr"


def test_another_model_lines_and_a_table_are_more_rows(studio: Client, planned: Make) -> None:
    plan = planned(wish("Sea"))
    do(studio, plan, do="model", model=VEO)
    do(studio, plan, do="lines", lines="Dunes\n\nA {red|blue} door")
    do(studio, plan, do="lines", lines='prompt,duration\n"Silk, slow",10\nGlass,5')
    rows = [(row.model_id.split("/")[0], row.prompt, row.values.get("duration")) for row in plan.standing]
    assert rows[1:] == [
        (VEO, "Sea", rows[1][2]),
        ("kling-2.6", "Dunes", "5"),
        ("kling-2.6", "A red door", "5"),
        ("kling-2.6", "A blue door", "5"),
        ("kling-2.6", "Silk, slow", "10"),
        ("kling-2.6", "Glass", "5"),
    ]
    url = plan.get_absolute_url()
    pasted = "prompt;duration\nSilk;7\nGlass;5;1"
    answer = studio.post(url, posted(read(studio.get(url))) | {"do": "lines", "lines": pasted})
    page = read(answer)
    assert "Line 2: duration: “7” is not offered" in page.alert
    assert "Line 3: 3 columns, and 2 have a name" in page.alert
    assert page.part("lines").value == pasted
    assert plan.standing.count() == 7


def test_pasted_lines_stay_through_any_other_press_until_they_are_added(
    studio: Client, planned: Make
) -> None:
    plan = planned(wish("Sea", takes=2))
    url, (first, _) = plan.get_absolute_url(), plan.standing
    body = posted(read(studio.get(url))) | {"lines": "Dunes\nSilk"}
    for headers in ({}, HTMX):
        answer = studio.post(url, body | {"out": str(first.pk)}, headers=headers)
        assert read(answer).part("lines").value == "Dunes\nSilk"
    assert plan.standing.count() == 1
    assert read(studio.post(url, body | {"do": "lines"}, headers=HTMX)).part("lines").value == ""
    assert plan.standing.count() == 3


def test_a_plan_is_found_again_in_the_queue(studio: Client, planned: Make) -> None:
    planned(wish("Silk at dawn"))
    press(planned(wish("Dunes", takes=2)))
    listed = read(studio.get("/queue/")).part("plans")
    assert "Silk at dawn" in listed
    assert "not ordered" in listed
    assert "2 under way or waiting, 0 ready" in listed


def test_a_paused_plan_stays_in_the_list_of_what_waits(studio: Client, planned: Make) -> None:
    plan = press(planned(wish("Dunes", takes=2)))
    studio.post(f"{plan.get_absolute_url()}pause/")
    waiting = read(studio.get("/queue/?who=mine")).part("waiting")
    assert "paused" in waiting
    assert "Its plan is paused" in waiting
    studio.post(f"{plan.get_absolute_url()}cancel/")
    assert set(plan.tasks.values_list("state", flat=True)) == {"cancelled"}


def test_nobody_orders_or_changes_the_plan_of_somebody_else(
    client: Client, admin: User, planned: Make
) -> None:
    plan = planned()
    client.force_login(admin)
    page = read(client.get(plan.get_absolute_url()))
    assert page.find("plan-form") is None
    assert client.post(plan.get_absolute_url(), {"do": "order"}).status_code == 403
    again = client.post(f"{plan.get_absolute_url()}again/")
    assert Plan.objects.get(person=admin).get_absolute_url() == again.headers["Location"]


def test_a_plan_that_is_not_there_is_not_found(studio: Client) -> None:
    assert studio.get(f"/plans/{uuid.uuid4()}/").status_code == 404


def test_a_plan_on_hold_stays_and_its_form_goes_on(studio: Client) -> None:
    form = opened(studio) | {"prompt": "Sea", "takes": "2"}
    studio.post(STUDIO, form)
    held = Plan.objects.get()
    do(studio, held, do="hold")
    assert opened(studio)["order_key"] != form["order_key"]
    studio.post(STUDIO, opened(studio) | {"prompt": "Lake", "takes": "3"})
    assert [plan.standing.count() for plan in Plan.objects.order_by("pk")] == [2, 3]
    do(studio, held, do="drop")
    assert "It was put away" in read(studio.get(held.get_absolute_url()))
    assert "Sea" not in read(studio.get("/queue/")).part("plans")
    assert not Task.objects.exists()


def test_what_was_asked_is_taken_back_and_what_was_paused_goes_on(
    studio: Client, admin: User, planned: Make
) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    plan = planned()
    do(studio, plan, do="order")
    studio.post(plan.get_absolute_url(), {"do": "withdraw"})
    assert read(studio.get(plan.get_absolute_url())).button("Ask for a yes to 4")
    approvals.set_limits(admin, Limits())
    do(studio, plan, do="order")
    for deed in ("pause", "resume"):
        assert studio.post(f"{plan.get_absolute_url()}{deed}/").status_code == 302
    assert Task.objects.in_turn(at_most=12).count() == 4


def test_each_prompt_has_the_length_that_the_model_takes_and_not_all_together(studio: Client) -> None:
    studio.post(STUDIO, opened(studio) | {"prompt": f"{{{'x' * 900}|{'y' * 1001}}}"})
    page = read(studio.get(Plan.objects.get().get_absolute_url()))
    assert "Shorten it by 1." in page
    assert page.button("Generate 2").is_disabled
