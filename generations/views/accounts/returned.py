"""The page that returns what a user wrote but could not send because the session had ended."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations.views.access import MemberRequest, member_required
from generations.views.accounts import unsent


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def returned(request: MemberRequest) -> HttpResponse:
    """All forms that wait, ready to send; POST discards the one that its address names."""
    if request.method == "POST":
        unsent.forget(request, request.POST.get("path", ""))
    forms = unsent.waiting(request)
    if not forms:
        return redirect("home")
    return render(request, "accounts/unsent.html", {"forms": forms})
