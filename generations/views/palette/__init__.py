"""Search and commands: whatever has a name, from every page."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.forms.gallery import SEARCH
from generations.views.access import MemberRequest, asked_by_script, member_required
from generations.views.palette import groups
from generations.views.palette.results import MOST_RECENT, Group


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is found for some words, in groups; without words, what one goes to and does."""

    words: str
    groups: list[Group]

    @property
    def count(self) -> int:
        return sum(len(group.results) for group in self.groups)


@member_required
@require_safe
@never_cache
def find(request: MemberRequest) -> HttpResponse:
    """The page of results for `q`; for the script of an open page only the results.

    `recent` names what the person chose lately in this browser, the last first.
    """
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())
    recent = request.GET.get("recent", "").split(",")[:MOST_RECENT]
    too_long = len(words) - SEARCH
    found = Found(words=words, groups=[] if too_long > 0 else groups.found(request.user, words, recent))
    template = "palette/_found.html" if asked_by_script(request) else "palette/page.html"
    return render(request, template, {"found": found, "too_long": max(too_long, 0), "most": SEARCH})
