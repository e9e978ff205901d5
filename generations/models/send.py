"""The times that a task was handed to Kie."""

import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from generations.models.task import Task


class Send(models.Model):
    """One time that a task was handed to createTask, whatever came of it.

    More than one when Kie did not take it at first. The callback address of each has a token of its own, of
    which only the hash is kept: so Kie’s word on an earlier one is understood even if its “no” was a lie.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="sends")
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the random token in the callback address."""
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Task {self.task_id} at {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def to_address(cls, callback_url: str | None) -> "QuerySet[Send]":
        """Those whose token is in a callback address, wherever in it: none of another studio's."""
        segments = urlsplit(callback_url or "").path.split("/")
        return cls.objects.filter(token_hash__in={token_hash(segment) for segment in segments if segment})

    @classmethod
    def of_another(cls, task: Task, callback_url: str | None) -> "Send | None":
        """The send of another task of ours that a callback address is of.

        What Kie took a second time, against its word, carries the address of its parent.
        """
        sends = cls.to_address(callback_url).exclude(task__in=[task.pk, task.parent_id])
        return sends.select_related("task").first()


def new_token() -> tuple[str, str]:
    """A random callback token and the hash that is stored of it."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
