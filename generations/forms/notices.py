"""How a person wants to be told that a task has ended."""

from django import forms

from generations.models import Preferences


class NoticesForm(forms.Form):
    """A box that is not ticked is not sent: `ways` names those that the form shows."""

    notifies = forms.BooleanField(required=False)
    sounds = forms.BooleanField(required=False)

    @classmethod
    def of(cls, chosen: Preferences) -> "NoticesForm":
        """The form with what is chosen."""
        return cls(initial={name: getattr(chosen, name) for name in cls.base_fields})

    @property
    def shown(self) -> list[str]:
        """The names of the ways that the form shows."""
        return list(self.data.getlist("ways")) if hasattr(self.data, "getlist") else []

    @property
    def chosen(self) -> dict[str, object]:
        """What the form sets: each way that it shows."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.shown}
