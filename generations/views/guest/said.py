"""What is said of a clip of a link, as its guests read it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from generations.models import Comment, GuestComment, Mention, ShareClip, ShareGuest

NAMELESS = "The studio"
"""Stands for a person without a full name: a name to sign in with is not for guests."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A comment."""

    anchor: str
    name: str
    is_mine: bool
    at: datetime
    second: float | None
    text: str


def lines_of(clip: ShareClip, guest: ShareGuest | None) -> list[Line]:
    """What the guests of the link said, and where they may comment what the team says to guests, by time.

    What the team says among itself is not for them.
    """
    lines = [_of_guest(comment, guest) for comment in clip.comments.select_related("guest")]
    if clip.share.may_comment and getattr(clip, "team_speaks", True):
        lines += [_of_team(comment) for comment in _for_guests(clip)]
    return sorted(lines, key=lambda line: line.at)


def _for_guests(clip: ShareClip) -> list[Comment]:
    comments = Comment.objects.standing().filter(task=clip.video.task_id, guests=True)
    found = list(comments.select_related("person").order_by("at", "pk"))
    Mention.read(found)
    return found


def _of_guest(comment: GuestComment, guest: ShareGuest | None) -> Line:
    return Line(
        anchor=f"c{comment.pk}",
        name=comment.guest.name,
        is_mine=comment.guest == guest,
        at=comment.at,
        second=comment.second,
        text=comment.text,
    )


def _of_team(comment: Comment) -> Line:
    return Line(
        anchor=f"studio-{comment.pk}",
        name=_name(comment.person),
        is_mine=False,
        at=comment.at,
        second=comment.second,
        text="".join(f"@{_name(who)}" if who else text for text, who in comment.pieces()),
    )


def _name(person: User) -> str:
    return person.get_full_name() or NAMELESS
