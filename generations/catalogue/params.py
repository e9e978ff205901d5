"""The kinds of parameter a model can take. Each makes its own form field and its own wire value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from django import forms

from generations.catalogue.fields import ItemsField, MediaField, ObjectsField, TextField, TypedOptionField

UPLOAD_PREFIX = "upload:"


def given(value: object) -> bool:
    """Whether a value counts as given: None, an empty text and an empty list do not; False and 0 do."""
    return value is not None and value != "" and value != [] and value != ()


@dataclass(frozen=True, kw_only=True)
class Param:
    """One parameter of a model, as the API documents it."""

    kind: ClassVar[str]

    name: str
    label: str
    help: str = ""
    role: str = ""
    """What the value means in every model: prompt, length, shape, size, sound, seed, mode or nothing."""
    required: bool = False
    default: object = None
    """Sent when nothing was chosen; None: the parameter is left out."""
    advanced: bool = False
    deprecated: bool = False
    """Carried for completeness; neither offered nor sent."""
    origin: str = "docs"
    alias: str = ""
    """A second spelling that is sent with the same value."""
    live: Mapping[str, object] = field(default_factory=dict)
    """What the live service is known to do differently from the reference card."""

    def formfield(self) -> forms.Field:
        """A new form field that accepts exactly what the parameter allows."""
        raise NotImplementedError

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        """The JSON value for the API. `media` maps our upload references to the URLs Kie gave for them."""
        return value


@dataclass(frozen=True, kw_only=True)
class Text(Param):
    kind = "text"

    min_length: int | None = None
    max_length: int | None = None

    def formfield(self) -> forms.Field:
        prompt = self.role == "prompt"
        widget = forms.Textarea(attrs={"rows": 5}) if prompt else forms.TextInput()
        return TextField(
            label=self.label,
            required=self.required,
            min_length=self.min_length,
            limit=self.max_length,
            widget=widget,
            error_messages=self._messages(),
        )

    def _messages(self) -> dict[str, str]:
        messages = {"required": f"Write a {self.label.lower()}."}
        if self.min_length:
            messages["min_length"] = f"This model needs at least {self.min_length} characters."
        return messages


@dataclass(frozen=True, kw_only=True)
class Choice(Param):
    """One of a list. Options keep their type and spelling: "5" is a text, 8 a number, "768P" has its P."""

    kind = "choice"

    options: tuple[str | int | float, ...]
    option_labels: Mapping[str, str] = field(default_factory=dict)

    def formfield(self) -> forms.Field:
        return TypedOptionField(
            label=self.label,
            required=self.required and self.default is None,
            options=self.options,
            labels=self.option_labels,
            default=self.default,
        )


@dataclass(frozen=True, kw_only=True)
class Number(Param):
    kind = "number"

    integer: bool = True
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None

    def formfield(self) -> forms.Field:
        if self.integer:
            return forms.IntegerField(
                label=self.label,
                required=self.required and self.default is None,
                min_value=None if self.min is None else int(self.min),
                max_value=None if self.max is None else int(self.max),
                error_messages=self._messages(),
            )
        return forms.DecimalField(
            label=self.label,
            required=self.required and self.default is None,
            min_value=self.min,
            max_value=self.max,
            error_messages=self._messages(),
        )

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        return int(str(value)) if self.integer else float(str(value))

    def _messages(self) -> dict[str, str]:
        limits = [f"at least {self.min:f}"] if self.min is not None else []
        limits += [f"at most {self.max:f}"] if self.max is not None else []
        text = f"{self.label} is a {'whole ' if self.integer else ''}number, {' and '.join(limits)}."
        return {"min_value": text, "max_value": text, "invalid": text.replace(", .", ".")}


@dataclass(frozen=True, kw_only=True)
class Toggle(Param):
    kind = "toggle"

    def formfield(self) -> forms.Field:
        return forms.BooleanField(label=self.label, required=False)


@dataclass(frozen=True, kw_only=True)
class Media(Param):
    """Files given to the model: one (`single`, sent as a text) or several (sent as a list).

    A value is a list of references: `upload:<uuid>` for a file of ours, or an https URL that is passed on
    as it stands.
    """

    kind = "media"

    media: str = "image"
    single: bool = True
    accept: tuple[str, ...] = ()
    max_mb: int | None = None
    min_items: int = 0
    max_items: int = 1
    max_length: int | None = None
    """Characters of an address."""
    min_px: int | None = None
    aspect_range: tuple[Decimal, Decimal] | None = None
    min_seconds: Decimal | None = None
    max_seconds: Decimal | None = None

    @property
    def most_items(self) -> int:
        """The largest number that any mode of the model takes."""
        live = self.live.get("max_items")
        return max(self.max_items, live) if isinstance(live, int) else self.max_items

    def formfield(self) -> forms.Field:
        return MediaField(
            label=self.label,
            required=self.required,
            min_items=self.min_items,
            max_items=self.most_items,
            accept=self.accept,
            max_mb=self.max_mb,
            media=self.media,
        )

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        if not isinstance(value, list):
            raise TypeError(f"{self.name} takes a list of references")
        urls = [media.get(str(item), str(item)) for item in value]
        return urls[0] if self.single else urls


@dataclass(frozen=True, kw_only=True)
class Items(Param):
    """A list of short texts, one a line in the form."""

    kind = "items"

    min_items: int = 0
    max_items: int | None = None

    def formfield(self) -> forms.Field:
        return ItemsField(
            label=self.label, required=self.required, min_items=self.min_items, max_items=self.max_items
        )


@dataclass(frozen=True, kw_only=True)
class Objects(Param):
    """A list of small records (shots, elements), written as JSON in the form."""

    kind = "objects"

    item_fields: tuple[Param, ...]
    min_items: int = 0
    max_items: int | None = None

    def formfield(self) -> forms.Field:
        return ObjectsField(
            label=self.label,
            required=self.required,
            names={p.name: p.required for p in self.item_fields},
            min_items=self.min_items,
            max_items=self.max_items,
        )
