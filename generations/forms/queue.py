"""The inputs of the queue: how long new orders can still be changed."""

from django import forms

from generations.models.in_line import MOST_HELD

LIMITS = f"Write whole seconds, from 0 to {MOST_HELD}. 0: orders go at once."


class HoldWindowForm(forms.Form):
    seconds = forms.IntegerField(
        min_value=0,
        max_value=MOST_HELD,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), LIMITS),
    )
