"""The order form of a model: made from its spec, and the only place where an order's values are judged."""

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from generations import pictures
from generations.catalogue.params import Media, Toggle, given
from generations.catalogue.spec import ModelSpec, Problem
from generations.drafts import Tab
from generations.models import Upload
from generations.models.upload import upload_uuid
from generations.orders import MOST_TAKES

MOST_KEPT = 12
GONE = "This image is not here any more. Add it again."
_REFUSALS = {"picture", "gone", "url", "size"}


class Lines(forms.Textarea):
    """Counts a line break as one character, as the counter beside the field does."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = super().value_from_datadict(data, files, name)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class OrderForm(forms.Form):
    """Fields are named as the API names its parameters; `values()` is what `orders.place` takes."""

    order_key = forms.CharField(required=False, widget=forms.HiddenInput)
    takes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_TAKES,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Order 1 to {MOST_TAKES} takes at once."
        ),
    )

    def __init__(
        self,
        spec: ModelSpec,
        person: User,
        data: Any = None,
        files: Any = None,
        *,
        initial: Mapping[str, object] | None = None,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        self.spec, self.person = spec, person
        self.references: dict[str, list[str]] = {}
        """Per media parameter what was given and can be used, whatever else is wrong."""
        self._problems = list(problems)
        for param in spec.offered:
            field = param.formfield()
            if isinstance(field.widget, forms.Textarea):
                field.widget = Lines(attrs=field.widget.attrs)
            self.fields[param.name] = field

    @property
    def key(self) -> uuid.UUID | None:
        """The key of the wish, or the one of the button that orders once more; None for none and nonsense."""
        try:
            return uuid.UUID(str(self.data.get("again") or self.data.get("order_key", "")))
        except ValueError:
            return None

    @property
    def take_count(self) -> int:
        """How many takes are priced: of too many as many as can be ordered at once."""
        typed = str(self.data.get("takes", "")).strip()
        too_many = "takes" in self.errors and typed.isascii() and typed.isdigit() and typed.strip("0")
        return MOST_TAKES if too_many else self.cleaned().get("takes") or 1

    @property
    def kept(self) -> list[str]:
        """Images that wait for a mode that takes them."""
        texts = self.data.getlist("kept") if hasattr(self.data, "getlist") else []
        return [t for t in texts if upload_uuid(t) or t.startswith("https://")][:MOST_KEPT]

    @property
    def tab(self) -> Tab:
        """The tab in which the form stands; `mine` is the turn of another tab that it shall replace."""
        turn = str(self.data.get("mine") or self.data.get("turn", ""))
        known = turn.isascii() and turn.isdigit() and len(turn) < 9
        return Tab(
            name=str(self.data.get("tab", "")).replace("\0", "")[:40],
            turn=int(turn) if known else 0,
            key=self.key,
            replaces=bool(self.data.get("replaces")),
        )

    def texts(self) -> dict[str, list[str]]:
        """What stands in the form as it could be posted again; new files as the uploads they became.

        Without NUL, which PostgreSQL takes in no text.
        """
        found = {name: self._posted(name) for name in self.fields}
        found["kept"] = self.kept
        self.cleaned()
        for param in self.spec.media_params():
            stray = self.addresses().get(param.name)
            found[param.name] = [*self.references.get(param.name, []), *([stray] if stray else [])]
        plain = {name: [text.replace("\0", "") for text in texts] for name, texts in found.items()}
        return {name: texts for name, texts in plain.items() if any(texts) and name != "order_key"}

    def _posted(self, name: str) -> list[str]:
        return [str(t) for t in self.data.getlist(name)] if hasattr(self.data, "getlist") else []

    def cleaned(self) -> dict[str, Any]:
        """What is valid so far, even while other fields are not."""
        validated = self.errors is not None
        return self.cleaned_data if validated else {}

    def values(self) -> dict[str, object]:
        """The valid values by parameter name; what was left empty is left out."""
        found: dict[str, object] = {}
        for param in self.spec.offered:
            value = _plain(self.cleaned().get(param.name))
            if isinstance(param, Toggle):
                if value is not None and (value or param.default is not None):
                    found[param.name] = bool(value)
            elif given(value):
                found[param.name] = value
        return found

    def entered(self) -> dict[str, object]:
        """What stands in the form, valid or not, for showing it again."""
        shown: dict[str, object] = dict(self.values())
        for param in self.spec.offered:
            if isinstance(param, Media):
                shown[param.name] = self.references.get(param.name, [])
            elif param.name not in shown:
                shown[param.name] = self[param.name].data
        return shown

    def refused_media(self) -> dict[str, list[str]]:
        """What was wrong with single images and addresses, as opposed to what is still missing."""
        found: dict[str, list[str]] = {}
        for param in self.spec.media_params():
            errors = self.errors.as_data().get(param.name, [])
            words = [m for e in errors if e.code in _REFUSALS for m in e.messages]
            if words:
                found[param.name] = words
        return found

    def addresses(self) -> dict[str, str]:
        """What was typed as an address and cannot be used, so that it can be mended."""
        found: dict[str, str] = {}
        for param in self.spec.media_params():
            raw = self.fields[param.name].widget.value_from_datadict(self.data, {}, param.name)
            good = self.references.get(param.name, [])
            for text in raw:
                if isinstance(text, str) and text not in good and not text.startswith("upload:"):
                    found[param.name] = text
        return found

    def clean(self) -> dict[str, Any]:
        for param in self.spec.media_params():
            self._keep_media(param)
        self._check_uploads()
        self._say_problems()
        for problem in self.spec.problems(self.values()):
            name = problem.param if problem.param in self.fields else None
            if name is None or name not in self.errors:
                self.add_error(name, problem.text)
        return self.cleaned_data

    def _say_problems(self) -> None:
        """What could not be read is said instead of that it is missing."""
        for name in {problem.param for problem in self._problems}:
            if self.has_error(name, "required") or self.has_error(name, "min_items"):
                del self.errors[name]
        for problem in self._problems:
            self.add_error(problem.param or None, problem.text)

    def _keep_media(self, param: Media) -> None:
        """Turn new files into uploads of ours; what was good stays even when something else was not."""
        raw = self.fields[param.name].widget.value_from_datadict(self.data, self.files, param.name)
        items = self.cleaned_data.get(param.name)
        usable = [i for i in raw if isinstance(i, str)] if items is None else items
        kept = self.references[param.name] = []
        for item in usable:
            if not isinstance(item, UploadedFile):
                if upload_uuid(item) or _is_address(param, item):
                    kept.append(item)
                continue
            try:
                kept.append(pictures.take(self.person, item, param).reference)
            except pictures.BadPicture as bad:
                self.add_error(param.name, ValidationError(str(bad), code="picture"))
        if param.name in self.cleaned_data:
            self.cleaned_data[param.name] = kept

    def _check_uploads(self) -> None:
        """Every `upload:<uuid>` has to be a file of this installation."""
        wanted = {key for items in self.references.values() for i in items if (key := upload_uuid(i))}
        known = (
            set(Upload.objects.filter(uuid__in=wanted).values_list("uuid", flat=True)) if wanted else set()
        )
        for name, items in self.references.items():
            good = [i for i in items if i.startswith("https://") or upload_uuid(i) in known]
            raw = self.fields[name].widget.value_from_datadict(self.data, {}, name)
            broken = any(isinstance(i, str) and i.startswith("upload:") and i not in good for i in raw)
            items[:] = good
            if broken and name not in self.errors:
                self.add_error(name, ValidationError(GONE, code="gone"))


def order_form(spec: ModelSpec, person: User, values: Mapping[str, object] | None = None) -> OrderForm:
    """An empty form, or one filled with values, with a key of its own."""
    initial = {**spec.defaults(), **(values or {}), "order_key": uuid.uuid4(), "takes": 1}
    return OrderForm(spec, person, initial=initial)


def _is_address(param: Media, text: str) -> bool:
    """Whether the field takes this address on its own."""
    try:
        param.formfield().clean([text])
    except ValidationError as bad:
        return all(e.code != "url" for e in bad.error_list)
    return True


def _plain(value: object) -> object:
    """A number as JSON knows it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
