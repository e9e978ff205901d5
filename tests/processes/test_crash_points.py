"""A process dies at every place where something has just become durable, or is about to; nothing is lost."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from generations import crash, pace
from generations.files import store
from generations.models import Hint, Runtime, Send, State, Task
from generations.models.send import token_hash
from generations.money import ledger
from generations.safekeeping import recovery
from generations.worker.sweep import Sweep, one_pass
from tests.processes.running import ROOT, free_port, vendor_environment
from tests.processes.ways import COPIES, KEPT, MADE, MIXED, SECOND, WAYS, Way
from tests.storm import picture
from tests.storm.fleet import Simulator
from tests.storm.oracle import findings
from tests.task_page.rows import copied
from tests.thorough import rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
FORK = multiprocessing.get_context("fork")
MET = {place: (place, way) for place, way in WAYS.items()} | {
    f"{place}, a copy": (place, way) for place, way in COPIES.items()
}
IN_SHORT = (
    "send: the intent is committed",
    "send: a task id came back",
    "send: no task id came back",
    "refresh: the charge is not committed",
    "save: the row is not committed",
    "attach: running",
    "send: what is asked is in the journal, a copy",
)
"""At each of these another part of what is durable is missing."""


def named() -> set[str]:
    """Every place in the code where a process may be told to die."""
    files = (ROOT / "generations").rglob("*.py")
    return {name for file in files for name in re.findall(r'crash\.point\("(.+?)"\)', file.read_text())}


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The service, in a process that outlives them all."""
    speed = ("--fastest", "0.05", "--slowest", "0.1")
    running = Simulator(tmp_path_factory.mktemp("kie"), free_port(), 1, vendor_environment(), speed)
    yield running
    running.stop()


@pytest.fixture
def studio(vendor: Simulator, settings: Any) -> None:
    settings.SANDBOX = False
    settings.KIE_API_KEY = "sandbox"
    settings.KIE_API_URL = settings.KIE_UPLOAD_URL = vendor.url
    settings.KIE_ALLOW_PRIVATE_HOSTS = True
    settings.PUBLIC_URL = "http://127.0.0.1:9"


def in_child(work: Callable[[], None], at: str = "") -> int:
    """Do it in a process of its own that dies at that place. How the process ended."""
    connections.close_all()

    def child() -> None:
        crash.AT = at
        work()
        connections.close_all()
        os._exit(0)

    process = FORK.Process(target=child)
    process.start()
    process.join(timeout=60)
    assert process.exitcode is not None
    return process.exitcode


def sweep_until_ended() -> None:
    """Sweep, as a worker does, until no row moves by itself any more; waits are made short."""
    ends = time.monotonic() + 40
    while time.monotonic() < ends:
        hasten()
        one_pass()
        if not (Task.objects.open().exists() or Hint.objects.filter(due_at__isnull=False)):
            return


def sweep_until(state: State) -> None:
    """Sweep until every task is there."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends and Task.objects.exclude(state=state).exists():
        one_pass()


def hasten() -> None:
    """As if the time that things wait for had passed."""
    now, long_ago = timezone.now(), timezone.now() - 2 * pace.SENDING_LIFE
    Runtime.resume()
    Task.objects.filter(state=State.SENDING).update(sent_at=long_ago)
    Task.objects.filter(state__in=[State.SENDING, State.QUEUED, State.RUNNING, State.SAVING]).update(
        due_at=now
    )
    Hint.objects.filter(due_at__isnull=False).update(due_at=now)


def the_callback(vendor: Simulator) -> None:
    """Kie tells us the ids that we do not know."""
    hashes = {token_hash(t["token"]): t["id"] for t in vendor.truth()["tasks"] if t["token"]}
    for send in Send.objects.filter(token_hash__in=hashes).select_related("task"):
        if not Task.objects.filter(task_id=hashes[send.token_hash]).exists():
            Hint.hear(send.task, hashes[send.token_hash])


def test_every_place_has_its_way() -> None:
    assert named() == {*WAYS, *COPIES, *MIXED, *SECOND, *KEPT, *MADE}


def test_the_environment_names_the_place() -> None:
    program = "from generations import crash; crash.point('there'); crash.point('here'); print('alive')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "CRASH_AT": "here"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")


@pytest.mark.parametrize("met", rows(MET, in_short=IN_SHORT))
@pytest.mark.usefixtures("studio")
def test_a_death_there_loses_nothing_and_doubles_nothing(met: str, vendor: Simulator, order: Any) -> None:
    place, way = MET[met]
    already = {task["id"] for task in vendor.truth()["tasks"]}
    task = order(way.model, prompt=way.prompt)
    vendor.break_by(program(place, way))
    if way.copy:
        assert in_child(sweep_until_ended) == 0
        task.refresh_from_db()
        copied(task)
    if place.startswith("attach"):
        assert in_child(sweep_until_ended) == 0
        the_callback(vendor)
    assert in_child(sweep_until_ended, at=place) == -signal.SIGKILL
    the_callback(vendor)
    assert in_child(sweep_until_ended) == 0
    the_callback(vendor)
    assert in_child(sweep_until_ended) == 0
    truth = vendor.truth()
    truth["tasks"] = [told for told in truth["tasks"] if told["id"] not in already]
    taken = picture.take(truth, vendor.originals)
    assert findings(taken) == []
    assert {row.state for row in taken.rows} <= set(way.ends)
    assert not list(store.root().rglob("*.part")) or place.startswith("archive")


@pytest.mark.parametrize("place", rows(SECOND, in_short=[*SECOND][:1]))
@pytest.mark.usefixtures("studio")
def test_a_death_there_forgets_neither_of_two_that_kie_took(
    place: str, vendor: Simulator, order: Any
) -> None:
    lie = {"on": "create", "fault": "accept_then_status", "code": 429, "count": 1}
    vendor.break_by({"rules": [lie]})
    task = order()
    assert in_child(sweep_until_ended) == 0
    the_callback(vendor)
    assert in_child(sweep_until_ended, at=place) == -signal.SIGKILL
    the_callback(vendor)
    assert in_child(sweep_until_ended) == 0
    second = Task.objects.get(parent=task)
    assert {task.state for task in Task.objects.all()} == {State.READY}
    assert task.person.budgets.get().spent == 110
    assert ledger.differences() == []
    assert recovery.forgotten() == []
    assert second.videos.count() == 1


@pytest.mark.parametrize("place", rows(MIXED, in_short=[*MIXED][:1]))
@pytest.mark.usefixtures("studio")
def test_a_death_there_leaves_each_id_to_its_own_task(place: str, vendor: Simulator, order: Any) -> None:
    already = {task["id"] for task in vendor.truth()["tasks"]}
    vendor.break_by({"rules": [{"on": "record", "fault": "reset"}]})
    one, two = order(), order()
    assert in_child(lambda: sweep_until(State.RUNNING)) == 0
    vendor.break_by(None)
    ids = dict(Task.objects.values_list("pk", "task_id"))
    Task.objects.filter(pk=two.pk).update(task_id=None)
    Task.objects.filter(pk=one.pk).update(task_id=ids[two.pk])
    Task.objects.filter(pk=two.pk).update(task_id=ids[one.pk])
    assert in_child(sweep_until_ended, at=place) == -signal.SIGKILL
    assert in_child(sweep_until_ended) == 0
    truth = vendor.truth()
    truth["tasks"] = [told for told in truth["tasks"] if told["id"] not in already]
    taken = picture.take(truth, vendor.originals)
    assert findings(taken) == []
    assert {row.state for row in taken.rows} == {State.READY}


def program(place: str, way: Way) -> dict[str, Any] | None:
    rules = [{"on": "create", "count": 1, **way.create}] if way.create else []
    if way.asked:
        rules.append({"on": "copy_1080p", "count": 1, **way.asked})
    return {"rules": rules} if rules else None


@pytest.mark.usefixtures("studio")
def test_a_row_that_a_dead_sweep_had_taken_is_taken_again_soon(vendor: Simulator, order: Any) -> None:
    vendor.break_by(None)
    task = order()
    assert in_child(sweep_until_ended, at="save: the file has no row") == -signal.SIGKILL
    task.refresh_from_db()
    assert task.state == State.SAVING
    assert task.due_at - timezone.now() < timedelta(seconds=31)


@pytest.mark.usefixtures("studio")
def test_a_living_sweep_keeps_the_rows_it_works_on(
    vendor: Simulator, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.break_by({"rules": [{"on": "file", "fault": "slow_first_byte", "seconds": 2.0}]})
    monkeypatch.setattr(pace, "CLAIM_LIFE", timedelta(seconds=0.9))
    task = order()
    with Sweep() as sweep:
        while task.state != State.SAVING or not sweep.busy:
            sweep.begin_due()
            sweep.settle(0.05)
            task.refresh_from_db()
        for _ in range(30):
            sweep.settle(0.05)
            assert not sweep.busy or not Task.objects.filter(pk=task.pk, state=State.SAVING).due().exists()
    task.refresh_from_db()
    assert task.state == State.READY
    assert ledger.differences() == []
