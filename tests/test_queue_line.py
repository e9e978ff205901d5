"""What the queue lets people do with what waits: move, hold back, change, cancel many; the hold window."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generations.models import Audit, Lease, Preferences, Runtime, State, Task
from generations.orders import line
from generations.orders.waiting import EVERYBODY
from tests.case_rows import task_in
from tests.page import Page, read
from tests.test_line import change

pytestmark = pytest.mark.django_db
Order = Callable[..., Task]
HTMX = {"HX-Request": "true"}
STAYS = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    Runtime.heard(20)


def queue(client: Client, person: User, query: str = "") -> Page:
    client.force_login(person)
    answer = client.get(f"/queue/{query}")
    assert answer.status_code == 200
    return read(answer)


def press(client: Client, name: str, task: Task, **data: str) -> Page:
    """As a script that stays on its page; what is said."""
    answer = client.post(reverse(name, args=[task.uuid]), data, headers=STAYS)
    assert answer.status_code == 200
    return read(answer)


def line_of(person: User) -> list[int]:
    return list(Task.objects.filter(person=person).in_turn(EVERYBODY).values_list("pk", flat=True))


def test_rows_of_ones_own_line_are_moved_by_buttons_that_name_their_neighbours(
    client: Client, creator: User, admin: User, order: Order
) -> None:
    first, second = order(prompt="The first"), order(prompt="The second")
    theirs = order(person=admin, prompt="Of the admin")
    page = queue(client, creator, "?who=everyone")
    row = page.row("The second")
    assert row.cells[2:4] == ["3rd", "in a moment"]
    assert row.button("Earlier").value == str(first.uuid)
    assert row.button("Later")["aria-disabled"] == "true"
    assert not page.row("Of the admin").has("button"), "others arrange their own"
    assert f"#{second.pk} goes before #{first.pk}." in press(client, "move", second, before=str(first.uuid))
    assert f"#{second.pk} goes after #{first.pk}." in press(client, "move", second, after=str(first.uuid))
    assert f"#{second.pk} is the first in your queue." in press(client, "move", second, first="")
    assert line_of(creator) == [second.pk, first.pk]
    Task.objects.filter(pk=first.pk).update(state=State.RUNNING, accepted_at=timezone.now())
    said = press(client, "move", second, before=str(first.uuid))
    assert "Nothing was moved: one of the two has left the line meanwhile." in said
    for task, data, status in (
        (second, {}, 400),
        (second, {"before": str(theirs.uuid)}, 400),
        (theirs, {"first": ""}, 403),
    ):
        assert client.post(reverse("move", args=[task.uuid]), data).status_code == status
    client.force_login(admin)
    assert client.post(reverse("move", args=[second.uuid]), {"first": ""}).status_code == 403, (
        "not even an admin"
    )


def test_what_is_held_back_waits_for_its_person_on_every_page(
    client: Client, creator: User, admin: User, order: Order
) -> None:
    task, other = order(prompt="Waits for me"), order(prompt="Goes")
    client.force_login(creator)
    assert f"#{task.pk} waits for you. Its price stays held." in press(client, "hold", task, do="hold")
    page = queue(client, creator)
    assert [row.cells[2] for row in page.all("row") if "Goes" in row or "Waits for me" in row] == [
        "1st",
        "Held",
    ]
    assert "until Creator releases it" in page.row("Waits for me")
    card = read(client.get("/now/")).item("Waits for me")
    assert card["data-state"] == "held"
    assert "Waits for you" in card
    shown = read(client.get(task.get_absolute_url()))
    assert "It waits for Creator, who holds it back." in shown
    assert shown.button("Release")
    assert f"#{task.pk} goes when it is its turn." in press(client, "hold", task, do="release")
    assert not Task.objects.exclude(held_at=None).exists()
    Task.objects.filter(pk=other.pk).update(state=State.SENDING)
    assert f"#{other.pk} had already left." in press(client, "hold", other, do="hold")
    assert client.post(reverse("hold", args=[task.uuid]), {"do": "x"}).status_code == 400
    client.force_login(admin)
    assert client.post(reverse("hold", args=[task.uuid]), {"do": "hold"}).status_code == 403


def test_many_are_cancelled_with_one_press_and_what_has_left_goes_on(
    client: Client, creator: User, admin: User, order: Order
) -> None:
    tasks, gone = [order(prompt=f"{n}") for n in range(3)], order(prompt="gone")
    theirs = order(person=admin, prompt="Of the admin")
    page = queue(client, creator, "?who=everyone")
    boxes = [box.value for box in page.part("waiting").fields if box.get("name") == "task"]
    assert sorted(boxes) == sorted(str(t.uuid) for t in (*tasks, gone))
    assert not [box for box in page.row("Of the admin").fields if box.get("name") == "task"]
    Task.objects.filter(pk=gone.pk).update(state=State.RUNNING, accepted_at=timezone.now())
    chosen = {"task": [str(t.uuid) for t in (*tasks, gone)]}
    for _ in range(2):  # Twice is once.
        said = read(client.post(reverse("cancel-chosen"), chosen, headers=STAYS))
        assert "Cancelled 3 tasks. The 165 cr held are free again." in said
        assert "1 had already left: it goes on." in said
    Task.objects.filter(pk=gone.pk).update(state=State.FAILED)
    said = read(client.post(reverse("cancel-chosen"), chosen, headers=STAYS))
    assert "goes on" not in said, "it has ended"
    mixed = {"task": [str(gone.uuid), str(theirs.uuid)]}
    assert client.post(reverse("cancel-chosen"), mixed).status_code == 403
    assert Task.objects.get(pk=theirs.pk).state == State.QUEUED
    assert "Choose tasks that wait." in read(
        client.post(reverse("cancel-chosen"), {"task": "x"}, headers=STAYS)
    )
    page = queue(client, admin)
    assert page.row("Of the admin").has("button", f"Cancel task {theirs.pk}")


def test_only_an_admin_sets_the_hold_window_and_everybody_sees_it_run(
    client: Client, creator: User, admin: User, order: Order
) -> None:
    page = queue(client, creator)
    assert "A new order is sent as soon as it is its turn." in page
    assert not page.has("button", "Set")
    assert client.post(reverse("hold-window"), {"seconds": "9"}).status_code == 403
    client.force_login(admin)
    for typed in ("", "-1", "601", "soon", "1.5"):
        for headers in ({}, HTMX):
            answer = client.post(reverse("hold-window"), {"seconds": typed}, headers=headers)
            assert answer.status_code == 422
            field = read(answer).field("Wait before sending")
            assert (field.value, field.problem) == (
                typed,
                "Write whole seconds, from 0 to 600. 0: orders go at once.",
            )
    for _ in range(2):
        client.post(reverse("hold-window"), {"seconds": "90"})
    assert list(Audit.objects.values_list("action", "text")) == [("window", "90 s")]
    task = order(prompt="Can be changed")
    page = queue(client, creator)
    assert "A new order waits 90 s before it is sent" in page
    row = page.row("Can be changed")
    assert row.cells[3].startswith("1:")
    assert "It can be changed or cancelled for free, and goes " in row
    assert row.button(f"Send task {task.pk} now")
    assert row.button(f"Change task {task.pk}").value == "change"
    assert "1:" in read(client.get("/now/")).item("Can be changed")


def test_what_has_ended_is_put_out_of_sight_until_it_is_wanted_again(client: Client, creator: User) -> None:
    task_in(creator, State.READY, prompt="Done", ready_at=timezone.now(), changed_at=timezone.now())
    assert "Done" in queue(client, creator)
    client.post(reverse("list-ended"), {"do": "hide"})
    page = queue(Client(), creator)
    assert "Done" not in page
    assert page.heading("Finished today"), "how many there are is said"
    assert Preferences.objects.get().hides_ended
    client.post(reverse("list-ended"), {"do": "show"})
    assert "Done" in queue(client, creator)
    assert client.post(reverse("list-ended"), {"do": "x"}).status_code == 400


def test_a_task_that_was_changed_is_not_among_what_has_ended(
    client: Client, creator: User, order: Order
) -> None:
    old = order(prompt="Old words")
    made = change(old, creator)
    page = queue(client, creator)
    assert "Old words" not in page
    assert f"Changed before it was sent: #{made.pk} has taken its place." in read(
        client.get(old.get_absolute_url())
    )
    assert not line.hold(old, creator)


def test_many_rows_cost_no_more_queries(client: Client, creator: User, order: Order) -> None:
    queue(client, creator, "?who=everyone")  # The first page signs in, and reads what the others find read.
    counts = []
    for more in (2, 6):
        for n in range(more):
            line.hold(order(prompt=f"{n}"), creator)
            order(prompt=f"{n}")
        with CaptureQueriesContext(connection) as asked:
            queue(client, creator, "?who=everyone")
        counts.append(len(asked))
    assert counts[0] == counts[1]
