"""State shared between the running processes: leases, whether sending is on, how Kie answers."""

import functools
import os
import secrets
import socket
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.utils import timezone

from generations.models.credit import CreditsField
from generations.models.obstacle import Facts
from generations.models.one_row import OneRow


class Lease(models.Model):
    """A right that one process holds at a time. It expires when its holder stops beating."""

    name = models.CharField(max_length=40, primary_key=True)
    owner = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} held by {self.owner or 'no process'}"

    @staticmethod
    def me() -> str:
        return f"{socket.gethostname()}:{os.getpid()}:{_mark(os.getpid())}"

    @classmethod
    def take(cls, name: str, life: timedelta) -> bool:
        """Take or renew the lease. False: another process holds it."""
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"until": now, "beat_at": now})
        free = Q(until__lte=now) | Q(owner="") | Q(owner=cls.me())
        clock_was_set_back = Q(beat_at__gt=now + life)
        rows = cls.objects.filter(free | clock_was_set_back, name=name)
        return bool(rows.update(owner=cls.me(), until=now + life, beat_at=now))

    @classmethod
    def give_back(cls, name: str) -> None:
        cls.objects.filter(name=name, owner=cls.me()).update(owner="", until=timezone.now())

    @classmethod
    def end_here(cls, name: str) -> None:
        """End the lease of a process on this machine that is known to be dead."""
        ours = cls.objects.filter(name=name, owner__startswith=f"{socket.gethostname()}:")
        ours.update(owner="", until=timezone.now())

    @classmethod
    def age(cls, name: str) -> timedelta | None:
        """Time since the holder last beat; None when the lease was never held."""
        return cls.since(cls.objects.filter(name=name).values_list("beat_at", flat=True).first())

    @staticmethod
    def since(beat_at: datetime | None) -> timedelta | None:
        """Time since a beat. One in the future counts as far in the past: the clock was set back."""
        return None if beat_at is None else abs(timezone.now() - beat_at)


@functools.cache
def _mark(pid: int) -> str:
    """Distinguishes this process from an earlier one, or one in another container, with the same pid."""
    return secrets.token_hex(4)


class Pause(models.TextChoices):
    """Why sending is paused; the reason determines what ends the pause."""

    KEY = "key", "Kie refused the key"
    CREDITS = "credits", "Kie has not enough credits"
    CAP = "cap", "The key has used up its cap at Kie"
    MAINTENANCE = "maintenance", "Kie is under maintenance"
    RESTORE = "restore", "The database is older than the journal"
    UNCONFIRMED = "unconfirmed", "Several answers were lost"
    PERSON = "person", "An admin paused sending"


class Mismatch(StrEnum):
    """How the journal and the database disagree when sending is paused after a restore."""

    FORGOTTEN = "forgotten"
    LOST = "lost"
    COPIED = "copied"
    SENT = "sent"


PASSING = (Pause.KEY, Pause.CREDITS, Pause.CAP)
"""Reasons that may end without a person: on the next reading of the balance, or by the clock."""
LISTEN_AGAIN = timedelta(seconds=15)
HOUR = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(minutes=1)
WAITS_FOR_KIE = timedelta(seconds=30)
"""How long Kie must be silent before sending waits: any single answer may be lost."""


class Runtime(OneRow):
    """One row: whether sending is on, and when Kie last answered."""

    paused_at = models.DateTimeField(null=True)
    paused_for = models.CharField(max_length=12, choices=Pause, blank=True)
    paused_facts = models.JSONField(default=dict)
    """Kie's words, who paused it and why, or how journal and database disagree (wording/pauses.py)."""
    paused_until = models.DateTimeField(null=True)
    """When the pause ends by the clock; empty: the clock does not end it."""
    answered_at = models.DateTimeField(null=True)
    answer_ms = models.PositiveIntegerField(null=True)
    silent_since = models.DateTimeField(null=True)
    silent_facts = models.JSONField(default=dict)
    """The facts of the last KieError without an answer."""
    reading_due_at = models.DateTimeField(null=True)
    kie = models.CharField(max_length=8, blank=True)
    """Whose tasks these are: “live” or “sandbox”; empty before the first start."""
    journal = models.CharField(max_length=40, blank=True)
    """Identifies the journal's file: a copy of the journal is a different file."""
    media_mark = models.CharField(max_length=40, blank=True)
    """Content of the mark inside the media folder that belongs to this database."""
    hold_seconds = models.PositiveIntegerField(default=0)
    """The hold window of new orders: so long each can still be changed before it is sent."""
    rates_blind = models.BooleanField(default=False)
    """Whether people see what others think of a clip only after they have given it stars themselves."""
    unpriced_cap = CreditsField(null=True)
    """The most that an order may hold whose price nobody knows; empty: it is not taken."""
    asked = models.JSONField(default=list)
    """When Kie was asked for task states within the last second: epoch seconds."""

    def __str__(self) -> str:
        return f"Sending is {'paused' if self.paused_at else 'on'}"

    @classmethod
    def belongs_to(cls, kie: str) -> bool:
        """Whether this database's tasks belong to that Kie. The first caller decides it."""
        cls.row()
        cls.objects.filter(pk=1, kie="").update(kie=kie)
        return cls.objects.filter(pk=1, kie=kie).exists()

    @property
    def waits_for_kie(self) -> bool:
        """Whether Kie has been silent so long that an order would probably get no answer either."""
        return self.silent_since is not None and timezone.now() - self.silent_since >= WAITS_FOR_KIE

    @property
    def wants_reading(self) -> bool:
        """Whether the balance should be read now. A time far ahead comes from a clock that was ahead."""
        now, due = timezone.now(), self.reading_due_at
        return due is None or due <= now or due > now + HOUR

    @classmethod
    def pause(cls, reason: Pause, facts: Facts | None = None, until: datetime | None = None) -> bool:
        """Stop sending until a person, the balance or the clock resumes it. False: already paused.

        The first reason stays, except that one which may end on its own gives way to one that a person has to
        end.
        """
        cls.row()
        weaker = Q(paused_at=None) if reason in PASSING else Q(paused_at=None) | Q(paused_for__in=PASSING)
        rows = cls.objects.filter(weaker, pk=1)
        found = {"paused_for": reason, "paused_facts": facts or {}, "paused_until": until}
        return bool(rows.update(paused_at=timezone.now(), **found))

    @classmethod
    def resume(cls) -> None:
        cls._send_again(cls.objects.filter(pk=1))

    @classmethod
    def end_pause(cls, reason: Pause) -> None:
        """Resume sending if this is the reason why it is paused."""
        cls._send_again(cls.objects.filter(pk=1, paused_for=reason))

    @classmethod
    def pause_for_cap(cls, facts: Facts) -> None:
        """Stop sending until the key's cap may have been reset: a minute after the next full hour.

        A key has hourly, daily and total caps (docs.kie.ai, API key page). Kie does not say when its day
        begins, so one order an hour probes. A 433 costs nothing.
        """
        hour = timezone.now().replace(minute=0, second=0, microsecond=0) + HOUR
        until = hour + CLOCKS_DIFFER
        if not cls.pause(Pause.CAP, facts, until):
            cls.objects.filter(pk=1, paused_for=Pause.CAP).update(paused_until=until)

    @property
    def lets_one_out(self) -> bool:
        """Whether a pause for the cap may be over: one order probes, and its acceptance ends the pause."""
        if self.paused_for != Pause.CAP or self.paused_until is None:
            return False
        return not timezone.now() < self.paused_until <= timezone.now() + 2 * HOUR

    @staticmethod
    def _send_again(rows: models.QuerySet["Runtime"]) -> None:
        rows.update(paused_at=None, paused_for="", paused_facts={}, paused_until=None)

    @classmethod
    def heard(cls, milliseconds: int) -> None:
        cls.row()
        cls.objects.filter(pk=1).update(
            answered_at=timezone.now(), answer_ms=milliseconds, silent_since=None, silent_facts={}
        )

    @classmethod
    def unheard(cls, facts: Facts) -> None:
        """Note that Kie did not answer. The balance is read again soon, and orders wait until Kie answers."""
        cls.row()
        cls.objects.filter(pk=1, silent_since=None).update(silent_since=timezone.now())
        cls.objects.filter(pk=1).update(silent_facts=facts)
        cls.want_reading(LISTEN_AGAIN)

    @classmethod
    def want_reading(cls, after: timedelta) -> None:
        """Have the balance read again, after this time at the latest."""
        cls.row()
        at = timezone.now() + after
        cls.objects.filter(Q(reading_due_at=None) | Q(reading_due_at__gt=at), pk=1).update(reading_due_at=at)
