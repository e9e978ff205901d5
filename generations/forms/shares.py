"""Forms about links for guests: making one, and what guests send."""

from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from generations.decisions.shares import Terms
from generations.forms.people import visible
from generations.forms.review import STARS, WITHDRAWN
from generations.models import GuestComment, GuestReview, Share, ShareClip, ShareGuest, Verdict
from generations.models.share import LONGEST, MOST_COMMENTS, MOST_GUESTS

DAYS = 14
"""How long a link is open unless its maker says otherwise."""
SHORTEST = 8
"""Characters of a password."""
BROKEN = {"required": "This form is broken. Load the page again.", "invalid": "Load the page again."}
SOON = 1.0
"""Seconds that a moment may lie past the end: players stop a little late."""


def days_field() -> forms.IntegerField:
    most = LONGEST.days
    said = f"A link is open for 1 to {most} days."
    words = dict.fromkeys(("required", "invalid", "min_value", "max_value"), said)
    attrs = {"class": "input"}
    return forms.IntegerField(
        label="Days open",
        min_value=1,
        max_value=most,
        error_messages=words,
        widget=forms.NumberInput(attrs=attrs),
    )


class ExtendForm(forms.Form):
    """How long a link is kept open from now: never shorter than it is open already."""

    days = days_field()

    def __init__(self, *args: Any, share: Share, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._left = share.days_left
        self.initial = {"days": max(DAYS, self._left)}

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if days < self._left:
            said = f"It is open for {self._left} days already. To close it sooner, withdraw it."
            raise ValidationError(said)
        return days


class ShareForm(forms.Form):
    """The terms of a new link."""

    title = forms.CharField(
        label="Title, which guests see",
        max_length=120,
        validators=[visible],
        error_messages={"required": "Give it a title.", "max_length": "A title takes 120 characters."},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "dir": "auto"}),
    )
    days = days_field()
    password = forms.CharField(
        label="Password",
        required=False,
        min_length=SHORTEST,
        max_length=200,
        strip=False,
        error_messages={"min_length": f"A password has {SHORTEST} characters at least."},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
        help_text="Optional. Tell it to your guests by another way than the link.",
    )
    may_rate = forms.BooleanField(label="Give stars", required=False)
    may_comment = forms.BooleanField(label="Comment, also at a moment", required=False)
    may_approve = forms.BooleanField(label="Say good, changes or no", required=False)
    may_download = forms.BooleanField(label="Download the files", required=False)
    shows_prompts = forms.BooleanField(label="Read the prompts", required=False)
    key = forms.UUIDField(error_messages=BROKEN, widget=forms.HiddenInput)
    seen = forms.CharField(error_messages=BROKEN, max_length=64, widget=forms.HiddenInput)
    """Which clips the page showed."""

    def __init__(self, *args: Any, digest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._digest = digest

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if seen != self._digest:
            raise ValidationError("Other clips are in this view by now. Look at them, then press once more.")
        return seen

    @property
    def allowances(self) -> list[forms.BoundField]:
        """What guests may do."""
        names = ("may_rate", "may_approve", "may_comment", "may_download", "shows_prompts")
        return [self[name] for name in names]

    @property
    def terms(self) -> Terms:
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})


class SayForm(forms.Form):
    """What a guest says of a clip, whatever of it was filled in: a name, stars, a verdict, a comment."""

    name = forms.CharField(
        required=False,
        max_length=60,
        validators=[visible],
        error_messages={"max_length": "A name takes 60 characters."},
    )
    stars = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=STARS,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Stars go from 0 to 5."),
    )
    verdict = forms.ChoiceField(
        choices=[("", ""), *Verdict.choices, (WITHDRAWN, "Taken back")],
        required=False,
        error_messages={"invalid_choice": "Good, changes or no: nothing else can be said."},
    )
    text = forms.CharField(
        required=False,
        max_length=4000,
        error_messages={
            "max_length": "A comment takes 4,000 characters. This is %(show_value)s: shorten it."
        },
    )
    second = forms.FloatField(
        required=False,
        min_value=0,
        error_messages=dict.fromkeys(("invalid", "min_value"), "The time is a number of seconds."),
    )
    key = forms.UUIDField(error_messages=BROKEN)

    def __init__(self, *args: Any, clip: ShareClip, guest: ShareGuest | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clip, self._guest = clip, guest
        self._share: Share = clip.share

    def clean_second(self) -> float | None:
        second: float | None = self.cleaned_data["second"]
        end = self._clip.video.seconds
        if second is not None and second > end + SOON:
            raise ValidationError("This moment is after the end of the clip.")
        return None if second is None else min(second, end)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for name, allowed in (
            ("stars", self._share.may_rate),
            ("verdict", self._share.may_approve),
            ("text", self._share.may_comment),
        ):
            if said.get(name) not in (None, "") and not allowed:
                self.add_error(name, "This link does not allow that.")
        if self._guest is None:
            self._check_newcomer()
        elif said.get("text") and self._guest.comments.count() >= MOST_COMMENTS:
            self.add_error("text", f"You have made {MOST_COMMENTS} comments. That is all this link takes.")
        return said

    def _check_newcomer(self) -> None:
        if "name" not in self.errors and not self.cleaned_data.get("name"):
            self.add_error("name", "Say who you are first. It is asked once.")
        if self._share.guests.count() >= MOST_GUESTS:
            self.add_error("name", "Too many people use this link already. Ask for one of your own.")

    @transaction.atomic
    def save(self) -> ShareGuest:
        """Save what was said, each once however often it is sent, and who said it."""
        said = self.cleaned_data
        guest = self._guest or self._newcomer()
        self._judge(guest)
        if said["text"]:
            words = {"text": said["text"], "second": said["second"]}
            key = self._key(f"{said['second']} {said['text']}")
            GuestComment.objects.get_or_create(guest=guest, clip=self._clip, key=key, defaults=words)
        return guest

    def _newcomer(self) -> ShareGuest:
        name = self.cleaned_data["name"]
        guests = ShareGuest.objects
        guest, _ = guests.get_or_create(share=self._share, key=self._key(name), defaults={"name": name})
        return guest

    def _judge(self, guest: ShareGuest) -> None:
        said, now = self.cleaned_data, timezone.now()
        changes: dict[str, Any] = {} if said["stars"] is None else {"stars": said["stars"] or None}
        if said["verdict"]:
            changes["verdict"] = "" if said["verdict"] == WITHDRAWN else said["verdict"]
        if not changes:
            return
        known = GuestReview.objects.filter(guest=guest, clip=self._clip).first()
        before = known.verdict if known else ""
        if changes.get("verdict", before) != before:
            changes["verdict_at"] = now
        changes["changed_at"] = now
        GuestReview.objects.update_or_create(guest=guest, clip=self._clip, defaults=changes)

    def _key(self, words: str) -> UUID:
        """Of these words in this form: other words in it, after going back, are said anew."""
        form_key: UUID = self.cleaned_data["key"]
        return uuid5(form_key, words)
