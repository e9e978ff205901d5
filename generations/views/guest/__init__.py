"""What guests see by a link: a page that works without script, on a phone, over a slow line."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generations import aside, policy, sign_in
from generations.forms.shares import SayForm
from generations.models import ShareClip, ShareLook, WrongPasswords
from generations.views.guest import entrance
from generations.views.guest.entrance import KNOWN, OPENED, Entrance, for_guests
from generations.views.guest.shown import Shown


@for_guests
@require_safe
def look(request: HttpRequest, here: Entrance, number: int = 1) -> HttpResponse:
    """One clip of the link, with all of them in a row."""
    clip = here.clip(number)
    if not policy.is_member(request.user):
        aside.note("A look by a link", lambda: ShareLook.note(clip, here.guest))
    return _page(request, here, clip)


@for_guests
@require_POST
def say(request: HttpRequest, here: Entrance, number: int) -> HttpResponse:
    """A name, stars, a verdict and a comment: whatever was filled in, at once."""
    clip = here.clip(number)
    form = SayForm(request.POST, clip=clip, guest=here.guest)
    if not form.is_valid():
        return _page(request, here, clip, form, status=422)
    guest = form.save()
    answer = redirect(f"{reverse('guest-clip', args=[here.token, number])}#said")
    here.remember(answer, KNOWN, guest.pk)
    return answer


@for_guests
@require_POST
def forget(request: HttpRequest, here: Entrance) -> HttpResponse:
    """Somebody else is at this browser now; what was said stays as it was said."""
    answer = redirect("guest", here.token)
    here.forget(answer, KNOWN)
    return answer


@login_not_required
@require_POST
def unlock(request: HttpRequest, token: str) -> HttpResponseBase:
    """Type the password: throttled as signing in is, and each check waits in the same line."""
    here = entrance.entrance(request, token)
    if here is None:
        return entrance.gone(request)
    if not here.share.password:
        return entrance.sealed(redirect("guest", token))
    tries = sign_in.share_keys(request, here.share.pk)
    if WrongPasswords.any_locked(tries):
        return entrance.locked(request, here, "many", status=429)
    try:
        with sign_in.strangers.turn():
            right = here.share.opens_with(request.POST.get("password", "")[:200])
    except sign_in.Busy:
        return entrance.locked(request, here, "busy", status=503)
    if not right:
        WrongPasswords.add(tries)
        return entrance.locked(request, here, "wrong")
    answer = redirect("guest", token)
    here.remember(answer, OPENED, here.share.pk)
    return entrance.sealed(answer)


def _page(
    request: HttpRequest, here: Entrance, clip: ShareClip, form: SayForm | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, "guest/page.html", {"shown": Shown(here, clip, form)}, status=status)
