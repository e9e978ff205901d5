"""The page that gives back what was written and could not be sent, because its session had ended."""

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
    """All that waits, as forms to send; POST drops the one that is named by its address."""
    if request.method == "POST":
        unsent.forget(request, request.POST.get("path", ""))
    forms = unsent.waiting(request)
    if not forms:
        return redirect("home")
    return render(request, "accounts/unsent.html", {"forms": forms})
