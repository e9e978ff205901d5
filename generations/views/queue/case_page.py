"""A case as shown on a page: what is known, what it may cost, and the ways out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse

from generations import policy
from generations.decisions import cases
from generations.decisions.cases import Case, Kind
from generations.models import Hint, Obstacle, State, Task
from generations.money import clues
from generations.wording import evidence
from generations.wording.evidence import Fact
from generations.wording.names import short_name

HEADINGS = {
    Kind.UNCONFIRMED: "Was it sent? We cannot know.",
    Kind.NO_FILE: "Done, but Kie names no file",
    Kind.HOST: "Its file lies at an unknown host",
    Kind.FILE: "Paid, not on our disk",
    Kind.STUCK: "Takes very long",
    Kind.UNSENT: "It cannot be sent as it is",
    Kind.VANISHED: "Its file has vanished from our disk",
}

WITHOUT_RESULT = (Kind.UNCONFIRMED, Kind.UNSENT)
"""As far as we know, there is nothing at Kie that could be given up."""


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything that `queue/_case.html` shows."""

    task: Task
    kind: Kind
    sentence: str
    words: str
    """What was seen, verbatim."""
    facts: Sequence[Fact]
    cost: str
    given_up: str
    """What marking it as lost means."""
    may_settle: bool
    may_give_up: bool
    asks: bool
    """Whether an id of this task is being checked."""
    probably_not_sent: bool = False
    """Kie answered with an error and took nothing: see clues.untouched."""
    suggested: str = ""
    back: str = ""
    """The page to which the choices return."""
    form: Any = None
    """The form with input that could not be accepted."""
    polls: bool = False

    @property
    def heading(self) -> str:
        return HEADINGS[self.kind]

    @property
    def happened(self) -> str:
        words = {
            State.QUEUED: "ordered",
            State.RUNNING: "taken by Kie",
            State.SAVING: "finished",
            State.READY: "stored",
        }
        return words.get(State(self.task.state), "sent")

    @property
    def when(self) -> datetime | None:
        match self.task.state:
            case State.QUEUED:
                return self.task.created_at
            case State.RUNNING:
                return self.task.accepted_at
            case State.SAVING:
                return self.task.finished_at
            case State.READY:
                return self.task.ready_at
        return self.task.sent_at

    @property
    def takes_id(self) -> bool:
        return self.kind is Kind.UNCONFIRMED

    @property
    def closes(self) -> bool:
        return self.task.state == State.UNCONFIRMED

    @property
    def saves(self) -> bool:
        return self.task.state in (State.SAVING, State.READY)

    @property
    def cancels(self) -> bool:
        return self.task.state == State.QUEUED

    @property
    def edit_url(self) -> str:
        """The order form with the values of a task that cannot be sent as it is; empty without its model."""
        return self.task.reuse_url if self.cancels else ""

    @property
    def looks(self) -> bool:
        return self.task.state == State.RUNNING

    @property
    def orders_again(self) -> bool:
        free = self.task.state not in (State.QUEUED, State.SENDING, State.READY)
        return free and self.task.spec is not None and not self.task.is_asked

    @property
    def settlers(self) -> str:
        """Who can settle the case, for users who may not."""
        return f"{short_name(self.task.person)} or an admin settles this."

    @property
    def typed_id(self) -> str:
        typed = self.form["task_id"].value() if self._has("task_id") else ""
        return typed or self.suggested

    @property
    def id_error(self) -> str:
        return self._error("task_id")

    @property
    def typed_reason(self) -> str:
        return self.form["reason"].value() or "" if self._has("reason") else ""

    @property
    def reason_error(self) -> str:
        return self._error("reason")

    @property
    def poll_url(self) -> str:
        return f"{reverse('case', args=[self.task.uuid])}?{urlencode({'next': self.back})}"

    @property
    def again_url(self) -> str:
        return f"{reverse('choose', args=[self.task.uuid, 'again'])}?{urlencode({'next': self.back})}"

    @property
    def twice(self) -> str:
        return evidence.twice(self.task)

    def _has(self, name: str) -> bool:
        return self.form is not None and name in self.form.fields

    def _error(self, name: str) -> str:
        return " ".join(map(str, self.form.errors.get(name, []))) if self._has(name) else ""


def case_pages(found: Sequence[Case], person: User, back: str) -> list[CasePage]:
    """The cases for the queue: the clues for all of them are looked up together."""
    doubtful = [case.task for case in found if case.kind is Kind.UNCONFIRMED]
    falls, quiet = clues.falls(doubtful), clues.untouched(doubtful)
    return [
        _case_page(case, person, falls.get(case.task.pk), quiet.get(case.task.pk), back) for case in found
    ]


def case_page_of(task: Task, person: User, back: str, *, form: Any = None) -> CasePage | None:
    """The case for a page of its own, which polls for news; None when the task is no case."""
    case = cases.case_of(task)
    if case is None:
        return None
    it = case_pages([case], person, back)[0]
    return replace(it, form=form, polls=it.asks)


def _case_page(
    case: Case, person: User, fall: clues.Fall | None, quiet: clues.Untouched | None, back: str
) -> CasePage:
    task = case.task
    hints = list(task.hints.all())
    sentence, words = evidence.seen(case)
    gone = cases.time_left(task) <= timedelta(0)
    return CasePage(
        task=task,
        kind=case.kind,
        sentence=sentence,
        words=words,
        facts=list(evidence.facts(case, fall, hints, quiet)),
        probably_not_sent=quiet is not None,
        cost=evidence.cost(case),
        given_up=evidence.given_up(case),
        may_settle=policy.may_change(person, task),
        may_give_up=gone and case.kind not in WITHOUT_RESULT and policy.may_administer(person),
        asks=any(hint.due_at for hint in hints),
        suggested=next((h.kie_id for h in hints if _wants_a_person(h)), ""),
        back=back,
    )


def _wants_a_person(hint: Hint) -> bool:
    """A callback named the id, and only a person's confirmation is missing."""
    return hint.person_id is None and hint.due_at is None and hint.obstacle == Obstacle.NO_TOKEN
