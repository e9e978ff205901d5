"""What an open page asks while nobody looks at it: which own tasks have ended, and what others have said."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations import policy
from generations.models import Preferences, Task
from generations.models.preferences import Notice
from generations.models.said import said_to
from generations.numbers import whole
from generations.views.access import MemberRequest, member_required
from generations.wording.told import TELLS, heard
from generations.wording.told import told as words

MOST = 50
LATE = timedelta(seconds=20)
"""A row may be dated so long before others can read it: these seconds are asked for once more."""


@require_safe
@member_required
@never_cache
def told(request: MemberRequest) -> JsonResponse:
    """`ended`: number, address, words and state of each own task that ended after `since` (epoch, in ms);
    `said`: key, address and words of each thing that others have said to the person since then.

    `until` is the next `since`, `more` whether there may be more of them than one answer has, `open` how many
    tasks and links may still bring news; the rest is how the person wants to be told.
    """
    mine = Task.objects.filter(person=request.user)
    since, until = _since(request), timezone.now() - LATE
    chosen = Preferences.of(request.user)
    wanted = chosen.wanted if since else set()
    over = mine.filter(state__in=TELLS, changed_at__gt=since) if Notice.ENDED in wanted else mine.none()
    ended = list(over.order_by("changed_at", "id")[:MOST])
    is_full = len(ended) == MOST
    said = said_to(request.user, wanted, since) if since else []
    return JsonResponse(
        {
            "ended": [_ended(task) for task in ended],
            "said": [{"id": one.key, "url": one.url, "words": heard(one)} for one in said[:MOST]],
            "until": int((min(until, ended[-1].changed_at) if is_full else until).timestamp() * 1000),
            "more": is_full,
            "open": mine.open().count() + _links_that_speak(request.user),
            "notifies": chosen.notifies,
            "sounds": chosen.sounds,
        }
    )


def _ended(task: Task) -> dict[str, object]:
    return {"id": task.pk, "url": task.get_absolute_url(), "words": words(task), "state": task.state}


def _links_that_speak(person: User) -> int:
    """By how many links of the person guests can say something now."""
    speaks = Q(may_comment=True) | Q(may_approve=True)
    return policy.open_shares().filter(speaks, person=person).count()


def _since(request: HttpRequest) -> datetime | None:
    """The moment that is named; None when there is none, or one that no calendar has."""
    milliseconds = whole(request.GET.get("since", ""))
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
