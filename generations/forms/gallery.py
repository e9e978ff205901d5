"""The query parameters of the gallery."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from generations import catalogue
from generations.library.narrowing import LABELS, Opinion
from generations.library.search import Filter, Shown
from generations.models import Task

SEARCH = 200
"""Maximum length of a search in characters."""


class FilterForm(forms.Form):
    """The gallery’s filters. An invalid value filters nothing; an impossible search gets a message."""

    q = forms.CharField(required=False)
    person = forms.ModelChoiceField(User.objects.all(), required=False)
    model = forms.CharField(required=False, max_length=120)
    state = forms.ChoiceField(choices=Shown.choices, required=False)
    verdict = forms.ChoiceField(choices=Opinion.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in LABELS.items():
            self.fields[name] = forms.ChoiceField(choices=choices.choices, required=False)
        self.fields["from"] = forms.DateField(required=False, validators=[_near])
        self.fields["to"] = forms.DateField(required=False, validators=[_near])

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if refusal := too_long(words):
            raise ValidationError(refusal)
        return words

    def clean_model(self) -> str:
        model: str = self.cleaned_data["model"]
        if model and not catalogue.find(model) and not Task.objects.filter(model_id=model).exists():
            raise ValidationError("No task was made with this model.")
        return model

    def sensible(self) -> dict[str, Any]:
        """The valid values, by name; the others are left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def too_long(words: str) -> str:
    """Why so long a search is refused; empty when it is not."""
    more = len(words) - SEARCH
    if more <= 0:
        return ""
    return f"A search takes {SEARCH} characters, this is {len(words):,}. Shorten it by {more:,}."


def filter_of(query: Mapping[str, Any]) -> Filter:
    """The filter for a query string."""
    form = FilterForm(query)
    values = form.sensible()
    if refused := form.errors.get("q"):
        values |= {"q": form["q"].value(), "refusal": refused[0]}
    dates = {"since": values.pop("from", None), "until": values.pop("to", None)}
    return Filter(**values, **dates)


def _near(day: date) -> None:
    if not 2000 <= day.year <= 2100:
        raise ValidationError("No clip is of that year.")
