"""What people keep in the library under a title: prompts and presets, with all their versions."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from generations import catalogue
from generations.catalogue.spec import ModelSpec
from generations.models.asset import Asset, assets_of
from generations.models.digest import DigestField, digest
from generations.models.folded import FoldedField, fold
from generations.models.task import Task

LONGEST_TITLE, LONGEST_TAG, LONGEST_TEXT = 80, 30, 20_000
"""Characters."""
FIRST_WORDS = 72
"""Characters of a prompt that become its title."""
MOST_TAGS = 12
CAN_BE_HAD_BACK = timedelta(days=1)
"""How long what was removed can be brought back."""


@dataclass(frozen=True, kw_only=True)
class ItemContent:
    """What an item holds: of a prompt its words, of a preset a model and every value of its form."""

    text: str = ""
    """The prompt; may be empty in a preset."""
    model_id: str = ""
    label: str = field(default="", compare=False)
    """What the model was called then: it may leave the catalogue."""
    values: Mapping[str, object] = field(default_factory=dict)
    """By parameter name, as in a task."""


class LibraryItem(models.Model):
    """A prompt or a preset. It holds what its newest version holds."""

    class Kind(models.TextChoices):
        PRESET = "preset", "Preset"
        PROMPT = "prompt", "Prompt"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=6, choices=Kind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="library_items")
    title = models.CharField(max_length=LONGEST_TITLE)
    folded_title = FoldedField(of="title")
    tags = models.JSONField(default=list)
    is_shared = models.BooleanField(default=False)
    """Whether the whole team sees it; else only its person."""
    text = models.TextField(blank=True)
    text_digest = DigestField(of="text")
    """Finds the tasks with this prompt."""
    model_id = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=120, blank=True)
    values = models.JSONField(default=dict)
    number = models.PositiveIntegerField(default=0)
    """Of the newest version, from 1."""
    words = FoldedField(of="searched")
    """The text that searches match."""
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    """Empty: it is there. What was removed can be brought back for a day."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind", "folded_title"],
                condition=Q(removed_at=None),
                name="one_library_item_of_a_title",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "-changed_at", "-id"],
                condition=Q(removed_at=None),
                name="library_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} “{self.title}” of {self.person}"

    @classmethod
    def keep(
        cls,
        person: User,
        kind: str,
        title: str,
        *versions: ItemContent,
        tags: Sequence[str],
        is_shared: bool,
    ) -> tuple["LibraryItem", bool]:
        """Keep versions, the oldest first, under a title: in a new item, or the person's item of that title.

        It holds the last of them then. Also says whether there was anything new: the same again adds none.
        """
        with transaction.atomic():
            known = {"person": person, "kind": kind, "folded_title": fold(title), "removed_at": None}
            found, _ = cls.objects.get_or_create(**known, defaults={"title": title})
            item = cls.objects.select_for_update().get(pk=found.pk)
            item.title, item.tags, item.is_shared = title, list(tags), is_shared
            added = [item.add_version(person, content) for content in item._lacking(versions)]
            if not any(added):
                item.save()
        return item, any(added)

    def _lacking(self, versions: Sequence[ItemContent]) -> Sequence[ItemContent]:
        """What follows the first of these that it has already, in this order; always the last."""
        mine = (version.content for version in self.versions.order_by("number"))
        known = 0
        while known < len(versions) - 1 and versions[known] in mine:
            known += 1
        return versions[known:]

    @classmethod
    def keep_words(cls, person: User, text: str) -> tuple["LibraryItem", bool]:
        """Keep a prompt under its first words; a number follows where another prompt has them.

        Also says whether it is new: what is among the person's prompts already stays as it is.
        """
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=person.pk)
            mine = cls.objects.filter(person=person, kind=cls.Kind.PROMPT, removed_at=None)
            if known := mine.filter(text_digest=digest(text), text=text).first():
                return known, False
            taken = set(mine.values_list("folded_title", flat=True))
            title = next(title for title in _titles(text) if fold(title) not in taken)
            content = ItemContent(text=text)
            return cls.keep(person, cls.Kind.PROMPT, title, content, tags=[], is_shared=False)

    def add_version(self, person: User, content: ItemContent) -> bool:
        """Let it hold this content. False: it does already. Needs a transaction with a lock on the row."""
        if self.number and content == self.content:
            return False
        self.number += 1
        self.text, self.values = content.text, dict(content.values)
        self.model_id, self.label = content.model_id, content.label
        self.changed_at = timezone.now()
        self.save()
        version = LibraryVersion.objects.create(
            item=self,
            number=self.number,
            person=person,
            text=self.text,
            model_id=self.model_id,
            label=self.label,
            values=self.values,
        )
        version.assets.set(assets_of(self.values))
        return True

    def remove(self) -> None:
        """Take it out of the library. What was removed more than a day ago is deleted for good."""
        now = timezone.now()
        LibraryItem.objects.filter(removed_at__lt=now - CAN_BE_HAD_BACK).delete()
        LibraryItem.objects.filter(pk=self.pk).update(removed_at=now)

    def bring_back(self) -> bool:
        """Undo the removal. False: the person has another item of that title by now."""
        try:
            with transaction.atomic():
                LibraryItem.objects.filter(pk=self.pk).update(removed_at=None)
        except IntegrityError:
            return False
        return True

    @property
    def content(self) -> ItemContent:
        return ItemContent(text=self.text, model_id=self.model_id, label=self.label, values=self.values)

    @property
    def spec(self) -> ModelSpec | None:
        """The model of a preset; None when it has left the catalogue."""
        return catalogue.find(self.model_id) if self.model_id else None

    @property
    def searched(self) -> str:
        return " ".join([self.title, *self.tags, self.label, self.text])


def _titles(text: str) -> Iterator[str]:
    """The first words of a text, then the same with a number behind them."""
    line = " ".join(text.split())
    first = line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rsplit(' ', 1)[0]}…"
    first = first if fold(first) else "Prompt"
    yield first
    yield from (f"{first} {number}" for number in count(2))


class LibraryVersion(models.Model):
    """What an item held from some time on. Never changed."""

    item = models.ForeignKey(LibraryItem, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    """Who wrote it: the item's person or an admin."""
    text = models.TextField(blank=True)
    model_id = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=120, blank=True)
    values = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    assets = models.ManyToManyField(Asset, related_name="library_versions")
    """Those that its values name: they are kept as long as it is."""

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="one_library_version_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.item}"

    @property
    def content(self) -> ItemContent:
        return ItemContent(text=self.text, model_id=self.model_id, label=self.label, values=self.values)


class LibraryStar(models.Model):
    """An item that a person has given a star: it comes first where that person looks."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="library_stars")
    item = models.ForeignKey(LibraryItem, models.CASCADE, related_name="stars")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "item"], name="one_star_of_a_library_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item}, a favourite of {self.person}"


class LibraryUse(models.Model):
    """A task that was ordered with the settings of a preset."""

    item = models.ForeignKey(LibraryItem, models.CASCADE, related_name="uses")
    task = models.ForeignKey(Task, models.CASCADE, related_name="library_uses")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "task"], name="one_library_use_of_a_task"),
        ]

    def __str__(self) -> str:
        return f"Task {self.task_id} with {self.item}"
