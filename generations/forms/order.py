"""The order form of a model: texts and files become values, and the catalogue judges them."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from generations import policy
from generations.catalogue.judge import judge
from generations.catalogue.lists import Objects
from generations.catalogue.media import UPLOAD_PREFIX, Media
from generations.catalogue.params import Param, Toggle, Wrong, given
from generations.catalogue.spec import ModelSpec, Problem
from generations.files import inputs
from generations.files.given import File, NotTaken
from generations.forms import rows
from generations.forms.fields import field_of
from generations.models import Task
from generations.models.asset import asset_uuid
from generations.numbers import uuid_in, whole
from generations.orders import MOST_TAKES
from generations.orders.drafts import Tab
from generations.orders.inputs import misfits
from generations.orders.plans import first_of
from generations.orders.sources import NUMBER, clip_of, kie_id

MOST_KEPT = 12
_REFUSALS = {"file", "gone", "url"}


class OrderForm(forms.Form):
    """Fields have the names of the API's parameters; `values()` is what `orders.place` takes."""

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
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(data, files)
        self.spec, self.person = spec, person
        self.references: dict[str, list[str]] = {}
        """Per media parameter, the given references that can be used, whatever else is wrong."""
        self._problems = list(problems)
        for param in spec.offered:
            self.fields[param.name] = field_of(param)

    @property
    def key(self) -> uuid.UUID | None:
        """The key of the wish, or of the button that orders once more; None when missing or invalid."""
        try:
            return uuid.UUID(str(self.data.get("again") or self.data.get("order_key", "")))
        except ValueError:
            return None

    @cached_property
    def changing(self) -> Task | None:
        """The own task that is to be changed into this, whether or not it still waits; None: a new wish."""
        key = uuid_in("".join(self._changes()))
        return Task.objects.filter(person=self.person, uuid=key, changed_into=None).first() if key else None

    def _changes(self) -> list[str]:
        """Which task is to be changed, as posted; nothing once the person leaves it as it is."""
        return [] if "unchange" in self.data else [str(self.data.get("changes", ""))]

    @property
    def agreed(self) -> Decimal | None:
        """How much each take may hold if no price is known, as ticked; None: it was not."""
        try:
            ticked = Decimal(str(self.data.get("without_price", "")).strip() or "NaN")
        except ArithmeticError:
            return None
        return ticked if ticked.is_finite() else None

    @property
    def take_count(self) -> int:
        """How many takes to price: a larger number counts as the most that can be ordered at once."""
        typed = str(self.data.get("takes", "")).strip()
        too_many = "takes" in self.errors and typed.isascii() and typed.isdigit() and typed.strip("0")
        if self.changing:
            return 1
        return MOST_TAKES if too_many else self.cleaned().get("takes") or 1

    @property
    def kept(self) -> list[str]:
        """Images waiting for a mode that takes them."""
        texts = self.data.getlist("kept") if hasattr(self.data, "getlist") else []
        return [t for t in texts if asset_uuid(t) or t.startswith("https://")][:MOST_KEPT]

    @property
    def answers(self) -> Task | None:
        """The task whose clip was to be changed, if the order is made for that."""
        try:
            key = uuid.UUID(str(self.data.get("answers", "")))
        except ValueError:
            return None
        return policy.visible_tasks(self.person).filter(uuid=key).first()

    @property
    def carried(self) -> str:
        """What came along from another model's form, as its hidden field says."""
        return str(self.data.get("carried", "")).replace("\0", "")

    @property
    def tab(self) -> Tab:
        """The form's tab; `mine` is the turn of another tab whose draft this one is to replace."""
        turn = str(self.data.get("mine") or self.data.get("turn", ""))
        return Tab(
            name=str(self.data.get("tab", "")).replace("\0", "")[:40],
            turn=whole(turn) or 0,
            key=self.key,
            replaces=bool(self.data.get("replaces")),
            moved=str(self.data.get("moved", "")).replace("\0", "")[:120],
        )

    def texts(self) -> dict[str, list[str]]:
        """The form's contents as they could be posted again; new files as the uploads they became.

        NUL characters are removed, because PostgreSQL stores them in no text.
        """
        found = {name: self._posted(name) for name in self.fields}
        found |= {"kept": self.kept, "carried": [self.carried]}
        found["answers"] = [str(task.uuid)] if (task := self.answers) else []
        found["changes"] = self._changes()
        self.cleaned()
        for param in self.spec.media_params():
            stray = self.addresses().get(param.name)
            found[param.name] = [*self.references.get(param.name, []), *([stray] if stray else [])]
        plain = {name: [text.replace("\0", "") for text in texts] for name, texts in found.items()}
        return {name: texts for name, texts in plain.items() if any(texts) and name != "order_key"}

    def _posted(self, name: str) -> list[str]:
        param = self.spec.by_name.get(name)
        if isinstance(param, Objects):
            return rows.posted(self.data, param)
        return [str(t) for t in self.data.getlist(name)] if hasattr(self.data, "getlist") else []

    def cleaned(self) -> dict[str, Any]:
        """The values valid so far, even while other fields are not."""
        validated = self.errors is not None
        return self.cleaned_data if validated else {}

    def values(self) -> dict[str, object]:
        """The valid values by parameter name; empty fields are left out."""
        found: dict[str, object] = {}
        for param in self.spec.offered:
            value = self.cleaned().get(param.name)
            if isinstance(param, Toggle) and param.name in self.cleaned():
                if value or param.default is not None:
                    found[param.name] = bool(value)
            elif given(value):
                found[param.name] = value
        return self.spec.without_barred(found)

    def entered(self) -> dict[str, object]:
        """The form's contents, valid or not, for showing it again."""
        shown: dict[str, object] = dict(self.values())
        for param in self.spec.offered:
            if isinstance(param, Media):
                shown[param.name] = self.references.get(param.name, [])
            elif param.name not in shown:
                texts = self._posted(param.name)
                shown[param.name] = texts[-1].replace("\r\n", "\n") if texts else None
        return shown

    def refused_media(self) -> dict[str, list[str]]:
        """Errors of individual images and addresses, as opposed to missing ones."""
        found: dict[str, list[str]] = {}
        for param in self.spec.media_params():
            errors = self.errors.as_data().get(param.name, [])
            words = [m for e in errors if e.code in _REFUSALS for m in e.messages]
            if words:
                found[param.name] = words
        return found

    def addresses(self) -> dict[str, str]:
        """Unusable addresses as typed, so that the user can correct them."""
        found: dict[str, str] = {}
        for param in self.spec.media_params():
            good = self.references.get(param.name, [])
            for text in self._posted(param.name):
                if text.strip() and text.strip() not in good and not text.startswith(UPLOAD_PREFIX):
                    found[param.name] = text
        return found

    def clean(self) -> dict[str, Any]:
        for param in self.spec.media_params():
            self._take_media(param)
        for named in self.spec.offered:
            if named.role == "task" and self.cleaned_data.get(named.name):
                with self._told_at(named):
                    self.cleaned_data[named.name] = kie_id(self.person, self.cleaned_data[named.name])
        self._say_problems()
        for problem in judge(self.spec, first_of(self.spec, self.values())[0]):
            name = problem.param if problem.param in self.fields else None
            if name is None or name not in self.errors:
                self.add_error(name, problem.text)
        for problem in misfits(self.spec, self.values()):
            self.add_error(problem.param, ValidationError(problem.text, code="file"))
        return self.cleaned_data

    def _say_problems(self) -> None:
        """For a value that could not be read, report that instead of reporting it as missing."""
        for name in {problem.param for problem in self._problems}:
            if self.has_error(name, "count"):
                del self.errors[name]
        for problem in self._problems:
            self.add_error(problem.param or None, ValidationError(problem.text, code="file"))

    def _take_media(self, param: Media) -> None:
        """Turn new files into uploads; good ones are kept even if others beside them are not.

        When there are more files than any mode takes, none is read.
        """
        items: list[str | File] = self.cleaned_data.get(param.name, [])
        kept = self.references[param.name] = []
        if items:
            with self._told_at(param):
                param.check_count(len(items))
        for item in items:
            with self._told_at(param):
                if isinstance(item, str):
                    kept.append(self._reference(param, item))
                elif len(items) <= param.most_items:
                    kept.append(self._upload(param, item))
        if param.name not in self.errors:
            self.cleaned_data[param.name] = kept

    @contextmanager
    def _told_at(self, param: Param) -> Iterator[None]:
        """Report errors raised inside as errors of the field."""
        try:
            yield
        except Wrong as wrong:
            self.add_error(param.name, ValidationError(str(wrong), code=wrong.code))

    def _reference(self, param: Media, text: str) -> str:
        if param.takes_files and NUMBER.fullmatch(text):
            return clip_of(self.person, text).reference
        param.check_item(text)
        if text.startswith(UPLOAD_PREFIX):
            key = asset_uuid(text)
            if key is None or not policy.visible_assets(self.person).filter(uuid=key).exists():
                raise Wrong(f"This {param.noun} is not here any more. Add it again.", "gone")
        return text

    def _upload(self, param: Media, file: File) -> str:
        if not param.takes_files:
            raise Wrong(param.only_addresses, "url")
        try:
            return inputs.take(self.person, file, param).reference
        except NotTaken as refusal:
            raise Wrong(str(refusal), "file") from refusal
