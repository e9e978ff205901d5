"""Who may come in by a link: checked at every request, before anything is read."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from generations import policy
from generations.models import Comment, Share, ShareClip, ShareGuest
from generations.models.send import token_hash
from generations.models.share import LONGEST

P = ParamSpec("P")
KNOWN, OPENED = "guest", "opened"
"""Cookies of one link: who has given a name, and that its password was typed."""


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """An open link, and the guest who came by it."""

    share: Share
    token: str
    guest: ShareGuest | None
    """None: no name has been given in this browser."""

    def clip(self, number: int) -> ShareClip:
        """The clip at a place of the link, with `team_speaks`: the team says something of it to guests.

        Raises Http404.
        """
        said = Comment.objects.standing().filter(task=OuterRef("video__task"), guests=True)
        rows = self.share.clips.select_related("video__task", "video__rendition")
        found = rows.annotate(team_speaks=Exists(said)).filter(number=number).first()
        if found is None:
            raise Http404("This link has no such clip.")
        found.share = self.share
        return found

    def remember(self, answer: HttpResponse, name: str, number: int) -> None:
        """Keep something of this link in the browser, which cannot change it or use it for another link."""
        path = reverse("guest", args=[self.token])
        value = signing.dumps([self.share.pk, number], salt=_salt(name))
        secure, age = settings.HTTPS, int(LONGEST.total_seconds())
        answer.set_cookie(name, value, max_age=age, path=path, httponly=True, samesite="Lax", secure=secure)

    def forget(self, answer: HttpResponse, name: str) -> None:
        answer.delete_cookie(name, path=reverse("guest", args=[self.token]), samesite="Lax")


View = Callable[Concatenate[HttpRequest, Entrance, P], HttpResponseBase]


def for_guests(view: View[P]) -> Callable[..., HttpResponseBase]:
    """For a view of an open link. One that is over, withdrawn or wrong has one answer that tells nothing."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        here = entrance(request, token)
        if here is None:
            return gone(request)
        if here.share.password and _kept(request, here.share, OPENED) is None:
            return locked(request, here)
        return sealed(view(request, here, *args, **kwargs))

    return guarded


def entrance(request: HttpRequest, token: str) -> Entrance | None:
    """None: the link is over, withdrawn, or never was one."""
    shares = policy.open_shares().select_related("person")
    share = shares.filter(token_hash=token_hash(token)).first()
    if share is None:
        return None
    number = _kept(request, share, KNOWN)
    guest = share.guests.filter(pk=number).first() if number else None
    return Entrance(share=share, token=token, guest=guest)


def gone(request: HttpRequest) -> HttpResponseBase:
    return sealed(render(request, "guest/gone.html", status=410))


def locked(request: HttpRequest, here: Entrance, wrong: str = "", status: int = 403) -> HttpResponseBase:
    """The page that asks for the password; it says nothing of what is behind it."""
    context = {"here": here, "wrong": wrong}
    return sealed(render(request, "guest/locked.html", context, status=status))


def sealed(answer: HttpResponseBase) -> HttpResponseBase:
    """The answer as search engines and other sites may know nothing of."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _kept(request: HttpRequest, share: Share, name: str) -> int | None:
    """What the browser keeps of this link; None: nothing, or nothing that we gave it."""
    try:
        found: Any = signing.loads(request.COOKIES.get(name, ""), salt=_salt(name), max_age=LONGEST)
        whose, number = found
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(number) if whose == share.pk else None


def _salt(name: str) -> str:
    return f"generations.share.{name}"
