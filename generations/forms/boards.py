"""The forms of boards: what one is called, who sees it, and how its files are named."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from generations.deliver import names
from generations.models import Board
from generations.models.board import LONGEST_NAMES, LONGEST_TITLE
from generations.models.folded import fold


class NewBoardForm(forms.Form):
    """A board without clips."""

    title = forms.CharField(
        max_length=LONGEST_TITLE,
        error_messages={
            "required": "Give it a title.",
            "max_length": f"A title takes {LONGEST_TITLE} characters. This is %(show_value)s: shorten it.",
        },
    )
    is_shared = forms.BooleanField(required=False)

    def clean_title(self) -> str:
        """On one line: line breaks and runs of blanks become one blank."""
        title = " ".join(self.cleaned_data["title"].split())
        if not fold(title):
            raise forms.ValidationError("Give it a title.", code="required")
        return title


class BoardForm(NewBoardForm):
    """A board as it stands. Only its person can make it private: anybody else would shut themselves out."""

    names = forms.CharField(
        max_length=LONGEST_NAMES,
        error_messages={
            "required": "Say how files are called.",
            "max_length": f"A template takes {LONGEST_NAMES} characters. This is %(show_value)s: shorten it.",
        },
    )

    def __init__(self, *args: Any, board: Board, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._board, self._is_own = board, board.person_id == person.pk
        if not self._is_own:
            self.fields["is_shared"].widget = forms.HiddenInput()

    def clean_is_shared(self) -> bool:
        is_shared: bool = self.cleaned_data["is_shared"]
        if not is_shared and not self._is_own:
            raise forms.ValidationError("Only its person can make it private.")
        return is_shared

    def clean_names(self) -> str:
        template: str = self.cleaned_data["names"].strip()
        try:
            names.check(template)
        except names.Unusable as unusable:
            raise forms.ValidationError(str(unusable)) from unusable
        return template

    @classmethod
    def of(cls, board: Board, person: User) -> "BoardForm":
        now: dict[str, Any] = {"title": board.title, "is_shared": board.is_shared, "names": board.names}
        return cls(initial=now, board=board, person=person)

    def save(self) -> None:
        """A board that was deleted meanwhile stays deleted."""
        Board.objects.filter(pk=self._board.pk).update(**self.cleaned_data)
