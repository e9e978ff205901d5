"""Form fields for the parameters of a model: texts come in, values that the model takes come out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Param, Wrong
from generations.files.given import File
from generations.forms import rows


def field_of(param: Param) -> forms.Field:
    """The form field of a parameter."""
    match param:
        case Media():
            return MediaField(param)
        case Objects():
            return RecordsField(param)
        case _:
            return ParamField(param)


class Words(forms.Widget):
    """All texts and files posted under one name, in their order: texts first."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str | File]:
        texts = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []
        new = files.getlist(name) if hasattr(files, "getlist") else []
        return [str(text) for text in texts] + [file for file in new if file]


class ParamField(forms.Field):
    """Cleans to the value that the texts mean, None for no value; the form has it judged."""

    widget = Words

    def __init__(self, param: Param) -> None:
        super().__init__(required=False, label=param.label)
        self.param = param

    def clean(self, value: list[str]) -> object:
        try:
            return self.param.parse(value)
        except Wrong as wrong:
            raise ValidationError(str(wrong), code=wrong.code) from wrong


class Records(forms.Widget):
    """The rows posted for a list of records, as one JSON text."""

    def __init__(self, param: Objects) -> None:
        super().__init__()
        self.param = param

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return rows.posted(data, self.param)


class RecordsField(ParamField):
    """Cleans to the records that the rows mean."""

    def __init__(self, param: Objects) -> None:
        forms.Field.__init__(self, required=False, label=param.label, widget=Records(param))
        self.param = param


class MediaField(forms.Field):
    """Cleans to the posted texts and files; the form judges them, because it keeps the good ones."""

    widget = Words

    def __init__(self, param: Param) -> None:
        super().__init__(required=False, label=param.label)

    def clean(self, value: list[str | File]) -> list[str | File]:
        texts = (item.strip() if isinstance(item, str) else item for item in value)
        return [item for item in texts if item]
