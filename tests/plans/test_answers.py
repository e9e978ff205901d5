"""What an admin answers in the queue, where its person reads it, and what may be ordered without."""

from decimal import Decimal

from django.contrib.auth.models import User
from django.test import Client

from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.models import Plan, Task
from generations.models.plan import Stage
from tests.page import read
from tests.plans.conftest import Make
from tests.plans.pages import HTMX, STUDIO, answering, do
from tests.test_wishes import opened


def test_one_dear_task_waits_for_a_yes_and_the_studio_says_so(
    studio: Client, admin: User, creator: User
) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    form = opened(studio) | {"prompt": "Sea"}
    quoted = read(studio.post("/quotes/kling-2.6/text-to-video/", {"prompt": "Sea"}))
    assert "An order above 50 cr waits for an admin’s yes." in quoted.part("need")
    assert quoted.button("Ask for a yes · ")
    shown = read(studio.post(STUDIO, form, headers=HTMX))
    assert "It waits for an admin’s yes" in shown
    assert not Task.objects.exists()
    plan = Plan.objects.get()
    admins = Client()
    admins.force_login(admin)
    queue = read(admins.get("/queue/"))
    assert "1 task, ~55 cr" in queue.part("asked")
    answer = admins.post(f"{plan.get_absolute_url()}yes/", answering(admins, plan) | {"comment": "Go on"})
    assert answer.headers["Location"].startswith("/queue/")
    assert Task.objects.get().person == creator
    assert "Admin said yes: “Go on”" in read(studio.get(plan.get_absolute_url()))
    assert "You ordered this already" in read(studio.post(STUDIO, form, headers=HTMX)).alert


def test_a_no_is_read_where_the_plan_is_and_in_the_queue(studio: Client, admin: User, planned: Make) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    plan = planned()
    assert read(studio.get(plan.get_absolute_url())).button("Ask for a yes to 4")
    do(studio, plan, do="order")
    admins = Client()
    admins.force_login(admin)
    admins.post(f"{plan.get_absolute_url()}no/", answering(admins, plan) | {"comment": "Two are enough"})
    page = read(studio.get(plan.get_absolute_url()))
    assert "Admin said no: “Two are enough”" in page
    assert page.button("Ask for a yes to 4")
    assert "an admin said no" in read(studio.get("/queue/")).part("plans")
    assert Plan.objects.get().stage is Stage.PLANNED


def test_an_answer_from_a_page_of_what_was_asked_before_says_so_and_orders_nothing(
    studio: Client, admin: User, planned: Make
) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    plan = planned()
    do(studio, plan, do="order")
    admins = Client()
    admins.force_login(admin)
    before = answering(admins, plan)
    studio.post(plan.get_absolute_url(), {"do": "withdraw"})
    do(studio, plan, do="order")
    for sent, said in ((before, "asked anew meanwhile"), ({"total": "220"}, "does not say what it answers")):
        for deed in ("yes", "no"):
            answer = admins.post(f"{plan.get_absolute_url()}{deed}/", sent, follow=True)
            assert said in read(answer)
    assert Plan.objects.get().stage is Stage.ASKED
    assert not Task.objects.exists()


def test_the_limits_are_set_in_credits(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert client.post("/credits/approval/", {"order": "100", "day": ""}).status_code == 302
    assert "orders above 100 cr each wait for a yes" in read(client.get("/credits/")).part("approval")
    answer = client.post("/credits/approval/", {"order": "lots", "day": "5"})
    assert answer.status_code == 422
    assert "Write a number" in read(answer).field("One order or plan").problem
    assert approvals.limits() == Limits(order=Decimal(100))


def test_generate_asks_for_what_stands_in_the_form_and_not_for_a_plan_of_it_that_was_changed(
    studio: Client, admin: User
) -> None:
    """Planned first, changed in the plan and closed: the form still has the words and the key of before."""
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    form = opened(studio) | {"prompt": "Sea"}
    studio.post(STUDIO, form | {"plan": "1"})
    changed = Plan.objects.get()
    do(studio, changed, **{f"prompt-{changed.standing[0].pk}": "Lake"})
    for _ in range(2):
        assert "It waits for an admin’s yes" in read(studio.post(STUDIO, form, headers=HTMX))
    asked = Plan.objects.asked().get()
    assert [row.prompt for row in asked.standing] == ["Sea"]
    assert [row.prompt for row in changed.standing] == ["Lake"]
    following = opened(studio, f"{STUDIO}?after={asked.key}")["order_key"]
    assert following not in (form["order_key"], str(asked.key))


def test_generate_asks_anew_for_what_was_put_away(studio: Client, admin: User) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    form = opened(studio) | {"prompt": "Sea"}
    studio.post(STUDIO, form | {"plan": "1"})
    do(studio, Plan.objects.get(), do="hold")
    do(studio, Plan.objects.get(), do="drop")
    assert "It waits for an admin’s yes" in read(studio.post(STUDIO, form, headers=HTMX))
    assert Plan.objects.asked().get().standing.count() == 1
