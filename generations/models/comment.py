"""What people say about a clip: in threads, about all of it, a moment or a range, with what they draw."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from generations.models.folded import FoldedQuerySet, WordsField
from generations.models.task import Task

LONGEST = 4000
"""Characters of a comment."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A person who is named in a text: where, and by how many characters with the @."""

    person: User
    start: int
    length: int


class CommentQuerySet(FoldedQuerySet["Comment"]):
    def standing(self) -> Self:
        """Those that nobody has deleted."""
        return self.filter(deleted_at=None)


class Comment(models.Model):
    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    reply_to = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    """The comment that begins its thread; empty: this one does."""
    text = models.TextField(max_length=LONGEST)
    """Empty once it is deleted: what it said is its last version then."""
    words = WordsField(of="text")
    second = models.FloatField(null=True, blank=True)
    """Position in the clip, in seconds; empty: the comment is about the whole clip."""
    until = models.FloatField(null=True, blank=True)
    """Where the range ends that begins at `second`; empty: it is about a moment."""
    drawing = models.JSONField(default=list, blank=True)
    """Strokes on the frame at `second`, as `read_drawing` gives them."""
    guests = models.BooleanField(default=False)
    """Whether guests of a link read it too, where they may comment."""
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(null=True, editable=False)
    """Key of the form it came from: submitting the same form twice creates one comment."""

    edited_at = models.DateTimeField(null=True)
    is_done = models.BooleanField(default=False)
    """Whether its thread needs nothing more."""
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who marked the thread done, or opened it again, last."""
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at"]
        indexes: ClassVar = [models.Index(fields=["at"], name="comment_at")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "person", "key"], name="one_comment_per_form"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("second")), name="a_range_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def pieces(self) -> Iterator[tuple[str, User | None]]:
        """The text in its order, in pieces as they were written, each with the person who is named there."""
        at = 0
        for mention in self.mentions.all() if "@" in self.text else ():
            end = mention.start + mention.length
            yield self.text[at : mention.start], None
            yield self.text[mention.start : end], mention.person
            at = end
        yield self.text[at:], None

    @property
    def turn(self) -> str:
        """Which words of it a form has read: another once it has been edited."""
        return self.edited_at.isoformat() if self.edited_at else ""

    def rewrite(self, text: str, *, guests: bool, mentioned: Iterable[Found]) -> None:
        """Say it in other words, to these readers; the words that stood there are kept as a version."""
        with transaction.atomic():
            now = _locked(self)
            if now.deleted_at:
                return
            changed: dict[str, object] = {"guests": guests}
            if now.text != text:
                CommentVersion.keep(now)
                Mention.note(now, mentioned)
                changed |= {"text": text, "edited_at": timezone.now()}
            Comment.objects.filter(pk=now.pk).update(**changed)

    def settle(self, person: User, *, done: bool) -> bool:
        """Mark the thread done, or open it again. False: it is so already."""
        rows = Comment.objects.standing().filter(pk=self.pk, is_done=not done)
        return bool(rows.update(is_done=done, settled_at=timezone.now(), settled_by=person))

    def take_down(self, person: User) -> bool:
        """Delete it: what it said is kept as its last version. False: it is deleted already."""
        with transaction.atomic():
            now = _locked(self)
            if now.deleted_at:
                return False
            CommentVersion.keep(now)
            deleted = {"deleted_at": timezone.now(), "deleted_by": person}
            Comment.objects.filter(pk=now.pk).update(text="", drawing=[], **deleted)
        return True

    def bring_back(self) -> bool:
        """Undo its deletion. False: it stands."""
        with transaction.atomic():
            now = _locked(self)
            last = now.versions.order_by("-replaced_at", "-pk").first()
            if not now.deleted_at or last is None:
                return False
            said = {"text": last.text, "drawing": last.drawing}
            Comment.objects.filter(pk=now.pk).update(deleted_at=None, deleted_by=None, **said)
            last.delete()
        return True


def _locked(comment: Comment) -> Comment:
    return Comment.objects.select_for_update().get(pk=comment.pk)


class CommentVersion(models.Model):
    """What a comment said before it was edited or deleted."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions")
    text = models.TextField()
    drawing = models.JSONField(default=list)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["replaced_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def keep(cls, comment: Comment) -> None:
        cls.objects.create(comment=comment, text=comment.text, drawing=comment.drawing)


class Mention(models.Model):
    """A person who is named in a comment. Where they stand in its text their name of today is shown."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    """Which characters of the text stand for the person, with the @."""
    at = models.DateTimeField(default=timezone.now)
    """When they were first named in it."""

    class Meta:
        ordering: ClassVar = ["start"]
        indexes: ClassVar = [models.Index(fields=["person", "at"], name="mention_person_at")]

    def __str__(self) -> str:
        return f"{self.person} in comment {self.comment_id}"

    @classmethod
    def read(cls, comments: Iterable[Comment]) -> None:
        """Read those of many comments, with their people, in one query at most."""
        named = Prefetch("mentions", cls.objects.select_related("person"))
        prefetch_related_objects([one for one in comments if "@" in one.text], named)

    @classmethod
    def note(cls, comment: Comment, found: Iterable[Found]) -> None:
        """Have these mentions in place of those before; who was named already is not named anew."""
        rows = cls.objects.filter(comment=comment)
        before, now = dict(rows.values_list("person", "at")), timezone.now()
        rows.delete()
        Mention.objects.bulk_create(
            Mention(
                comment=comment,
                person=one.person,
                start=one.start,
                length=one.length,
                at=before.get(one.person.pk, now),
            )
            for one in found
        )
