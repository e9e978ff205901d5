"""The inputs about money: a monthly limit, and what an order without a known price may hold."""

from decimal import Decimal

from django import forms


class LimitForm(forms.Form):
    limit = forms.DecimalField(
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=3,
        error_messages={
            "invalid": "Write a number, like 1500 or 104.5, or leave it empty for no limit.",
            "min_value": "A limit is 0 or more. Leave it empty for no limit.",
            "max_digits": "That is more than a limit can be.",
            "max_whole_digits": "That is more than a limit can be.",
            "max_decimal_places": "Credits have at most three decimals.",
        },
    )

    def clean_limit(self) -> Decimal | None:
        """An empty field means no limit; a missing field says nothing, and changes nothing."""
        if self.add_prefix("limit") not in self.data:
            raise forms.ValidationError("No limit came with the form, so nothing was changed. Set it again.")
        limit: Decimal | None = self.cleaned_data["limit"]
        return limit


class CapForm(forms.Form):
    cap = forms.DecimalField(
        required=False,
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
        error_messages={
            "invalid": "Write a number, like 150, or empty: nothing is ordered without a price.",
            "min_value": "It is more than 0. Leave it empty, and nothing is ordered without a price.",
            "max_digits": "That is more than an order can hold.",
            "max_whole_digits": "That is more than an order can hold.",
            "max_decimal_places": "Credits have at most three decimals.",
        },
    )

    def clean_cap(self) -> Decimal | None:
        """An empty field means none; a missing field says nothing, and changes nothing."""
        if "cap" not in self.data:
            raise forms.ValidationError("No figure came with the form, so nothing was changed. Set it again.")
        cap: Decimal | None = self.cleaned_data["cap"]
        return cap


def _limit() -> forms.DecimalField:
    return forms.DecimalField(
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=3,
        error_messages={
            "invalid": "Write a number, like 150, or leave it empty for no limit.",
            "min_value": "It is 0 or more. Leave it empty for no limit.",
            "max_digits": "That is more than an order can hold.",
            "max_whole_digits": "That is more than an order can hold.",
            "max_decimal_places": "Credits have at most three decimals.",
        },
    )


class ApprovalForm(forms.Form):
    """From which price on orders wait for a yes. Empty fields mean none; missing ones change nothing."""

    order = _limit()
    day = _limit()

    def clean(self) -> dict[str, Decimal | None]:
        for name in ("order", "day"):
            if name not in self.data:
                self.add_error(name, "No figure came with the form, so nothing was changed. Set it again.")
        return self.cleaned_data
