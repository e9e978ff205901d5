"""What a person writes and presses in a plan, and an admin's answer to one."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.http import QueryDict

from generations.forms.lines import wishes_of
from generations.models import Plan
from generations.numbers import whole
from generations.orders.expansion import Unclear
from generations.orders.plans import Wish

LONG_COMMENT = 500
MOST = Decimal(10) ** 12
"""Credits: no plan costs more."""
PROMPT = "prompt-"
"""Fields of prompts are named by it and their row."""
WAS = "was-"
"""And those of what stood in them before."""


class PlanForm:
    """The form around a plan's rows: what stands in it, and which button was pressed."""

    def __init__(self, plan: Plan, data: QueryDict) -> None:
        self.plan, self.data = plan, data

    @property
    def pressed(self) -> str:
        """“out” and “back” name a row, “do” says anything else; empty: only what was written is kept."""
        named = next((name for name in ("out", "back") if name in self.data), "")
        return named or self.data.get("do", "")

    @property
    def row(self) -> int:
        """The row that was pressed; 0 is none."""
        return whole(self.data.get(self.pressed, "")) or 0

    @property
    def rows(self) -> set[int]:
        """The rows that its person sees standing."""
        return {pk for text in self.data.getlist("row") if (pk := whole(text)) is not None}

    @property
    def had(self) -> int | None:
        """How many rows its person sees, with those that were taken out; None: it does not say."""
        return whole(self.data.get("had", ""))

    @property
    def prompts(self) -> dict[int, str]:
        """By row: its prompt as it stands in the form."""
        return {pk: _plain(text) for pk, text in self._by_row(PROMPT).items()}

    @property
    def marks(self) -> dict[int, str]:
        """By row: the mark of what stood there before anybody wrote in the form."""
        return self._by_row(WAS)

    def _by_row(self, begin: str) -> dict[int, str]:
        """What fields named by this and a row hold."""
        named = {whole(name.removeprefix(begin)): name for name in self.data if name.startswith(begin)}
        return {pk: str(self.data[name]) for pk, name in named.items() if pk is not None}

    @property
    def total(self) -> Decimal:
        """The total that its person sees. Raises Unclear."""
        found = _amount(self.data.get("total", ""))
        if found is None:
            raise Unclear("Nothing was ordered: the form came without its total. This is how it is now.")
        return found

    @property
    def agreed(self) -> Decimal | None:
        """What each task may hold whose price is not known; None: nothing was ticked."""
        return _amount(self.data.get("without_price", ""))

    @property
    def model(self) -> str:
        return self.data.get("model", "").replace("\0", "")

    @property
    def lines(self) -> str:
        return _plain(self.data.get("lines", ""))

    def wishes(self) -> list[Wish]:
        """What the pasted lines ask for, beside the plan's first row. Raises Unclear."""
        return wishes_of(self.lines, self.plan)


class AnswerForm(forms.Form):
    """An admin's answer to what was asked at the moment `asked`."""

    asked = forms.DateTimeField(
        error_messages=dict.fromkeys(
            ("invalid", "required"), "Nothing was ordered: the form does not say what it answers."
        ),
    )
    total = forms.DecimalField(
        min_value=Decimal(0),
        max_value=MOST,
        error_messages=dict.fromkeys(
            ("invalid", "required", "min_value", "max_value"), "Nothing was ordered: its total is missing."
        ),
    )
    comment = forms.CharField(
        required=False,
        max_length=LONG_COMMENT,
        error_messages={
            "max_length": "A comment takes 500 characters. This is %(show_value)s: shorten it.",
            "null_characters_not_allowed": "The comment has characters that cannot be kept.",
        },
    )

    @property
    def asked_at(self) -> datetime:
        moment: datetime = self.cleaned_data["asked"]
        return moment

    @property
    def seen(self) -> Decimal:
        """The total that the admin sees."""
        return Decimal(self.cleaned_data["total"])

    @property
    def said(self) -> str:
        return str(self.cleaned_data["comment"])

    @property
    def why(self) -> str:
        """What is wrong with it, as one text."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip() or "NaN")
    except ArithmeticError:
        return None
    return amount if amount.is_finite() and 0 <= amount <= MOST else None
