"""What a reviewer may say: stars, a verdict, a comment."""

from typing import Any

from django import forms

from generations.models import Task, Verdict

STARS = 5


class ReviewForm(forms.Form):
    """Stars from 1 to 5, 0 clears them; a verdict. What is left out stays as it is."""

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
        choices=[("", ""), *Verdict.choices],
        required=False,
        error_messages={"invalid_choice": "A verdict is approved, changes or rejected."},
    )


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

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task

    def clean_second(self) -> float | None:
        """A moment after the end is the end."""
        second: float | None = self.cleaned_data["second"]
        longest = max((clip.seconds for clip in self.task.videos.all()), default=0.0)
        return None if second is None else min(second, longest)
