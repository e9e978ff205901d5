"""What was asked of a clip, pinned beside the prompt of the order that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from generations.models import Comment, Task
from generations.wording.names import short_name
from generations.wording.times import timecode

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One comment."""

    comment: Comment
    name: str
    code: str
    """Where in the clip, as a time code; empty: about all of it."""
    url: str
    """The page of the clip, at that moment."""


@dataclass(frozen=True, kw_only=True)
class Answering:
    task: Task
    poster: str
    asked: Sequence[Asked]

    @classmethod
    def of(cls, task: Task, person: User) -> "Answering":
        clip = task.videos.first()
        fps = clip.fps if clip else 0.0
        comments = task.comments.standing().select_related("person")[:MOST]
        return cls(
            task=task,
            poster=clip.poster_url if clip else "",
            asked=[_asked(comment, task, person, fps) for comment in comments],
        )


def _asked(comment: Comment, task: Task, person: User, fps: float) -> Asked:
    return Asked(
        comment=comment,
        name="You" if comment.person_id == person.pk else short_name(comment.person),
        code="" if comment.second is None else timecode(comment.second, fps),
        url=f"{task.get_absolute_url()}#c{comment.pk}",
    )
