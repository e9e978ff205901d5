"""Form fields that Django does not have: options with their own type, media, lists."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

MAX_URL_LENGTH = 2048

if TYPE_CHECKING:
    File: TypeAlias = UploadedFile[Any]
else:
    File = UploadedFile


_UNPRINTED = ("C", "Z", "M")
"""Groups of Unicode that leave no ink alone: controls and formats, spaces, marks on a letter before them."""
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers and the empty Braille cell: letters and signs by name, blank on paper."""


class TextField(forms.CharField):
    """A text without the blanks around it. What nobody can see is empty; too much is said in characters."""

    def __init__(self, *, limit: int | None, **kwargs: Any) -> None:
        super().__init__(strip=True, **kwargs)
        self.limit = limit

    def to_python(self, value: object) -> Any:
        text = super().to_python(value) or ""
        return text if any(map(_visible, text)) else self.empty_value

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.limit and len(value) > self.limit:
            over = len(value) - self.limit
            raise ValidationError(
                f"This model takes {self.limit:,} characters. Shorten it by {over:,}.", code="max_length"
            )


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in _UNPRINTED and character not in _BLANKS


class TypedOptionField(forms.ChoiceField):
    """A choice whose cleaned value is the option itself, in its own type."""

    widget = forms.RadioSelect

    def __init__(
        self,
        *,
        options: Sequence[str | int | float],
        labels: Mapping[str, str],
        default: object,
        **kwargs: Any,
    ) -> None:
        choices = [(str(o), labels.get(str(o), str(o))) for o in options]
        if default is None and not kwargs.get("required"):
            choices.insert(0, ("", "Auto"))
        super().__init__(choices=choices, initial=default, **kwargs)
        self.options = {str(o): o for o in options}
        self.default = default
        listed = ", ".join(self.options)
        self.error_messages["invalid_choice"] = f"“%(value)s” is not offered. It takes {listed}."

    def clean(self, value: object) -> object:
        text = super().clean(value)
        return self.options[text] if text else self.default


class MediaInput(forms.FileInput):
    """Files and references under one name, so that a kept upload and a new file can stand side by side."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[File | str]:
        texts = data.getlist(name) if hasattr(data, "getlist") else _as_list(data.get(name))
        new = files.getlist(name) if hasattr(files, "getlist") else _as_list(files.get(name))
        return [str(t).strip() for t in texts if str(t).strip()] + [f for f in new if f]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and name not in files


class MediaField(forms.Field):
    """Cleans to a list of references (`upload:<uuid>`, https URL) and uploaded files not yet kept."""

    widget = MediaInput

    def __init__(
        self,
        *,
        min_items: int,
        max_items: int,
        accept: tuple[str, ...],
        max_mb: int | None,
        media: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.min_items = max(min_items, 1 if self.required else 0)
        self.max_items = max_items
        self.accept = accept
        self.max_mb = max_mb
        self.media = media
        self.error_messages["required"] = f"This model starts from {_a(media)}. Add one."

    def clean(self, value: object) -> list[File | str]:
        items: list[File | str] = list(_as_list(value))
        if not items and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if items and len(items) < self.min_items:
            raise ValidationError(f"This takes at least {self.min_items} {self.media}s.", code="min_items")
        if len(items) > self.max_items:
            raise ValidationError(
                f"This takes at most {self.max_items} {self.media}{'s' if self.max_items > 1 else ''}, "
                f"{len(items)} were given. Remove some.",
                code="max_items",
            )
        for item in items:
            self._check(item)
        return items

    def _check(self, item: File | str) -> None:
        if isinstance(item, UploadedFile):
            if self.max_mb and (item.size or 0) > self.max_mb * 1024 * 1024:
                size = (item.size or 0) / 1024 / 1024
                raise ValidationError(
                    f"{item.name} is {size:.1f} MB. This model takes up to {self.max_mb} MB.", code="size"
                )
            return
        if item.startswith("upload:"):
            return
        if len(item) > MAX_URL_LENGTH:
            raise ValidationError("This address is too long.", code="url")
        try:
            parts = urlsplit(item)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme != "https" or not parts.hostname or parts.username:
            raise ValidationError("An address has to start with https:// and be public.", code="url")


class ItemsField(forms.CharField):
    """Cleans to a list of texts, one a line."""

    def __init__(self, *, min_items: int, max_items: int | None, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), **kwargs)
        self.min_items, self.max_items = min_items, max_items

    def prepare_value(self, value: object) -> object:
        return "\n".join(str(v) for v in value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        if isinstance(value, list):
            value = "\n".join(str(v) for v in value)
        lines = [line.strip() for line in super().clean(value).splitlines() if any(map(_visible, line))]
        _count(lines, self.min_items, self.max_items)
        return lines


class ObjectsField(forms.CharField):
    """Cleans to a list of records; each has the names of the spec and nothing else."""

    def __init__(
        self, *, names: Mapping[str, bool], min_items: int, max_items: int | None, **kwargs: Any
    ) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)
        self.names, self.min_items, self.max_items = names, min_items, max_items

    def prepare_value(self, value: object) -> object:
        return json.dumps(value, indent=1) if isinstance(value, list) else value

    def clean(self, value: object) -> list[dict[str, object]]:
        if isinstance(value, list):
            value = json.dumps(value)
        text = super().clean(value)
        if not text:
            return []
        try:
            records = json.loads(text)
        except ValueError as broken:
            raise ValidationError(f"This is not valid JSON: {broken}", code="json") from broken
        if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
            raise ValidationError("Write a JSON list of objects.", code="json")
        _count(records, self.min_items, self.max_items)
        for record in records:
            self._check(record)
        return records

    def _check(self, record: dict[str, object]) -> None:
        if unknown := sorted(set(record) - set(self.names)):
            raise ValidationError(
                f"Unknown: {', '.join(unknown)}. It takes {', '.join(self.names)}.", code="unknown"
            )
        if missing := [n for n, required in self.names.items() if required and n not in record]:
            raise ValidationError(f"Missing: {', '.join(missing)}.", code="missing")


def _as_list(value: object) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _count(items: Sequence[object], low: int, high: int | None) -> None:
    if items and len(items) < low:
        raise ValidationError(f"Give at least {low}.", code="min_items")
    if high is not None and len(items) > high:
        raise ValidationError(f"Give at most {high}.", code="max_items")


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
