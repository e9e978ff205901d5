"""Prompts that people have written, each stored once, for reuse."""

from hashlib import sha256
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from generations.models.folded import FoldedField


class Prompt(models.Model):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="prompts")
    text = models.TextField()
    words = FoldedField(of="text")
    """The text that searches match."""
    digest = models.CharField(max_length=64)
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-used_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "digest"], name="one_prompt_of_a_text"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-used_at"])]

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def remember(cls, person: object, text: str) -> None:
        """Keep a prompt that was just used; does nothing for an empty one."""
        if not text.strip():
            return
        row = cls._of(person, text)
        cls.objects.filter(pk=row.pk).update(uses=F("uses") + 1, used_at=timezone.now())

    @classmethod
    def set_aside(cls, person: object, text: str) -> None:
        """Keep an unsent prompt that another one replaces; does nothing for an empty one."""
        if text.strip():
            row = cls._of(person, text)
            cls.objects.filter(pk=row.pk).update(used_at=timezone.now())

    @classmethod
    def _of(cls, person: object, text: str) -> Self:
        digest = sha256(text.encode()).hexdigest()
        return cls.objects.get_or_create(person=person, digest=digest, defaults={"text": text})[0]
