"""A reviewer's input: stars, a verdict, a comment."""

from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.contrib.auth.models import User

from generations.models import Comment, Task, Verdict

STARS = 5
WITHDRAWN = "withdrawn"
"""Sent in place of a verdict: withdraws the person's own."""


class ReviewForm(forms.Form):
    """Stars from 1 to 5, 0 clears them; a verdict, or its withdrawal. Missing fields change nothing."""

    stars = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=STARS,
        error_messages={
            "min_value": "Stars go from 0 to 5.",
            "max_value": "Stars go from 0 to 5.",
            "invalid": "Stars go from 0 to 5.",
        },
    )
    verdict = forms.ChoiceField(
        choices=[("", ""), *Verdict.choices, (WITHDRAWN, "Taken back")],
        required=False,
        error_messages={"invalid_choice": "A verdict is approved, changes or rejected."},
    )

    def changes(self) -> dict[str, Any]:
        """The fields of a review that this form sets."""
        said = self.cleaned_data
        stars = {} if said["stars"] is None else {"stars": said["stars"] or None}
        given = "" if said["verdict"] == WITHDRAWN else said["verdict"]
        return stars | ({"verdict": given} if said["verdict"] else {})


class CommentForm(forms.Form):
    """A comment on the whole clip, or on one moment of it."""

    text = forms.CharField(
        max_length=4000,
        error_messages={
            "required": "Write a comment.",
            "max_length": "A comment takes 4,000 characters. This is %(show_value)s: shorten it.",
        },
    )
    second = forms.FloatField(
        required=False,
        min_value=0,
        error_messages={
            "invalid": "The time is a number of seconds.",
            "min_value": "The time is a number of seconds.",
        },
    )
    key = forms.UUIDField(
        required=False, error_messages={"invalid": "This form is broken. Load the page again."}
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task

    def clean_second(self) -> float | None:
        """A moment past the end counts as the end."""
        second: float | None = self.cleaned_data["second"]
        longest = max((clip.seconds for clip in self.task.videos.all()), default=0.0)
        return None if second is None else min(second, longest)

    def save(self, person: User) -> Comment:
        """Save the comment once, however often the form is sent."""
        said = {"text": self.cleaned_data["text"], "second": self.cleaned_data["second"]}
        form_key: UUID | None = self.cleaned_data["key"]
        if form_key is None:
            return Comment.objects.create(task=self.task, person=person, **said)
        key = uuid5(form_key, f"{said['second']} {said['text']}")
        return Comment.objects.get_or_create(task=self.task, person=person, key=key, defaults=said)[0]
