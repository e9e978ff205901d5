"""A short digest of a text, so that an index finds rows with the same text."""

from hashlib import blake2b
from typing import Any

from django.db import models


def digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class DigestField(models.CharField):  # type: ignore[type-arg]
    """Digest of another field's text, updated with the row on every insert and save."""

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
