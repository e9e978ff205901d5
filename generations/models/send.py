"""The times a task was handed over to Kie."""

import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from generations.kie.endpoints import asked_id
from generations.models.task import Task


class Send(models.Model):
    """One call of createTask for a task, whatever came of it.

    A task has several when Kie did not take it at first. The callback address of each contains its own token,
    of which only the hash is kept. So a callback for an earlier send is recognised even if Kie's “no” to it
    was wrong.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="sends")
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the random token in the callback address."""
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Task {self.task_id} at {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def to_address(cls, callback_url: str | None) -> "QuerySet[Send]":
        """Sends whose token appears in any segment of the address; another studio's addresses match none."""
        segments = urlsplit(callback_url or "").path.split("/")
        return cls.objects.filter(token_hash__in={token_hash(segment) for segment in segments if segment})

    @classmethod
    def of_another(cls, task: Task, callback_url: str | None) -> "Send | None":
        """The send of another task of ours that the callback address belongs to.

        A task that Kie took a second time, although it had refused, carries the address of its parent, so the
        parent's sends are left out.
        """
        sends = cls.to_address(callback_url).exclude(task__in=[task.pk, task.parent_id])
        return sends.select_related("task").first()


def new_asked_id(task: Task) -> str:
    """An id by which Kie is asked about a task whose order is a question."""
    return asked_id(task.endpoint, task.spec.wire(task.values) if task.spec else task.values)


def new_token() -> tuple[str, str]:
    """A random callback token, and the hash of it that is stored."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
