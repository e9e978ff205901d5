"""Forms about people: sign-in, passwords, a new person, the first admin."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from generations import sign_in
from generations.decisions import people
from generations.policy import Role, membership

PASSWORD_HELP = "At least 8 characters, not a common one, not like the name."  # noqa: S105


class _Dressed(forms.BaseForm):
    """Gives every text input of a form the styling of the design."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "Please fill this in."
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "input"


class SignInForm(_Dressed, AuthenticationForm):
    stay = forms.BooleanField(label="Stay signed in on this device", required=False, initial=True)

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "This name and password do not belong together. Both are case-sensitive.",
        "inactive": "This account is switched off.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Name"
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean(self) -> dict[str, Any]:
        """Check the password when its turn comes; not at all during a lock. Raises sign_in.Busy."""
        name, request = self.cleaned_data.get("username", ""), cast(HttpRequest, self.request)
        if sign_in.locked(request, name):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise self.get_invalid_login_error()
        with sign_in.turn(request, name):
            return dict(super().clean())

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        found = membership(user)
        if found and found.ran_out():
            day = timezone.localtime(found.password_until)
            raise ValidationError(
                f"This password could be used until {day.day} {day:%b}. Ask an admin for a new one.",
                code="ran_out",
            )


class PasswordForm(_Dressed, PasswordChangeForm):
    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": "This is not your present password.",
        "password_mismatch": "The two new passwords differ.",
        "locked": "Too many wrong tries. The password cannot be changed from here for 15 minutes.",
        "busy": "Many passwords are being checked at this moment. Try again in a few seconds.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Current password"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password2"].help_text = ""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        place = membership(self.user)
        if place and place.ran_out():
            raise ValidationError("Your password ran out. Ask an admin for a new one.", code="ran_out")
        if found.get("new_password1") and found.get("new_password1") == found.get("old_password"):
            self.add_error("new_password1", "This is your present password. Choose another.")
        return found

    def save(self, commit: bool = True) -> Any:
        """Raises people.NotPossible when an admin changed the account meanwhile."""
        people.choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user


def visible(text: str) -> None:
    """Reject characters that are invisible in a name or reorder the text around it."""
    if not text.replace("\u200c", "").replace("\u200d", "").isprintable():
        raise ValidationError("This holds characters that cannot be seen. Type it again.")


class NameForm(_Dressed, forms.ModelForm):  # type: ignore[type-arg]
    """A person's user name and display name."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")
        labels = {"username": "Name to sign in with"}
        help_texts = {"username": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["username"].widget.attrs.pop("autofocus", None)
        for field in self.fields.values():
            field.validators.append(visible)


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        choices=Role.choices, error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a role.")
    )


class PersonForm(NameForm):
    """A new person of the team, who gets a made-up password."""

    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.CREATOR.value)

    def add(self, admin: User) -> tuple[User, str]:
        """The person and their password, which is stored nowhere. Raises people.NameTaken."""
        names = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return people.add(admin, Role(self.cleaned_data["role"]), **names)


class FirstAdminForm(_Dressed, UserCreationForm):  # type: ignore[type-arg]
    error_messages = UserCreationForm.error_messages | {"password_mismatch": "The two passwords differ."}

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Name to sign in with"
        self.fields["username"].help_text = ""
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].label = "Password again"
        self.fields["password2"].help_text = ""
