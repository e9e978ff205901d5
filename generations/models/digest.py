"""A text in few characters, so that rows with the same text are found by an index."""

from hashlib import blake2b
from typing import Any

from django.db import models


def digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class DigestField(models.CharField):  # type: ignore[type-arg]
    """Another field's text as its digest. It is written together with the row, in each insert and save."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        options |= {"max_length": 32, "editable": False}
        options.setdefault("default", "")
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["max_length"], options["editable"]
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = digest(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value
