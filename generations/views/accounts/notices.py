"""How a person is told that a task has ended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations.forms.notices import NoticesForm
from generations.models import Preferences
from generations.views.access import MemberRequest, member_required, stays


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notices(request: MemberRequest) -> HttpResponse:
    """The page of all ways. POST sets those that `ways` names; the others stay."""
    if request.method != "POST":
        form = NoticesForm.of(Preferences.of(request.user))
        return render(request, "accounts/notices.html", {"form": form})
    form = NoticesForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/notices.html", {"form": form}, status=422)
    form.keep(request.user)
    messages.success(request, "Kept. You are told as you have chosen.")
    return render(request, "parts/_toasts.html") if stays(request) else redirect("notices")
