"""Forms about people: signing in, passwords, a new person, the first admin."""

import secrets
from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from generations import policy, sign_in
from generations.policy import Role

PASSWORD_HELP = "At least 8 characters, not a common one, not like the name."  # noqa: S105
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105
"""Without those that look alike."""


class _Dressed(forms.BaseForm):
    """Gives every text input of a form the look of the design."""

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
        """Look at the password when it is its turn; not at all while it is locked. Raises sign_in.Busy."""
        name, request = self.cleaned_data.get("username", ""), cast(HttpRequest, self.request)
        if sign_in.locked(request, name):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise self.get_invalid_login_error()
        with sign_in.turn(request, name):
            return dict(super().clean())


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


class PersonForm(_Dressed, forms.ModelForm):  # type: ignore[type-arg]
    """A new person of the team, who gets a random password."""

    role = forms.ChoiceField(
        label="Role", choices=[(r.value, r.value.title()) for r in Role], initial=Role.CREATOR.value
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")
        labels = {"username": "Name to sign in with"}
        help_texts = {"username": ""}

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("Somebody has this name already.")
        return username

    def make(self) -> tuple[User, str]:
        """The person and their password, which is kept nowhere."""
        password = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(14))
        with transaction.atomic():
            person = User.objects.create_user(
                self.cleaned_data["username"],
                password=password,
                first_name=self.cleaned_data["first_name"],
                last_name=self.cleaned_data["last_name"],
            )
            policy.give_role(person, Role(self.cleaned_data["role"]))
        return person, password


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
