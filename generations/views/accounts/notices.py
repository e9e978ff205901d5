"""What others have said to a person lately; of what people are told, and how."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations import aside
from generations.forms.notices import NoticesForm
from generations.models import Preferences
from generations.models.said import KEPT, said_to
from generations.views.access import MemberRequest, member_required, stays
from generations.wording.told import heard

MOST = 30
"""So many are shown; all that are new, however many these are."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One thing that was said."""

    words: str
    url: str
    at: datetime
    is_new: bool


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notices(request: MemberRequest) -> HttpResponse:
    """The page of all ways. POST sets those that `ways` names; the others stay."""
    now = timezone.now()
    chosen = Preferences.of(request.user)
    if request.method != "POST":
        context = {"form": NoticesForm.of(chosen), "heard": _heard(chosen)}
        if request.method == "GET":
            aside.note("That a person has looked", lambda: _listen(request.user, now))
        return render(request, "accounts/notices.html", context)
    form = NoticesForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "heard": _heard(chosen)}
        return render(request, "accounts/notices.html", context, status=422)
    form.keep(request.user)
    messages.success(request, "Kept. You are told as you have chosen.")
    return render(request, "parts/_toasts.html") if stays(request) else redirect("notices")


def _listen(person: User, until: datetime) -> None:
    """The bell of this answer knows of it already: it reads their preferences anew."""
    Preferences.listen(person, until=until)
    person.refresh_from_db()


def _heard(chosen: Preferences) -> list[Heard]:
    """What was said lately, the newest first; new is what came after the last look."""
    last = chosen.heard_until or chosen.person.date_joined
    said = said_to(chosen.person, chosen.wanted, timezone.now() - KEPT)
    news = sum(one.at > last for one in said)
    return [
        Heard(words=heard(one), url=one.url, at=one.at, is_new=one.at > last)
        for one in said[: -max(MOST, news) - 1 : -1]
    ]
