"""Parts of an open page that ask again and again: as long as nothing has changed, nothing is made anew."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from zlib import crc32

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from generations import wake
from generations.models.change import Change
from generations.numbers import whole
from generations.views.access import MemberRequest, asked_by_script
from generations.views.frame import frame_of

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
SEEN = "seen"
"""The parameter by which a part tells the mark of its last answer."""
CATCHES_UP = timedelta(seconds=30)
"""After so long a part is made anew in any case: ages, lateness and the like move with the clock alone."""


def polled(view: View[P]) -> Callable[..., HttpResponseBase]:
    """For a view whose parts poll: 204 when nothing has changed since the answer whose mark they tell.

    `{% poll %}` makes their next address. The mark is read before the view reads anything, so what changes
    meanwhile is in the next answer; it counts for one query string. Views do not see the parameter.
    """

    @wraps(view)
    def answered(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        query = request.GET.copy()
        seen = query.pop(SEEN, [""])[-1]
        request.GET = query  # type: ignore[assignment]
        changes, age = Change.mark(wake.LEASE)
        works = frame_of(request).works = wake.is_alive(age)
        asked_for = crc32(query.urlencode().encode())
        state = f"{changes}-{'works' if works else 'silent'}-{asked_for}"
        asks = request.method in ("GET", "HEAD") and asked_by_script(request)
        if asks and _still(seen, state):
            return HttpResponse(status=204)
        request.mark = f"{state}-{int(timezone.now().timestamp())}"
        return view(request, *args, **kwargs)

    return answered


def _still(seen: str, state: str) -> bool:
    """Whether an earlier answer, not older than allowed, has the mark of now."""
    before, _, at = seen.rpartition("-")
    made = whole(at)
    if before != state or made is None:
        return False
    return 0 <= timezone.now().timestamp() - made < CATCHES_UP.total_seconds()
