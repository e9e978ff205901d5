"""1080p copies: tasks whose order is a question that may be put to Kie again and again."""

import contextlib
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4, uuid5

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from generations import catalogue, orders, pace
from generations.catalogue.params import Wrong
from generations.decisions import cases, choices
from generations.kie.errors import Ambiguous, Declined, NotSent, Refusal, Refused
from generations.kie.wire import Failure, Phase, Report
from generations.models import Happened, Hint, Obstacle, Send, State, Task
from generations.money import ledger
from generations.orders import continuing, sources
from generations.safekeeping import journal, recovery
from generations.worker.steps import age, attach, refresh, send
from tests.page import read
from tests.task_page.rows import COPY, KLING, VEO, copied, ready

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://tempfile.aiquickdraw.com/copy.mp4"
KIE: Any = type("Kie", (), {"__getattr__": lambda self, name: lambda *a, **k: None})()


@pytest.fixture
def clip(creator: User) -> Task:
    return ready(creator, VEO, duration=4)


@pytest.fixture
def copy(clip: Task) -> Task:
    return copied(clip)


def fed(step: Any, answer: object) -> None:
    """Go on with this answer to the step's work."""
    next(step)
    try:
        step.throw(answer) if isinstance(answer, Exception) else step.send(answer)
    except StopIteration:
        return
    step.close()


def walk(task: Task, *answers: object) -> Task:
    """Send the copy with the first answer, then ask with each of the others."""
    fed(send(task, KIE), answers[0])
    for answer in answers[1:]:
        task.refresh_from_db()
        fed(refresh(task, KIE), answer)
    task.refresh_from_db()
    assert ledger.differences() == []
    return task


def spent(task: Task) -> tuple[int, int]:
    """What is held and what is spent, credits."""
    task.budget.refresh_from_db()
    return int(task.budget.held), int(task.budget.spent)


@pytest.mark.parametrize(
    "lost", [Ambiguous("cut"), Declined("Internal error", code=500), Ambiguous("timed out", status=502)]
)
def test_a_lost_answer_is_asked_for_again_and_never_in_doubt(copy: Task, lost: Exception) -> None:
    walk(copy, lost)
    assert (copy.state, copy.obstacle) == (State.RUNNING, Obstacle.NO_ANSWER)
    assert not orders.cancel(copy, copy.person), "Kie may have begun, so its hold cannot be given back"
    assert spent(copy) == (5, 60)
    line = journal.last_lines()[str(copy.uuid)]
    assert (line.event, line.facts["task_id"]) == (journal.ANSWER, copy.task_id)
    fed(refresh(copy, KIE), Report(phase=Phase.SUCCESS, urls=(URL,)))
    copy.refresh_from_db()
    assert (copy.state, copy.result_urls, copy.obstacle) == (State.SAVING, [URL], "")
    assert (copy.charge_credits, copy.charge_basis) == (5, "estimate")
    assert spent(copy) == (0, 65)


def test_a_process_that_died_while_it_asked_leads_to_asking_again(copy: Task) -> None:
    step = send(copy, KIE)
    next(step)
    step.close()
    Task.objects.filter(pk=copy.pk).update(sent_at=timezone.now() - 2 * pace.SENDING_LIFE)
    copy.refresh_from_db()
    age(copy)
    copy.refresh_from_db()
    assert (copy.state, copy.obstacle) == (State.RUNNING, Obstacle.ENDED)
    assert (copy.task_id or "").startswith(f"get-1080p-video?taskId={copy.values['taskId']}&index=0#")
    assert Send.objects.filter(task=copy).count() == 1, "it counts in the pace of orders"


@pytest.mark.parametrize(
    ("failure", "state", "left"),
    [
        (NotSent("refused"), State.QUEUED, (5, 60)),
        (Refused("slow", refusal=Refusal.TOO_FAST, code=429), State.QUEUED, (5, 60)),
        (Refused("record is null.", refusal=Refusal.PARAMETER, code=422), State.REFUSED, (0, 60)),
    ],
)
def test_a_plain_answer_to_the_first_question_means_what_it_means_for_every_order(
    copy: Task, failure: Exception, state: State, left: tuple[int, int]
) -> None:
    assert walk(copy, failure).state == state
    assert spent(copy) == left


def test_kies_plain_no_to_a_later_question_ends_it_and_gives_the_hold_back(copy: Task, creator: User) -> None:
    no = Report(phase=Phase.FAILED, failure=Failure(code="422", text="record result data not exist."))
    walk(copy, "id", Report(phase=Phase.PENDING), no)
    assert (copy.state, copy.failure_text) == (State.FAILED, "record result data not exist.")
    assert spent(copy) == (0, 60)
    again = orders.retry(copy, creator)
    assert (again.values, again.state) == (copy.values, State.QUEUED)


def test_it_is_asked_for_quickly_at_first_and_then_every_twenty_seconds(copy: Task, clip: Task) -> None:
    gaps = []
    for seconds in (1, 16, 100, 20 * 60):
        copy.accepted_at = timezone.now() - timedelta(seconds=seconds)
        gaps.append(pace.next_look(copy).total_seconds())
    assert gaps == [3, 20, 20, 60]
    copy.charge_basis = clip.charge_basis = "estimate"
    assert pace.look_back(copy) is None, "Kie keeps no record of it"
    assert pace.look_back(clip)


def test_one_that_takes_too_long_is_on_a_persons_page_within_a_quarter_of_an_hour(
    copy: Task, client: Client
) -> None:
    walk(copy, "id")
    Task.objects.filter(pk=copy.pk).update(accepted_at=timezone.now() - timedelta(minutes=11))
    assert cases.open_cases(Task.objects.all()) == []
    Task.objects.filter(pk=copy.pk).update(accepted_at=timezone.now() - timedelta(minutes=15))
    (case,) = cases.open_cases(Task.objects.all())
    assert (case.task, case.kind) == (copy, cases.Kind.STUCK)
    client.force_login(copy.person)
    shown = read(client.get("/queue/"))
    assert "Asking again costs nothing" in shown
    assert "Order it again" not in shown, "it would be refused: this one may still come"


def test_an_id_that_somebody_names_is_never_asked_for(copy: Task, creator: User) -> None:
    """It would order a copy of another clip that is in no book."""
    walk(copy, Refused("record is null.", refusal=Refusal.PARAMETER, code=422))
    hint = choices.paste_id(copy, creator, "get-1080p-video?taskId=other&index=0#1")
    assert list(attach(hint, KIE)) == []
    hint.refresh_from_db()
    assert (hint.due_at, hint.obstacle) == (None, Obstacle.TOO_LITTLE)
    assert Hint.objects.count() == 1


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.READY])
def test_there_is_one_copy_of_one_clip(copy: Task, clip: Task, admin: User, state: State) -> None:
    Task.objects.filter(pk=copy.pk).update(state=state)
    already = rf"#{copy.pk} is the 1080p copy of #{clip.pk} already\."
    with pytest.raises(orders.NotAdmitted, match=already):
        copied(clip, admin)
    spec = catalogue.models()[COPY]
    for values in ({"taskId": clip.task_id}, {"taskId": clip.task_id, "index": 0}):
        with pytest.raises(orders.NotAdmitted, match=already):
            orders.place_wish(clip.person, spec, values, key=uuid4())
    second = orders.place(clip.person, spec, {"taskId": clip.task_id, "index": 1})
    other = copied(ready(clip.person, VEO))
    assert second.is_open
    assert other.is_open
    Task.objects.filter(pk=copy.pk).update(state=State.CANCELLED)
    assert copied(clip).is_open


def test_the_same_wish_of_a_copy_is_one_task(clip: Task) -> None:
    spec, values, key = catalogue.models()[COPY], {"taskId": clip.task_id}, uuid4()
    task = orders.place_wish(clip.person, spec, values, key=key)
    with pytest.raises(orders.AlreadyOrdered) as known:
        orders.place_wish(clip.person, spec, values, key=key)
    assert (known.value.tasks, known.value.same) == ([task], True)


def test_what_cannot_go_on_is_refused_before_the_order(creator: User, clip: Task, copy: Task) -> None:
    spec = catalogue.models()[COPY]
    large, kling = ready(creator, VEO, resolution="1080p"), ready(creator, KLING)
    under_way = ready(creator, VEO)
    Task.objects.filter(pk=under_way.pk).update(state=State.RUNNING)
    Task.objects.filter(pk=copy.pk).update(state=State.READY, task_id="get-1080p-video?taskId=1#2")
    named = {
        large.task_id: r"takes clips of 720p\. #\d+ is in 1080p already",
        kling.task_id: "does not go on from clips of Kling",
        under_way.task_id: r"#\d+ has no clip to go on from: it is running",
        "get-1080p-video?taskId=1#2": "is a copy of another clip",
    }
    for task_id, words in named.items():
        with pytest.raises(orders.NotAdmitted, match=words):
            orders.place(creator, spec, {"taskId": task_id})
    assert orders.place(creator, spec, {"taskId": "not-ours"}).is_open, "Kie judges what is not ours"
    picture = catalogue.models()["grok-imagine/image-to-video"]
    assert continuing.unfit(picture, kling) == "", "it names a task, and goes on from no clip"
    with pytest.raises(Wrong, match="copy of another clip"):
        sources.kie_id(creator, f"#{copy.pk}")


def test_one_above_the_limit_is_not_ordered(clip: Task, creator: User) -> None:
    ledger.set_limit(creator, Decimal(60))
    with pytest.raises(orders.NotAdmitted, match="0 cr left"):
        copied(clip)
    assert not Task.objects.filter(model_id=COPY).exists()


# After a restore


def test_a_copy_that_was_being_asked_for_is_asked_for_again_after_a_restore(copy: Task) -> None:
    """The database is from before it was sent, or from before it was ordered; the journal is not."""
    walk(copy, Ambiguous("cut"))
    known = copy.task_id
    Task.objects.filter(pk=copy.pk).update(state=State.QUEUED, task_id=None, due_at=timezone.now())
    assert recovery.remember() is not None
    assert recovery.reconcile() == [copy]
    copy.refresh_from_db()
    assert (copy.state, copy.task_id) == (State.RUNNING, known)
    begun = copied(ready(copy.person, VEO))
    journal.write(journal.INTENT, begun, **journal.describe(begun), token_hash="x")
    assert recovery.reconcile() == [begun]
    begun.refresh_from_db()
    assert begun.state == State.RUNNING
    assert (begun.task_id or "").startswith(f"get-1080p-video?taskId={begun.values['taskId']}&index=0#")
    assert recovery.forgotten() == []
    assert ledger.differences() == []


def test_a_copy_of_an_old_journal_that_the_database_has_forgotten_is_asked_for(clip: Task) -> None:
    """In journals of before copies were tasks, a line of the clip says that one was asked for."""
    journal.write(journal.COPY, clip, person=clip.person.get_username())
    assert recovery.remember() is None
    assert recovery.remember() is None
    task = Task.objects.get(model_id=COPY)
    assert (task.uuid, task.person) == (uuid5(clip.uuid, "1080p copy"), clip.person)
    assert (task.state, task.values) == (State.RUNNING, {"taskId": clip.task_id})
    assert spent(task) == (5, 60)
    assert task.due_at is not None
    assert journal.last_lines().get(str(clip.uuid)) is None, "the line says nothing about the clip's order"


def test_the_file_of_a_forgotten_copy_is_taken_from_the_disk(clip: Task) -> None:
    facts = {"url": URL, "path": "videos/copy.mp4", "size": 9, "sha256": "ab"}
    journal.write(journal.COPY, clip, person=clip.person.get_username())
    journal.write(
        journal.STORED, clip, kind="result", number=0, url="https://x/clip.mp4", path="videos/c.mp4"
    )
    journal.write(journal.STORED, clip, kind="copy", number=0, **facts)
    assert recovery.remember() is None
    task = Task.objects.get(model_id=COPY)
    assert (task.state, task.result_urls, task.charge_credits) == (State.SAVING, [URL], 5)
    assert spent(task) == (0, 65)
    assert ledger.differences() == []
    kept = journal.stored(task, 0) or {}
    assert {name: kept.get(name) for name in facts} == facts
    assert (journal.stored(clip, 0) or {})["path"] == "videos/c.mp4", "its own file is still told apart"
    assert {"videos/copy.mp4", "videos/c.mp4"} <= journal.stored_paths()


def test_a_copy_that_is_a_task_already_is_not_remembered_twice(
    clip: Task, order: Callable[..., Task]
) -> None:
    Task.objects.filter(pk=copied(clip).pk).update(uuid=uuid5(clip.uuid, "1080p copy"))
    journal.write(journal.COPY, clip, person=clip.person.get_username())
    recovery.remember()
    assert Task.objects.filter(model_id=COPY).count() == 1
    assert Happened.ORDERED_THEN not in Task.objects.get(model_id=COPY).events.values_list("kind", flat=True)


def test_of_several_who_order_it_at_once_one_does(clip: Task, creator: User, admin: User) -> None:
    together, said = threading.Barrier(4), []

    def order_it(person: User) -> None:
        together.wait()
        try:
            said.append(str(copied(clip, person)))
        except orders.NotAdmitted as refusal:
            said.append(str(refusal))
        connections.close_all()

    threads = [threading.Thread(target=order_it, args=(who,)) for who in (creator, admin) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = Task.objects.get(model_id=COPY)
    assert sorted(said)[-3:] == [f"Not sent: #{made.pk} is the 1080p copy of #{clip.pk} already."] * 3
    assert ledger.differences() == []


def test_it_is_ordered_from_the_shell_by_our_number(clip: Task, capsys: Any) -> None:
    told = []
    for _ in range(2):
        with contextlib.suppress(SystemExit, CommandError):
            call_command("generate", COPY, "--set", f"taskId=#{clip.pk}", "--user", clip.person.username)
        told.append(json.loads(capsys.readouterr().out))
    made = Task.objects.get(model_id=COPY)
    assert (told[0]["id"], told[0]["quote"]) == (str(made.uuid), 5)
    assert told[1]["quote"] is None
    assert f"#{made.pk} is the 1080p copy of #{clip.pk} already." in told[1]["error"]
