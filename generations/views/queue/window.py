"""The hold window as the queue shows it: for how long new orders can still be changed."""

from dataclasses import dataclass

from generations.forms.queue import HoldWindowForm
from generations.models import Runtime


@dataclass(frozen=True, kw_only=True)
class HoldWindow:
    seconds: int
    form: HoldWindowForm | None = None
    """Only set when it was submitted and refused."""

    @property
    def typed(self) -> str:
        return str(self.seconds if self.form is None else self.form["seconds"].value() or "")

    @property
    def error(self) -> str:
        return " ".join(map(str, self.form.errors.get("seconds", []))) if self.form else ""


def hold_window(runtime: Runtime, form: HoldWindowForm | None = None) -> HoldWindow:
    return HoldWindow(seconds=runtime.hold_seconds, form=form)
