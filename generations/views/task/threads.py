"""The comments of a task as its page shows them: threads, with the forms beneath each comment."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from django import forms
from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from generations import policy
from generations.forms.review import CommentForm, EditForm
from generations.models import Comment, CommentVersion, Mention, Task, Video
from generations.models.drawing import LONGEST
from generations.wording.names import full_name, short_name
from generations.wording.times import timecode

Piece = tuple[str, User | None]
"""A piece of a comment; with a person, it names them."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A form in which somebody writes: what stands in it, and what is wrong with it."""

    text: str = ""
    guests: bool = False
    second: str = ""
    until: str = ""
    drawing: str = ""
    key: str = field(default_factory=lambda: str(uuid4()))
    """Names one comment, however often it is sent."""
    problems: Sequence[str] = ()

    @classmethod
    def of(cls, form: forms.Form) -> "Box":
        """What was sent, and why it was refused."""
        sent = {name: str(form[name].value() or "") for name in form.fields}
        drawing = sent.get("drawing", "")
        return cls(
            text=sent["text"],
            guests=bool(form["guests"].value()),
            second=sent.get("second", ""),
            until=sent.get("until", ""),
            drawing=drawing if len(drawing) <= LONGEST else "",
            key=sent.get("key", ""),
            problems=[str(problem) for found in form.errors.values() for problem in found],
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A comment; if it has a time, it has a timecode and a position on the timeline."""

    comment: Comment
    name: str
    pieces: Sequence[Piece]
    code: str = ""
    place: str = ""
    width: str = ""
    """How much of the timeline its range takes; empty: it is about a moment."""
    drawing: str = ""
    settled_by: str = ""
    deleted_by: str = ""
    edit: Box | None = None
    """None: the reader did not write it."""
    may_delete: bool = False
    may_bring_back: bool = False
    """Whether the reader has deleted it."""
    versions: Sequence[CommentVersion] = ()

    @property
    def at(self) -> str:
        """The moment in seconds, as scripts read it."""
        return "" if self.comment.second is None else f"{self.comment.second}"

    @property
    def until(self) -> str:
        return "" if self.comment.until is None else f"{self.comment.until}"


@dataclass(frozen=True, kw_only=True)
class Thread:
    head: Line
    replies: Sequence[Line]
    answer: Box | None
    """None: what began it is deleted."""

    @property
    def is_open(self) -> bool:
        return not self.head.comment.is_done

    @property
    def lines(self) -> Iterator[Line]:
        """Those that say something, in their order."""
        return (line for line in (self.head, *self.replies) if not line.deleted_by)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads the comments of a task with this clip, and the form of theirs that was refused."""

    person: User
    clip: Video | None
    form: forms.Form | None

    def threads(self, task: Task, *, own_alone: bool) -> list[Thread]:
        """All threads in which something stands, the oldest first; or only what the reader wrote."""
        comments = task.comments.select_related("person", "settled_by", "deleted_by")
        if own_alone:
            comments = comments.filter(person=self.person)
        found = list(comments.order_by("at", "pk"))
        prefetch_related_objects([one for one in found if one.edited_at], "versions")
        Mention.read(found)
        answers: dict[int, list[Comment]] = {}
        for comment in found:
            if comment.reply_to_id and not comment.deleted_at:
                answers.setdefault(comment.reply_to_id, []).append(comment)
        there = {comment.pk for comment in found}
        heads = [comment for comment in found if comment.reply_to_id not in there]
        threads = (self._thread(head, answers.get(head.pk, [])) for head in heads)
        return [thread for thread in threads if any(thread.lines)]

    def composer(self, threads: Iterable[Thread]) -> Box:
        """The form beneath these threads; it also shows an answer to none of them."""
        answered = {thread.head.comment.pk for thread in threads if thread.answer}
        form = self.form
        return Box.of(form) if isinstance(form, CommentForm) and form.thread not in answered else Box()

    def _thread(self, head: Comment, answers: Iterable[Comment]) -> Thread:
        answer = None if head.deleted_at else self._answer(head)
        return Thread(head=self._line(head), replies=[self._line(one) for one in answers], answer=answer)

    def _answer(self, head: Comment) -> Box:
        form = self.form
        refused = isinstance(form, CommentForm) and form.thread == head.pk
        return Box.of(form) if refused and form else Box()

    def _line(self, comment: Comment) -> Line:
        if comment.deleted_by:
            own = comment.deleted_by == self.person
            name = self._name(comment.deleted_by)
            return Line(comment=comment, name="", pieces=(), deleted_by=name, may_bring_back=own)
        code, place, width = _in_the_clip(comment, self.clip)
        return Line(
            comment=comment,
            name=self._name(comment.person),
            pieces=list(_pieces(comment)),
            code=code,
            place=place,
            width=width,
            drawing=json.dumps(comment.drawing) if comment.drawing else "",
            settled_by=self._name(comment.settled_by) if comment.settled_by else "",
            edit=self._edit(comment) if policy.may_edit_comment(self.person, comment) else None,
            may_delete=policy.may_delete_comment(self.person, comment),
            versions=list(comment.versions.all()) if comment.edited_at else (),
        )

    def _edit(self, comment: Comment) -> Box:
        form = self.form
        if isinstance(form, EditForm) and form.comment.pk == comment.pk:
            return Box.of(form)
        handles = ((f"@{who.get_username()}" if who else text) for text, who in _pieces(comment))
        return Box(text="".join(handles), guests=comment.guests)

    def _name(self, person: User) -> str:
        return "You" if person == self.person else short_name(person)


def _in_the_clip(comment: Comment, clip: Video | None) -> tuple[str, str, str]:
    """The time code of a comment, its place on the timeline and the width of its range."""
    if comment.second is None or clip is None:
        return "", "", ""
    whole = clip.seconds or 1.0
    place = 100 * min(1.0, comment.second / whole)
    code = timecode(comment.second, clip.fps)
    if comment.until is None:
        return code, f"{place:.2f}%", ""
    end = 100 * min(1.0, comment.until / whole)
    return f"{code}–{timecode(comment.until, clip.fps)}", f"{place:.2f}%", f"{end - place:.2f}%"


def _pieces(comment: Comment) -> list[Piece]:
    """The text in its order; where somebody is named, their name of today."""
    return [(f"@{full_name(who)}" if who else text, who) for text, who in comment.pieces()]
