"""Cases, derived from the rows: what a machine must not decide and a person has to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Prefetch, Q
from django.utils import timezone

from generations import pace, policy
from generations.library.durations import usual_times
from generations.models import Hint, Obstacle, State, Task, Video
from generations.models.state import UNSETTLED
from generations.models.task import KEPT_BY_KIE, TaskQuerySet

STUCK_FACTOR = 4
STUCK_AT_LEAST = timedelta(minutes=10)
UNKNOWN_USUAL = 300
"""Assumed upper bound in seconds for a model without history."""
AFTER_A_PROBLEM = timedelta(minutes=5)
"""How long a file may fail to save, or a send remain unfinished, before a person is shown it."""
WITHOUT_A_WORD = timedelta(minutes=15)
"""The same for a file that is not saved although no problem was recorded."""
TRIED_OFTEN = 4
"""This many tries of a send take about a minute and a half (pace.BACK_OFF)."""
WARNINGS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


class Kind(StrEnum):
    """Why a task needs a person."""

    UNCONFIRMED = "unconfirmed"
    NO_FILE = "no file"
    HOST = "host"
    FILE = "file"
    STUCK = "stuck"
    UNSENT = "unsent"
    VANISHED = "vanished"


@dataclass(frozen=True, kw_only=True)
class Case:
    task: Task
    kind: Kind
    usual: int | None = None
    """For a stuck task: the usual maximum in seconds for its model; None when unknown."""

    @property
    def waits(self) -> Task | Video:
        """What is unfinished and retried: the task or, if it is stored, its missing file."""
        missing = self.task.videos.missing().first() if self.kind is Kind.VANISHED else None
        return missing or self.task

    @property
    def unknown_host(self) -> str:
        """The host of its file if it is not an allowed one; empty when something else holds it up."""
        waits = self.waits
        return str(waits.obstacle_facts.get("host", "")) if waits.obstacle == Obstacle.HOST else ""


def open_cases(tasks: TaskQuerySet) -> list[Case]:
    """The tasks among these that need a person, with their hints; those with the least time left first."""
    hints = Prefetch("hints", Hint.objects.select_related("person").order_by("heard_at", "id"))
    rows = [
        task
        for query in _candidates(tasks)
        for task in query.select_related("person").prefetch_related(hints)
    ]
    return sorted(_judged(rows), key=lambda case: (kept_until(case.task), case.task.pk))


def count_open(tasks: TaskQuerySet) -> int:
    """How many of the tasks need a person; cheap enough to run on every page."""
    fields = (
        "state",
        "obstacle",
        "result_urls",
        "model_id",
        "changed_at",
        "accepted_at",
        "sent_at",
    )
    return len(_judged([task for query in _candidates(tasks) for task in query.only(*fields)]))


def to_settle(person: policy.Person) -> TaskQuerySet:
    """The tasks whose cases a person may settle."""
    tasks = policy.visible_tasks(person)
    if policy.may_administer(person):
        return tasks
    return tasks.filter(person_id=person.pk) if policy.may_order(person) else tasks.none()


def _candidates(tasks: TaskQuerySet) -> tuple[TaskQuerySet, TaskQuerySet]:
    """A slight superset of the cases: two queries on indexes, for unsettled tasks and for files in need.

    For running tasks, only the usual time of their model decides. The second query runs only when such files
    exist.
    """
    now = timezone.now()
    unsaved = ~Q(obstacle="") & Q(changed_at__lt=now - AFTER_A_PROBLEM) | Q(
        changed_at__lt=now - WITHOUT_A_WORD
    )
    unsettled = tasks.filter(
        Q(state=State.UNCONFIRMED)
        | Q(_never_goes(), state=State.QUEUED)
        | Q(state=State.SENDING, sent_at__lt=now - pace.SENDING_LIFE - AFTER_A_PROBLEM)
        | Q(state=State.RUNNING, accepted_at__lt=now - STUCK_AT_LEAST)
        | Q(unsaved, state=State.SAVING),
        state__in=UNSETTLED,
    )
    gone = Video.objects.missing().filter(missing_since__lt=now - AFTER_A_PROBLEM).order_by()
    return unsettled, tasks.filter(pk__in=list(gone.values_list("task", flat=True)), state=State.READY)


def _never_goes() -> Q:
    """Queued tasks no longer tried, or stopped each time by our side or by Kie's refusal of an image."""
    ours = Q(obstacle__in=[Obstacle.BROKE, Obstacle.UNREADABLE])
    refused = Q(obstacle=Obstacle.UPLOAD, obstacle_facts__has_key="text")
    return Q(due_at=None) | Q(ours | refused, attempts__gte=TRIED_OFTEN)


def _judged(tasks: list[Task]) -> list[Case]:
    usual = usual_times({t.model_id for t in tasks if t.state == State.RUNNING})
    found = ((task, usual.get(task.model_id, (0, None))[1]) for task in tasks)
    return [Case(task=t, kind=kind, usual=time) for t, time in found if (kind := _kind(t, time))]


def case_of(task: Task) -> Case | None:
    """The task as a case; None while the worker can still make progress with it."""
    return next(iter(open_cases(Task.objects.filter(pk=task.pk))), None)


def _kind(task: Task, usual: int | None) -> Kind | None:
    match task.state:
        case State.QUEUED:
            return Kind.UNSENT
        case State.UNCONFIRMED | State.SENDING:
            return Kind.UNCONFIRMED
        case State.SAVING if not task.result_urls:
            return Kind.NO_FILE
        case State.SAVING:
            return Kind.HOST if task.obstacle == Obstacle.HOST else Kind.FILE
        case State.READY:
            return Kind.VANISHED
        case _:
            return Kind.STUCK if _is_stuck(task, usual) else None


def _is_stuck(task: Task, usual: int | None) -> bool:
    """Running for more than four times the usual time, and at least ten minutes."""
    if task.state != State.RUNNING or task.accepted_at is None:
        return False
    limit = max(timedelta(seconds=STUCK_FACTOR * (usual or UNKNOWN_USUAL)), STUCK_AT_LEAST)
    return timezone.now() - task.accepted_at > limit


def kept_until(task: Task) -> datetime:
    """Until when, at least, Kie keeps the result."""
    if task.state in (State.SAVING, State.READY):
        ended = task.finished_at or task.changed_at
        return max(ended, task.sent_at or ended) + KEPT_BY_KIE
    return (task.sent_at or task.changed_at) + KEPT_BY_KIE


def time_left(task: Task) -> timedelta:
    """How long Kie still keeps the result; negative when it is gone."""
    return kept_until(task) - timezone.now()


def warning(task: Task) -> timedelta | None:
    """The shortest of 7, 3 and 1 days that exceeds the time left."""
    return next((limit for limit in WARNINGS if time_left(task) < limit), None)
