"""A reviewer's input: stars, a verdict, a comment, other words for one."""

from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from generations import policy
from generations.library.mentions import find_mentions
from generations.models import Comment, Mention, Task, Verdict
from generations.models.comment import LONGEST, Found
from generations.models.drawing import NotADrawing, Stroke, read_drawing
from generations.numbers import whole
from generations.wording.times import timecode

STARS = 5
WITHDRAWN = "withdrawn"
"""Sent in place of a verdict: withdraws the person's own."""
NO_TIME = "The time is a number of seconds."
NEAR = 1.0
"""Seconds by which players and files differ about where a clip ends: so far beyond it counts as its end."""


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


class WordsForm(forms.Form):
    """What a comment says, who is named in it, and who reads it."""

    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": "Write a comment.",
            "max_length": "A comment takes 4,000 characters. This is %(show_value)s: shorten it.",
        },
    )
    guests = forms.BooleanField(required=False)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.mentioned: list[Found] = []

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if "@" not in text:
            return text
        self.mentioned, nobody = find_mentions(text, policy.viewers_of(self.task))
        if nobody:
            raise forms.ValidationError(
                f"Nobody here is called “@{nobody[0]}”. Choose a person from the list that @ opens, "
                "or put a blank after the @."
            )
        return text


def _seconds() -> forms.FloatField:
    return forms.FloatField(
        required=False, min_value=0, error_messages={"invalid": NO_TIME, "min_value": NO_TIME}
    )


class CommentForm(WordsForm):
    """A comment on the whole clip, on one moment or a range of it, or an answer to another comment."""

    second = _seconds()
    until = _seconds()
    drawing = forms.CharField(required=False, strip=False)
    reply_to = forms.IntegerField(required=False, error_messages={"invalid": "That comment is not there."})
    key = forms.UUIDField(
        required=False, error_messages={"invalid": "This form is broken. Load the page again."}
    )

    @property
    def thread(self) -> int | None:
        """The number of the comment that it answers, as it was sent."""
        return whole(str(self.data.get("reply_to", "")))

    def clean_second(self) -> float | None:
        return self._within("second")

    def clean_until(self) -> float | None:
        return self._within("until")

    def _within(self, name: str) -> float | None:
        """A moment just past the end counts as the end."""
        second: float | None = self.cleaned_data[name]
        clips = list(self.task.videos.all())
        longest = max((clip.seconds for clip in clips), default=0.0)
        if second is not None and second > longest + NEAR:
            end = timecode(longest, max((clip.fps for clip in clips), default=0.0))
            raise forms.ValidationError(f"The clip ends at {end}: choose a moment before that.")
        return None if second is None else min(second, longest)

    def clean_drawing(self) -> list[Stroke]:
        try:
            return read_drawing(self.cleaned_data["drawing"])
        except NotADrawing as fault:
            raise forms.ValidationError(str(fault)) from None

    def clean_reply_to(self) -> Comment | None:
        """The comment that begins the thread."""
        number = self.cleaned_data["reply_to"]
        if number is None:
            return None
        found = self.task.comments.select_related("reply_to").filter(pk=number).first()
        if found is None:
            raise forms.ValidationError("That comment is not there any more.")
        return found.reply_to or found

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        second, until = said.get("second"), said.get("until")
        if until is not None and second is None and not self.has_error("second"):
            self.add_error("until", "A range needs the moment at which it begins.")
        if second is not None and until is not None and until < second:
            self.add_error("until", "The range ends before it begins: choose an end after its beginning.")
        if said.get("drawing") and second is None and not self.has_error("second"):
            self.add_error("drawing", "A drawing belongs to a moment of the clip: choose one.")
        if until == second:
            said["until"] = None
        return said

    def save(self, person: User) -> Comment:
        """Save the comment once, however often the form is sent: as it was sent last, until it is edited."""
        names = ("text", "guests", "second", "until", "drawing", "reply_to")
        said = {name: self.cleaned_data[name] for name in names}
        form_key: UUID | None = self.cleaned_data["key"]
        with transaction.atomic():
            if form_key is None:
                comment, is_new = Comment.objects.create(task=self.task, person=person, **said), True
            else:
                thread = said["reply_to"].pk if said["reply_to"] else ""
                key = uuid5(form_key, f"{said['second']} {said['until']} {thread} {said['text']}")
                rows = Comment.objects.filter(task=self.task, person=person)
                comment, is_new = rows.get_or_create(
                    key=key, defaults={"task": self.task, "person": person, **said}
                )
            if is_new:
                Mention.note(comment, self.mentioned)
            else:
                sent = {"drawing": said["drawing"], "guests": said["guests"]}
                Comment.objects.standing().filter(pk=comment.pk, edited_at=None).update(**sent)
        return comment


class EditForm(WordsForm):
    """Other words for a comment; `turn` says which words of it the person had before them."""

    turn = forms.CharField(required=False)

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, task=comment.task, **kwargs)
        self.comment = comment

    def clean_turn(self) -> str:
        turn: str = self.cleaned_data["turn"]
        if turn != self.comment.turn:
            raise forms.ValidationError(
                f"It was edited meanwhile and says “{self.comment.text}”. Keep once more to replace that."
            )
        return turn

    def save(self) -> None:
        said = self.cleaned_data
        self.comment.rewrite(said["text"], guests=said["guests"], mentioned=self.mentioned)
