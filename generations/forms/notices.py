"""How a person wants to be told, and of what."""

from django import forms
from django.contrib.auth.models import User

from generations.models import Preferences
from generations.models.preferences import Digest, Notice

WAYS = ("notifies", "sounds", "digest")


class NoticesForm(forms.Form):
    """A box that is not ticked is not sent: `ways` names those that the form shows."""

    notifies = forms.BooleanField(required=False)
    sounds = forms.BooleanField(required=False)
    digest = forms.ChoiceField(choices=Digest.choices, required=False)
    wanted = forms.MultipleChoiceField(choices=Notice.choices, required=False)
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={"invalid": "Write an address, such as mara@example.com."},
    )

    @classmethod
    def of(cls, chosen: Preferences) -> "NoticesForm":
        """The form with what is chosen."""
        ways = {name: getattr(chosen, name) for name in WAYS}
        return cls(initial=ways | {"email": chosen.person.email, "wanted": chosen.wanted})

    def clean(self) -> dict[str, object]:
        given = self.cleaned_data
        if given.get("digest") and not given.get("email") and not self.has_error("email"):
            self.add_error("email", "Write the address to which the mail goes, or choose Never.")
        return given

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """Each kind of notice: its value, its words, and whether it is wanted."""
        wanted = set(self["wanted"].value() or ())
        return [(value, word, value in wanted) for value, word in Notice.choices]

    @property
    def shown(self) -> list[str]:
        """The names of the ways that the form shows."""
        return list(self.data.getlist("ways")) if hasattr(self.data, "getlist") else []

    @property
    def chosen(self) -> dict[str, object]:
        """What the form sets: each way that it shows."""
        ways: dict[str, object] = {name: self.cleaned_data[name] for name in WAYS if name in self.shown}
        if "wanted" in self.shown:
            ways["unwanted"] = [
                notice for notice in Notice.values if notice not in self.cleaned_data["wanted"]
            ]
        return ways

    def keep(self, person: User) -> None:
        """Store what the form sets, and the address where it shows that."""
        if "digest" in self.shown:
            User.objects.filter(pk=person.pk).update(email=self.cleaned_data["email"])
        Preferences.choose(person, **self.chosen)
