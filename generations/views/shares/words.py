"""What the maker of a link is told of: what guests have said since."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from generations import policy
from generations.models import GuestComment, GuestReview, ShareClip
from generations.wording.told import guest_judged, guest_wrote

MOST = 20
"""Of comments, and of verdicts."""


def may_come(person: User) -> int:
    """By how many links of the person guests can say something now."""
    talks = Q(may_comment=True) | Q(may_approve=True)
    return policy.open_shares().filter(talks, person=person).count()


def words_since(person: User, since: datetime) -> list[dict[str, str]]:
    """Comments and verdicts of guests by the person’s links, as news of ended tasks are, of state “guest”."""
    mine = {"clip__share__person": person}
    whole = ("guest", "clip__video__task")
    comments = GuestComment.objects.filter(at__gt=since, **mine).select_related(*whole).order_by("at", "pk")
    reviews = GuestReview.objects.filter(verdict_at__gt=since, **mine).exclude(verdict="")
    verdicts = reviews.select_related(*whole).order_by("verdict_at", "pk")
    return [_news(f"comment-{c.pk}", c.clip, guest_wrote(c)) for c in comments[:MOST]] + [
        _news(f"verdict-{r.pk}-{r.verdict}", r.clip, guest_judged(r)) for r in verdicts[:MOST]
    ]


def _news(key: str, clip: ShareClip, words: str) -> dict[str, str]:
    url = f"{clip.video.task.get_absolute_url()}#guests"
    return {"id": key, "url": url, "words": words, "state": "guest"}
