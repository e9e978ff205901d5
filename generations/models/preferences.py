"""What people have chosen for themselves, kept wherever they sign in."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Digest(models.TextChoices):
    NEVER = "", "Never"
    HOURLY = "hourly", "At most once an hour"
    DAILY = "daily", "At most once a day"


class Notice(models.TextChoices):
    """Of what people are told."""

    ENDED = "ended", "A clip of mine is ready, has failed or needs me"
    MENTION = "mention", "Somebody names me with @"
    ANSWER = "answer", "Somebody answers me"
    VERDICT = "verdict", "Somebody gives a verdict on a clip of mine"
    COMMENT = "comment", "Somebody comments on a clip of mine"
    GUEST = "guest", "A guest comments or judges by a link of mine"


class PreferencesQuerySet(models.QuerySet["Preferences"]):
    def wanting_mail(self, now: datetime) -> Self:
        """Of people who may sign in and have an address: whose mail is due, the longest waiting first."""
        people = Q(person__is_active=True, person__membership__isnull=False) & ~Q(person__email="")
        rows = self.exclude(digest=Digest.NEVER).filter(people, mail_due_at__lte=now)
        return rows.select_related("person").order_by("mail_due_at", "id")


class Preferences(models.Model):
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    hides_ended = models.BooleanField(default=False)
    """Whether the queue lists nothing of what has ended."""
    notifies = models.BooleanField(default=False)
    """Whether browsers that may say when a task of theirs has ended while nobody looks."""
    sounds = models.BooleanField(default=False)
    """Whether a sound says so too."""

    unwanted = models.JSONField(default=list)
    """Kinds of notices, by their value, of which the person does not want to be told."""
    heard_until = models.DateTimeField(null=True)
    """When the person looked last at what others have said to them."""

    digest = models.CharField(max_length=6, choices=Digest, blank=True, default=Digest.NEVER)
    """How often a mail may tell."""
    mailed_until = models.DateTimeField(null=True)
    """What had ended by then is mailed, or ended before the person wanted mail."""
    mail_due_at = models.DateTimeField(null=True)
    """When the worker looks whether there is something to mail."""

    objects = PreferencesQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Preferences of {self.person}"

    @classmethod
    def of(cls, person: User) -> "Preferences":
        """The person's, or what everybody begins with: nothing is written."""
        return cls.objects.filter(person=person).first() or cls(person=person)

    @classmethod
    def known(cls, person: User) -> "Preferences":
        """The same, as they were when the person was read: who signs in is read together with them."""
        found: Preferences | None = getattr(person, "preferences", None)
        return found or cls(person=person)

    @classmethod
    def choose(cls, person: User, **chosen: Any) -> None:
        """Set some of them; the others stay."""
        if chosen.get("digest", Digest.NEVER) != Digest.NEVER and cls.of(person).digest == Digest.NEVER:
            chosen |= {"mailed_until": timezone.now(), "mail_due_at": timezone.now()}
        cls.objects.update_or_create(person=person, defaults=chosen)

    @classmethod
    def listen(cls, person: User, *, until: datetime) -> None:
        """Note that the person has looked at what others have said to them by then."""
        cls.objects.update_or_create(person=person, defaults={"heard_until": until})

    @property
    def wanted(self) -> set[Notice]:
        """Of what the person wants to be told."""
        return {notice for notice in Notice if notice not in self.unwanted}
