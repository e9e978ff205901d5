"""Links for guests: made, kept open longer, withdrawn. Boards, views and single clips all come by `share`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from generations import policy
from generations.models import Audit, Rendition, Share, ShareClip, Task, Video
from generations.models.send import new_token
from generations.models.share import LONGEST, MOST_CLIPS

Action = Audit.Action


class NotShared(Exception):
    """No link was made; the text says why."""


class MadeAlready(NotShared):
    """The same form made a link before. Its address cannot be shown again."""

    def __init__(self, made: Share) -> None:
        super().__init__("This link is made already. Its address was shown then and is kept nowhere.")
        self.made = made


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a link allows, and for how long."""

    title: str
    days: int
    """1 to 90, from now."""
    password: str = ""
    """Empty: the link alone is enough."""
    may_rate: bool = False
    may_comment: bool = False
    may_approve: bool = False
    may_download: bool = False
    shows_prompts: bool = False


def share(person: User, clips: Sequence[Video], terms: Terms, key: UUID) -> tuple[Share, str]:
    """Make a link to these clips, in their order, and its token, which is stored nowhere.

    `key` names the wish: sent twice it raises MadeAlready. Raises NotShared without clips or with more than
    200, and PermissionDenied when the person may not share, or does not see one of them.
    """
    _require_sharable(person, clips)
    token, token_hash = new_token()
    facts = {name: getattr(terms, name) for name in ("title", *_ALLOWED)}
    password = make_password(terms.password) if terms.password else ""
    try:
        with transaction.atomic():
            made = Share.objects.create(
                person=person,
                key=key,
                token_hash=token_hash,
                expires_at=_in(terms.days),
                password=password,
                **facts,
            )
            ShareClip.objects.bulk_create(
                ShareClip(share=made, video=clip, number=number) for number, clip in enumerate(clips, 1)
            )
            _write(person, Action.SHARED, made)
    except IntegrityError:
        if known := Share.objects.filter(person=person, key=key).first():
            raise MadeAlready(known) from None
        raise
    for clip in clips:
        if not clip.plays_anywhere:
            Rendition.ask_for(clip)  # A guest cannot ask for one.
    return made, token


_ALLOWED = ("may_rate", "may_comment", "may_approve", "may_download", "shows_prompts")


def revoke(person: User, made: Share) -> bool:
    """Close a link for good: from the next request on nobody sees anything by it. False: it was closed."""
    with transaction.atomic():
        rows = policy.visible_shares(person).filter(pk=made.pk, revoked_at=None)
        if not rows.update(revoked_at=timezone.now()):
            return False
        _write(person, Action.REVOKED, made)
    return True


def extend(person: User, made: Share, days: int) -> bool:
    """Let a link be open for so many days from now, never shorter than it is already.

    False: it was withdrawn, which cannot be undone, or who made it may not share any more.
    """
    with transaction.atomic():
        lasting = policy.lasting_shares().filter(pk=made.pk).values("pk")
        rows = policy.visible_shares(person).filter(pk__in=lasting)
        if not rows.update(expires_at=Greatest("expires_at", _in(days))):
            return False
        _write(person, Action.EXTENDED, made)
    return True


def _require_sharable(person: User, clips: Sequence[Video]) -> None:
    if not policy.may_share(person):
        raise PermissionDenied("Only creators and admins make links for guests.")
    if not clips:
        raise NotShared("There is no clip to share.")
    if len(clips) > MOST_CLIPS:
        raise NotShared(f"A link holds {MOST_CLIPS} clips, and these are {len(clips):,}. Share fewer.")
    tasks = {clip.task_id for clip in clips}
    if policy.visible_tasks(person).filter(pk__in=tasks).count() < len(tasks):
        raise PermissionDenied("One of these clips is not yours to see.")


def _in(days: int) -> datetime:
    return timezone.now() + min(timedelta(days=days), LONGEST)


def _write(person: User, action: Audit.Action, made: Share) -> None:
    """With the task, where the link is of one alone."""
    tasks = list(Task.objects.filter(videos__shared_as__share=made).distinct().order_by("pk")[:2])
    task = tasks[0] if len(tasks) == 1 else None
    Audit.objects.create(person=person, action=action, task=task, text=made.title)
