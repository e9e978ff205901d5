"""Review sessions: made of a view, a plan or tasks; gone through by each in their own time; and summed up."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.library.review_sessions import clips_of
from generations.models import Plan, Review, ReviewSession, Runtime, State, Task
from generations.models.review_session import MOST_CLIPS
from tests.browser.rows import fill
from tests.compare.conftest import Takes
from tests.page import Page, read
from tests.plans.conftest import press, wish
from tests.task_page.rows import VEO, add_video, queued, ready

pytestmark = pytest.mark.django_db


def made(client: Client, **what: Any) -> ReviewSession:
    answer = client.post("/sessions/", what)
    session = ReviewSession.objects.get()
    assert answer["Location"] == session.get_absolute_url()
    return session


def tasks_of(session: ReviewSession) -> list[Task]:
    return [clip.task for clip in session.clips.all()]


def opened(client: Client, session: ReviewSession, query: str = "") -> Page:
    answer = client.get(f"{session.get_absolute_url()}{query}")
    assert answer.status_code == 200
    return read(answer)


def say(client: Client, page: Page, form: str, **what: str) -> Any:
    part = page.part(form)
    return client.post(part["action"], part.sent | what)


def test_a_view_of_the_gallery_becomes_a_session_as_it_is_now(
    judge: Client, creator: User, takes: Takes
) -> None:
    silk = takes(2)
    ready(creator, VEO, prompt="Dunes")
    form = read(judge.get("/gallery/?q=silk")).part("review-these")
    session = made(judge, **form.sent)
    takes(1)
    assert tasks_of(session) == silk[::-1], "the newest first, as they were shown"
    assert session.title.startswith("“silk”, ")
    row = read(judge.get("/sessions/")).row("silk")
    assert row.cells[2:4] == ["2", "0"]


def test_tasks_and_plans_become_sessions_in_their_order(
    client: Client, creator: User, takes: Takes, planned: Callable[..., Plan]
) -> None:
    client.force_login(creator)
    three = takes(3)
    session = made(client, task=[str(task.uuid) for task in (three[1], three[2], three[0])], title="Mine")
    assert tasks_of(session) == [three[1], three[2], three[0]]
    assert session.title == "Mine"
    session.delete()
    press(planned(wish(takes=3)))
    plan = Plan.objects.get()
    rows = list(Task.objects.filter(planned__plan=plan).order_by("planned__place"))
    for task in rows[:2]:
        Task.objects.filter(pk=task.pk).update(state=State.READY)
        add_video(task)
    button = read(client.get(plan.get_absolute_url())).button("Review the clips")
    assert button
    assert tasks_of(made(client, plan=str(plan.uuid))) == rows[:2]


def test_what_makes_no_session_says_why_and_leaves_nothing(
    judge: Client, creator: User, takes: Takes
) -> None:
    fill(MOST_CLIPS + 1)
    waiting = queued(creator)
    for what, why in (
        ({"view": ""}, "takes 200 clips"),
        ({"view": "q=nothing+like+it"}, "no clip to review"),
        ({"task": str(waiting.uuid)}, f"no clip of #{waiting.pk}"),
        ({}, "no clip to review"),
    ):
        answer = judge.post("/sessions/", what | {"next": "/gallery/?q=a"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/gallery/?q=a"
        assert why in read(answer)
    for what in ({"task": str(uuid4())}, {"task": "x"}, {"plan": str(uuid4())}):
        assert judge.post("/sessions/", what).status_code == 404
    assert not ReviewSession.objects.exists()


def test_each_person_goes_on_where_they_were(
    client: Client, reviewer: User, admin: User, takes: Takes
) -> None:
    client.force_login(reviewer)
    session = made(client, task=[str(task.uuid) for task in takes(3)])
    assert "1 of 3" in opened(client, session).heading("of 3")
    assert "2 of 3" in opened(client, session).heading("of 3"), "the first has been seen"
    assert "1 of 3" in opened(client, session, "?at=1").heading("of 3")
    assert client.post(f"{session.get_absolute_url()}seen/", {"at": "3"}).status_code == 204
    assert client.post(f"{session.get_absolute_url()}seen/", {"at": "4"}).status_code == 404
    assert client.get(session.get_absolute_url())["Location"].endswith("/summary/")
    assert [clip.is_seen for clip in clips_of(session, admin)] == [False] * 3
    client.force_login(admin)
    assert "1 of 3" in opened(client, session).heading("of 3")


def test_a_verdict_goes_on_to_the_next_clip_and_stars_stay_also_without_script(
    judge: Client, reviewer: User, takes: Takes
) -> None:
    first, last = takes(2)
    session = made(judge, task=[str(first.uuid), str(last.uuid)])
    url = session.get_absolute_url()
    page = opened(judge, session)
    assert say(judge, page, "rate", stars="4")["Location"] == f"{url}?at=1"
    assert say(judge, page, "judge", verdict="approved")["Location"] == f"{url}?at=2"
    assert page.link("Next clip").href == f"{url}?at=2"
    page = opened(judge, session, "?at=2")
    assert say(judge, page, "judge", verdict="rejected")["Location"] == f"{url}summary/"
    said = Review.objects.order_by("task").select_related("task", "person")
    assert [(one.task, one.person, one.stars, one.verdict) for one in said] == [
        (first, reviewer, 4, "approved"),
        (last, reviewer, None, "rejected"),
    ]


def test_the_summary_says_who_said_what_the_best_first(
    judge: Client, reviewer: User, admin: User, takes: Takes
) -> None:
    three = takes(3)
    session = made(judge, task=[str(task.uuid) for task in three])
    Review.objects.create(task=three[2], person=reviewer, stars=5, verdict="approved")
    Review.objects.create(task=three[2], person=admin, stars=4, verdict="changes")
    Review.objects.create(task=three[1], person=admin, stars=2)
    opened(judge, session)
    page = read(judge.get(f"{session.get_absolute_url()}summary/"))
    rows = page.all("row")[1:]
    assert [row.cells[1] for row in rows] == ["4.5", "2.0", "none"]
    assert rows[0].cells[2:] == ["Changes asked", "RE Reviewer 5 of 5 Approved AD Admin 4 of 5 Changes asked"]
    assert rows[2].cells[2:] == ["open", "nobody yet"]
    assert "Reviewer saw 1." in page


def test_a_session_that_is_not_there_is_404_and_a_lost_clip_is_left_out(judge: Client, takes: Takes) -> None:
    for part in ("", "summary/"):
        assert judge.get(f"/sessions/{uuid4()}/{part}").status_code == 404
    gone, stays = takes(2)
    session = made(judge, task=[str(gone.uuid), str(stays.uuid)])
    Task.objects.filter(pk=gone.pk).update(state=State.LOST)
    assert "1 of 1" in opened(judge, session).heading("of 1")
    assert len(read(judge.get(f"{session.get_absolute_url()}summary/")).all("row")) == 2


def test_thirty_clips_cost_no_more_queries_than_three(
    judge: Client, takes: Takes, django_assert_max_num_queries: Any
) -> None:
    session = ReviewSession.make(User.objects.get(username="reviewer"), "Many", fill(30))
    for part in ("?at=1", "summary/"):
        with django_assert_max_num_queries(20):
            judge.get(f"{session.get_absolute_url()}{part}")


def test_a_summary_keeps_back_what_others_said_until_one_has_given_stars(
    client: Client, judge: Client, creator: User, reviewer: User, takes: Takes
) -> None:
    [clip, other] = takes(2)
    Review.objects.create(task=clip, person=creator, stars=5, verdict="approved")
    Review.objects.create(task=other, person=reviewer, stars=2)
    Review.objects.create(task=other, person=creator, stars=4)
    Task.objects.filter(pk__in=[clip.pk, other.pk]).update(person=User.objects.create(username="somebody"))
    Runtime.objects.update_or_create(pk=1, defaults={"rates_blind": True})
    session = made(judge, task=[clip.uuid, other.uuid])
    page = read(judge.get(f"{session.get_absolute_url()}summary/"))
    assert page.row(f"#{clip.pk}").cells[1:] == ["none", "open", "others show once you rate"]
    assert page.row(f"#{other.pk}").cells[1] == "3.0"
    client.force_login(creator)
    page = read(client.get(f"{session.get_absolute_url()}summary/"))
    assert page.row(f"#{clip.pk}").cells[1] == "5.0"


@pytest.mark.parametrize("remover", ["reviewer", "admin"])
def test_who_made_a_session_or_an_admin_removes_it_and_what_was_said_stays(
    request: pytest.FixtureRequest, judge: Client, creator: User, takes: Takes, remover: str
) -> None:
    [clip] = takes(1)
    Review.objects.create(task=clip, person=creator, stars=5)
    session = made(judge, task=[clip.uuid])
    summary, remove = f"{session.get_absolute_url()}summary/", f"{session.get_absolute_url()}remove/"
    judge.force_login(creator)
    assert "Remove this session" not in read(judge.get(summary)).main.text
    assert judge.post(remove).status_code == 403
    judge.force_login(request.getfixturevalue(remover))
    assert "Remove this session" in read(judge.get(summary)).main.text
    assert "is removed" in str(read(judge.post(remove, follow=True)).text)
    assert judge.post(remove).status_code == 404
    assert not ReviewSession.objects.exists()
    assert Review.objects.get().stars == 5
