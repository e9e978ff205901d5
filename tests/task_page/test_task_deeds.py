"""What can be done on the task page, by whom, and how one moves on from it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import catalogue, orders, policy
from generations.models import Entry, Obstacle, State, Task
from generations.models.obstacle import held_up
from generations.money import ledger
from tests.page import read
from tests.task_page.rows import COPY, VEO, failed, person, queued, ready, shown

pytestmark = pytest.mark.django_db


def test_cancel_releases_the_hold(as_author, author):
    task = queued(author)
    answer = as_author.post(f"{task.get_absolute_url()}cancel/", follow=True)
    task.refresh_from_db()
    assert task.state == State.CANCELLED
    assert "55 cr held are free again" in read(answer)


def test_cancelling_twice_is_told_as_one_cancelling(as_author, author):
    task = queued(author)
    for _ in range(2):
        answer = as_author.post(f"{task.get_absolute_url()}cancel/", follow=True)
        assert "55 cr held are free again" in read(answer)
    assert task.entries.filter(kind="release").count() == 1


def test_what_has_left_cannot_be_cancelled(as_author, author):
    task = queued(author)
    Task.objects.filter(pk=task.pk).update(state=State.SENDING)
    answer = as_author.post(f"{task.get_absolute_url()}cancel/", follow=True)
    assert "had already left" in read(answer)


def test_a_form_that_stays_where_it_is_gets_the_toasts_alone(as_author, author):
    task = queued(author)
    answer = as_author.post(f"{task.get_absolute_url()}cancel/", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200
    assert read(answer).text.count("free again") == 1
    assert not read(answer).has("main")


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [("/queue/", "/queue/"), ("https://evil.example/", None), ("//evil.example", None), ("", None)],
)
def test_next_leads_to_a_page_of_ours_only(as_author, author, wanted, leads_to):
    task = queued(author)
    answer = as_author.post(f"{task.get_absolute_url()}cancel/", {"next": wanted})
    assert answer.status_code == 302
    assert answer["Location"] == (leads_to or task.get_absolute_url())


def test_htmx_is_sent_on(as_author, author):
    task = queued(author)
    answer = as_author.post(
        f"{task.get_absolute_url()}cancel/", {"next": "/queue/"}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == "/queue/"


def test_retry_is_a_new_task_with_a_parent(as_author, author):
    task = failed(author)
    answer = as_author.post(f"{task.get_absolute_url()}retry/")
    again = task.retries.get()
    assert answer["Location"] == again.get_absolute_url()
    assert shown(as_author, again).link(f"#{task.pk}").href == task.get_absolute_url()
    assert shown(as_author, task).link(f"#{again.pk}").href == again.get_absolute_url()


def test_two_clicks_on_retry_are_one_order(as_author, author):
    task = failed(author)
    answers = [as_author.post(f"{task.get_absolute_url()}retry/") for _ in range(3)]
    assert task.retries.count() == 1
    assert {answer["Location"] for answer in answers} == {task.retries.get().get_absolute_url()}


def test_one_question_to_retry_is_answered_once_whenever_and_by_whomever(client, as_author, author):
    task = failed(author)
    url = f"{task.get_absolute_url()}retry/"
    as_author.post(url, {"turn": "0"})
    task.retries.update(created_at=timezone.now() - timedelta(hours=3))
    as_author.post(url, {"turn": "0"})
    client.force_login(person("boss", "Boss", policy.Role.ADMIN))
    answer = client.post(url, {"turn": "0"})
    assert answer["Location"] == task.retries.get().get_absolute_url()


def test_a_new_question_to_retry_is_a_new_order(as_author, author):
    task = failed(author)
    url = f"{task.get_absolute_url()}retry/"
    assert shown(as_author, task).sent["turn"] == ["0"]
    as_author.post(url, {"turn": "0"})
    assert shown(as_author, task).sent["turn"] == ["1"]
    as_author.post(url, {"turn": "1"})
    assert task.retries.count() == 2


@pytest.mark.parametrize("turn", ["", "x", "-1", "7", "9" * 30, "²"])
def test_nonsense_about_the_question_orders_once_at_most(as_author, author, turn):
    task = failed(author)
    for _ in range(2):
        as_author.post(f"{task.get_absolute_url()}retry/", {"turn": turn})
    assert task.retries.count() <= 1


def test_retry_without_budget_says_why(as_author, author):
    task = failed(author)
    ledger.set_limit(author, Decimal(10))
    answer = as_author.post(f"{task.get_absolute_url()}retry/", follow=True)
    assert "Not sent" in read(answer)
    assert not task.retries.exists()


@pytest.mark.parametrize("deed", ["cancel", "retry"])
def test_only_the_owner_and_admins_may_change_a_task(client, author, colleague, judge, deed):
    task = queued(author)
    for other in (colleague, judge):
        client.force_login(other)
        assert client.post(f"{task.get_absolute_url()}{deed}/").status_code == 403
    assert client.get(f"{task.get_absolute_url()}{deed}/").status_code == 405
    client.force_login(person("boss", "Boss", policy.Role.ADMIN))
    assert client.post(f"{task.get_absolute_url()}{deed}/").status_code == 302


def test_a_1080p_copy_is_ordered_with_one_press_waited_for_and_linked(as_author, author, client, colleague):
    task = ready(author, VEO)
    block = shown(as_author, task).part("continue")
    assert "5 cr" in block.button("1080p copy")
    address, wish = f"{task.get_absolute_url()}continue/{COPY}/", {"turn": "0"}
    headers = {"HX-Request": "true", "HX-Target": "continue"}
    for _ in range(2):
        answer = as_author.post(address, wish, headers=headers)
        assert answer.status_code == 200
    copy = Task.objects.get(model_id=COPY)
    block = read(answer).part("continue")
    assert block["hx-trigger"] == "every 5s"
    assert block.link(f"#{copy.pk}").href == copy.get_absolute_url()
    assert "balance" in answer["HX-Trigger"]
    assert (copy.person, copy.values, copy.quote_credits) == (author, {"taskId": task.task_id, "index": 0}, 5)
    assert Entry.objects.get(task=copy).kind == "hold"
    client.force_login(colleague)
    refused = client.post(address, wish, headers=headers)
    assert refused.status_code == 422
    assert f"#{copy.pk} is the 1080p copy of #{task.pk} already." in read(refused)
    assert f"#{copy.pk} is the 1080p copy" in read(client.post(address, wish, follow=True))
    Task.objects.filter(pk=copy.pk).update(**held_up(Obstacle.NO_ANSWER, {"text": "1080P <odd>"}))
    assert "1080P <odd>" in shown(as_author, task, **headers)
    page = shown(as_author, copy)
    assert page.link(f"#{task.pk}").href == task.get_absolute_url()


def test_only_what_needs_no_choice_is_ordered_with_one_press(as_author, author):
    task = ready(author, VEO)
    for model in ("veo-extend", "nothing"):
        assert as_author.post(f"{task.get_absolute_url()}continue/{model}/").status_code == 404
    kling = ready(author)
    headers = {"HX-Request": "true", "HX-Target": "continue"}
    answer = as_author.post(f"{kling.get_absolute_url()}continue/{COPY}/", headers=headers)
    assert answer.status_code == 422
    assert "does not go on from clips of Kling" in read(answer)
    assert not Task.objects.filter(model_id=COPY).exists()
    without_script = as_author.post(f"{task.get_absolute_url()}continue/{COPY}/", follow=True)
    assert read(without_script).link(f"#{Task.objects.get(model_id=COPY).pk}")


def test_reviewers_see_no_buttons_that_spend(client, author, judge):
    task = ready(author, VEO)
    client.force_login(judge)
    page = shown(client, task)
    assert page.button("Send"), "the comment, which costs nothing"
    assert "Remix" not in page
    assert not page.having("hx-target", "#continue")
    assert "Retry" not in shown(client, failed(author))


def test_neighbours_stay_in_the_filter(as_author, author, colleague):
    first, hers, middle, last = ready(author), ready(colleague), ready(author), ready(author)
    page = shown(as_author, middle, f"?person={author.pk}")
    assert page.link("Older").href == f"{first.get_absolute_url()}?person={author.pk}"
    assert page.link("Newer").href == f"{last.get_absolute_url()}?person={author.pk}"
    assert shown(as_author, middle).link("Older").href == hers.get_absolute_url()
    back = page.one("navigation", "Where you are").link("Gallery").href
    assert re.fullmatch(rf"/gallery/\?person={author.pk}&upto=[^&]+#shot-{middle.uuid}", back)
    assert not shown(as_author, last).has("link", "Newer")


@pytest.mark.parametrize(
    "query", ["?person=x&from=0&file=%00&before=x&state=x", "?q=%00&verdict=x&file=" + "x" * 999]
)
def test_nonsense_is_no_error(as_author, author, query):
    shown(as_author, ready(author), query)


def test_who_may_look(client, as_author, author):
    task = ready(author)
    assert as_author.get("/tasks/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert as_author.get("/tasks/nonsense/").status_code == 404
    assert Client().get(task.get_absolute_url()).status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(task.get_absolute_url()).status_code == 403


def test_the_page_takes_a_fixed_number_of_queries(
    as_author, author, colleague, judge, django_assert_max_num_queries
):
    task = ready(author)
    for who in (author, colleague, judge):
        task.reviews.create(person=who, stars=3)
        for _ in range(5):
            task.comments.create(person=who, text="Yes", second=1)
    for _ in range(3):
        orders.place(author, catalogue.models()[task.model_id], task.values, parent=task)
    with django_assert_max_num_queries(36):
        shown(as_author, task)


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.RUNNING, State.SENDING, State.READY])
def test_retry_is_only_for_what_ended_badly(as_author, author, state):
    """Ordering an unconfirmed task again may be paid twice: that is asked for on its case, with a warning."""
    task = ready(author)
    Task.objects.filter(pk=task.pk).update(state=state, task_id=None)
    as_author.post(f"{task.get_absolute_url()}retry/")
    assert Task.objects.count() == 1
