"""What all processes share as the single row of its table."""

from typing import Self

from django.db import models


class OneRow(models.Model):
    class Meta:
        abstract = True

    @classmethod
    def row(cls) -> Self:
        return cls._default_manager.get_or_create(pk=1)[0]

    @classmethod
    def now(cls) -> Self:
        """The row for readers: when there is none yet, nothing is written."""
        return cls._default_manager.filter(pk=1).first() or cls(pk=1)
