"""Above which price orders of creators wait for an admin's yes: shown to all, set by admins."""

from collections.abc import Sequence
from dataclasses import dataclass

from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.forms.credits import ApprovalForm


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    label: str
    typed: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Approval:
    """What `credits/_approval.html` shows."""

    limits: Limits
    form: ApprovalForm
    """Bound only when it was submitted and refused."""

    @property
    def words(self) -> str:
        return self.limits.words

    @property
    def fields(self) -> Sequence[Field]:
        return [self._field("order", "One order or plan"), self._field("day", "All orders of a day")]

    def _field(self, name: str, label: str) -> Field:
        now = getattr(self.limits, name)
        typed = (
            str(self.form[name].value() or "") if self.form.is_bound else "" if now is None else f"{now:f}"
        )
        error = " ".join(map(str, self.form.errors.get(name, [])))
        return Field(name=name, label=label, typed=typed, error=error)


def approval(form: ApprovalForm | None = None) -> Approval:
    return Approval(limits=approvals.limits(), form=form or ApprovalForm())
