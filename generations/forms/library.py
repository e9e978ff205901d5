"""The forms of the library: under which title something is kept, what is in it, and what is imported."""

from typing import Any

from django import forms

from generations.models import LibraryItem
from generations.models.folded import fold
from generations.models.library_item import LONGEST_TAG, LONGEST_TEXT, LONGEST_TITLE, MOST_TAGS

MOST_BYTES = 2_000_000
"""Of a file that is imported."""
PREFIX = "item"
"""In front of the names of these fields: they are sent together with parameters, and none is called so."""


class AboutForm(forms.Form):
    """Title, tags and who sees it."""

    title = forms.CharField(
        max_length=LONGEST_TITLE,
        error_messages={
            "required": "Give it a title.",
            "max_length": f"A title takes {LONGEST_TITLE} characters. This is %(show_value)s: shorten it.",
        },
    )
    tags = forms.CharField(required=False)
    is_shared = forms.BooleanField(required=False)

    prefix = PREFIX

    def clean_title(self) -> str:
        """On one line: line breaks and runs of blanks become one blank."""
        title = " ".join(self.cleaned_data["title"].split())
        if not fold(title):
            raise forms.ValidationError("Give it a title.", code="required")
        return title

    def clean_tags(self) -> list[str]:
        """Each once, in their order."""
        tags = [" ".join(tag.split()) for tag in self.cleaned_data["tags"].split(",")]
        tags = list({fold(tag): tag for tag in reversed(tags) if fold(tag)}.values())[::-1]
        if len(tags) > MOST_TAGS:
            raise forms.ValidationError(f"{MOST_TAGS} tags are taken. These are {len(tags)}.")
        if long := next((tag for tag in tags if len(tag) > LONGEST_TAG), None):
            raise forms.ValidationError(
                f"A tag takes {LONGEST_TAG} characters. “{long[:LONGEST_TAG]}…” is longer."
            )
        return tags


class KeepForm(AboutForm):
    """What is kept of the order form: all of it, or its prompt."""

    kind = forms.ChoiceField(
        choices=LibraryItem.Kind,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Keep all of the form, or its prompt."),
    )


class EditForm(AboutForm):
    """An item on its own page; the text of a prompt makes another version."""

    text = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        error_messages={
            "max_length": f"A prompt takes {LONGEST_TEXT:,} characters here, this is %(show_value)s."
        },
    )

    def __init__(self, item: LibraryItem, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.item = item
        if item.kind == LibraryItem.Kind.PRESET:
            del self.fields["text"]

    @classmethod
    def of(cls, item: LibraryItem) -> "EditForm":
        """The form as the item stands."""
        now = {
            "title": item.title,
            "tags": ", ".join(item.tags),
            "is_shared": item.is_shared,
            "text": item.text,
        }
        return cls(item, initial=now)

    def clean_title(self) -> str:
        title = super().clean_title()
        mine = LibraryItem.objects.filter(person=self.item.person, kind=self.item.kind, removed_at=None)
        if mine.filter(folded_title=fold(title)).exclude(pk=self.item.pk).exists():
            word = self.item.get_kind_display().lower()
            raise forms.ValidationError(f"There is a {word} “{title}” already. Choose another title.")
        return title

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if not text:
            raise forms.ValidationError("Write a prompt.", code="required")
        return text


class ImportForm(forms.Form):
    """A file, or its contents."""

    file = forms.FileField(required=False, allow_empty_file=True)
    text = forms.CharField(required=False, strip=False)

    def clean(self) -> dict[str, Any]:
        """`text` is the contents, whichever way they came."""
        file = self.cleaned_data.get("file")
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(f"{file.name} is larger than 2 MB. Import it in parts.")
        if file:
            try:
                self.cleaned_data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as broken:
                raise forms.ValidationError(f"{file.name} is no text.") from broken
        text = self.cleaned_data.get("text", "")
        if len(text) > MOST_BYTES:
            raise forms.ValidationError("This is larger than 2 MB. Import it in parts.")
        if not text.strip():
            raise forms.ValidationError("Choose a file, or paste what is in it.")
        return self.cleaned_data
