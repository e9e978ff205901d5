"""A plan as its page shows it: each task with what is its own, and what they cost together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User

from generations import catalogue, policy
from generations.forms.plans import PlanForm
from generations.models import Plan, PlanRow, State, Task
from generations.models.plan import Stage
from generations.models.state import UNSETTLED
from generations.models.track_record import Span
from generations.orders.changing import makes, mark
from generations.orders.expansion import escaped
from generations.orders.ordering import Look, look_at
from generations.orders.waiting import waits
from generations.views.plans.sums import Sums, sums_of
from generations.wording.names import short_name
from generations.wording.obstacles import obstacle
from generations.wording.waits import why_it_waits

NOTHING = Decimal(0)
CALLED = 40
"""Characters of a prompt in the name of a control."""
CUT = 160
"""Characters of a prompt beside its own words that a row shows."""


@dataclass(frozen=True, kw_only=True)
class RowShown:
    look: Look
    refusal: str = ""
    """Why it was not taken when it was ordered just now."""
    usual: Span | None = None
    note: str = ""
    """What is known of its task beside its state."""
    written: str = ""
    """Its prompt as a person writes it, or has just written it."""

    @property
    def row(self) -> PlanRow:
        return self.look.row

    @property
    def mark(self) -> str:
        """Names the prompt that it has now: what the form says that it showed."""
        return mark(escaped(self.row.prompt))

    @property
    def task(self) -> Task | None:
        return self.row.task

    @property
    def take(self) -> str:
        return f"{self.row.take} of {self.row.takes}" if self.row.takes > 1 else "1"

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The prompt in pieces, each with whether its words are the row's own."""
        return [(text, own) for text, own in _pieces(self.row.prompt, self.row.own) if text]

    @property
    def problem(self) -> str:
        return self.refusal or self.look.problem

    @property
    def kind(self) -> str:
        """The word beside its price."""
        offer = self.look.offer
        return str(offer.basis) if offer else "unknown"

    @property
    def called(self) -> str:
        """What controls of the row are called: by its own words, or how its prompt begins, model and take."""
        own = [self.row.prompt[begin:end] for begin, end in self.row.own]
        words = own or [self.row.prompt[:CALLED]]
        return ", ".join([*filter(None, words), self.row.label, f"take {self.row.take}"])


def _pieces(prompt: str, own: Iterable[Sequence[int]]) -> Iterator[tuple[str, bool]]:
    """The prompt in pieces; what stands far from its own words is cut."""
    at = 0
    for begin, end in own:
        yield _cut(prompt[at:begin], at), False
        yield prompt[begin:end], True
        at = end
    rest = prompt[at:]
    yield (rest if len(rest) <= CUT else f"{rest[:CUT]}…"), False


def _cut(text: str, at: int) -> str:
    """What stands between own words, without its middle; before the first of them, without its beginning."""
    if len(text) <= CUT:
        return text
    return f"…{text[-CUT:]}" if at == 0 else f"{text[: CUT // 2]} … {text[-CUT // 2 :]}"


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """Everything that `plans/_plan.html` shows."""

    plan: Plan
    viewer: User
    rows: list[RowShown]
    out: list[RowShown]
    """Rows that were taken out and may come back."""
    sums: Sums
    refusal: str = ""
    said: str = ""
    lines: str = ""
    """Pasted lines that are not added yet."""
    unsent: str = ""
    """What was written in it when it could not be changed any more, to be copied."""
    models: list[tuple[str, str]] = field(default_factory=list)
    """Models on which the same prompts may be ordered too: id and label."""

    @property
    def stage(self) -> Stage:
        return self.plan.stage

    @property
    def mine(self) -> bool:
        return policy.may_order_plan(self.viewer, self.plan)

    @property
    def changes(self) -> bool:
        """Whether the viewer can change and order it now."""
        return self.mine and self.stage is Stage.PLANNED

    @property
    def steers(self) -> bool:
        """Whether the viewer may pause and cancel it."""
        return policy.may_change_plan(self.viewer, self.plan) and self.stage is Stage.ORDERED

    @property
    def repeats(self) -> bool:
        return policy.may_order(self.viewer) and self.stage in (Stage.ORDERED, Stage.DROPPED)

    @property
    def answers(self) -> bool:
        return policy.may_administer(self.viewer) and self.stage is Stage.ASKED

    @property
    def heading(self) -> str:
        count = len(self.rows)
        return f"Plan for {count} task{'' if count == 1 else 's'}"

    @property
    def count(self) -> int:
        """Of all its rows, with those that were taken out."""
        return len(self.rows) + len(self.out)

    @property
    def made_of(self) -> str:
        """“2 models × 3 prompts × 2 takes”, as far as there is more than one of each."""
        rows = [shown.row for shown in (*self.rows, *self.out)]
        counts = (
            (len({row.model_id for row in rows}), "models"),
            (len({row.prompt for row in rows}), "prompts"),
            (max((row.takes for row in rows), default=1), "takes"),
        )
        return " × ".join(f"{count} {word}" for count, word in counts if count > 1)

    @property
    def queued(self) -> int:
        return sum(shown.task is not None and shown.task.state == State.QUEUED for shown in self.rows)

    @property
    def ready(self) -> int:
        """How many of its tasks have become clips."""
        return sum(shown.task is not None and shown.task.state == State.READY for shown in self.rows)

    @property
    def cancel_words(self) -> str:
        """“Cancel 2 of 4”: what has left cannot be cancelled."""
        count = len(self.rows)
        return f"Cancel all {count}" if self.queued == count else f"Cancel {self.queued} of {count}"

    @property
    def live(self) -> bool:
        """Whether the page asks for news often."""
        if self.stage is Stage.ORDERED:
            return any(shown.task and shown.task.state in UNSETTLED for shown in self.rows)
        return self.stage is Stage.ASKED

    @property
    def cost(self) -> Decimal:
        """What its tasks have cost or hold. Credits."""
        return sum((shown.task.cost or NOTHING for shown in self.rows if shown.task), NOTHING)

    @property
    def answer(self) -> str:
        """An admin's answer as its person reads it; empty without one."""
        by = self.plan.answered_by
        if by is None:
            return ""
        said = f": “{self.plan.comment}”" if self.plan.comment else "."
        return f"{short_name(by)} said {'yes' if self.plan.approved else 'no'}{said}"


def page_of(
    viewer: User, plan: Plan, form: PlanForm | None = None, refusals: Mapping[int, str] | None = None
) -> PlanPage:
    """The plan for this person; from `form` it shows what could not be taken."""
    rows = list(plan.rows.select_related("task__person"))
    looks = [Look(row=row) for row in rows] if plan.stage is Stage.ORDERED else look_at(rows)
    standing = [look for look in looks if not look.row.taken_out]
    sums = sums_of(plan.person, standing, form.agreed if form else None)
    tasks = [look.row.task for look in standing if look.row.task]
    notes = {pk: why_it_waits(wait) for pk, wait in waits(tasks).items()}
    written = {pk: text for pk, text in form.prompts.items() if pk in refusals} if form and refusals else {}
    shown = [
        RowShown(
            look=look,
            refusal=(refusals or {}).get(look.row.pk, ""),
            usual=sums.usual.get(look.row.model_id),
            note=_note(look.row.task, notes),
            written=written.get(look.row.pk, escaped(look.row.prompt)),
        )
        for look in looks
    ]
    return PlanPage(
        plan=plan,
        viewer=viewer,
        rows=[s for s in shown if not s.row.taken_out],
        out=[s for s in shown if s.row.taken_out],
        sums=sums,
        lines=form.lines if form else "",
        unsent=_unsent(form, rows) if form and plan.stage is not Stage.PLANNED else "",
        models=_models(rows) if plan.stage is Stage.PLANNED else [],
    )


def _unsent(form: PlanForm, rows: Iterable[PlanRow]) -> str:
    """The prompts that were written and that no row has, and the lines."""
    prompts, marks = form.prompts, form.marks
    written = {pk: text for pk, text in prompts.items() if mark(text) != marks.get(pk)}
    texts = [written[row.pk] for row in rows if row.pk in written and not makes(written[row.pk], row)]
    return "\n\n".join(filter(None, [*texts, form.lines]))


def _note(task: Task | None, notes: Mapping[int, str]) -> str:
    if task is None:
        return ""
    if task.changed_into_id:
        return f"Changed into #{task.changed_into_id}, which is not part of this plan."
    return notes.get(task.pk) or obstacle(task)


def _models(rows: Iterable[PlanRow]) -> list[tuple[str, str]]:
    """Other models that can be ordered, by family."""
    here = {row.model_id for row in rows}
    others = [m for m in catalogue.models().values() if m.orderable and m.id not in here]
    return [(m.id, m.label) for m in sorted(others, key=lambda m: (m.family, m.label))]
