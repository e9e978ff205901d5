"""Form fields for the parameters of a model: texts come in, values that the model takes come out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from generations.catalogue.params import Param, Wrong
from generations.files.pictures import File


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


class MediaField(forms.Field):
    """Cleans to the posted texts and files; the form judges them, because it keeps the good ones."""

    widget = Words

    def __init__(self, param: Param) -> None:
        super().__init__(required=False, label=param.label)

    def clean(self, value: list[str | File]) -> list[str | File]:
        texts = (item.strip() if isinstance(item, str) else item for item in value)
        return [item for item in texts if item]
