"""What an open page asks for its frame: the current state of it, and the list of its keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.views.access import MemberRequest, member_required
from generations.views.polls import polled


@require_safe
@member_required
@polled
def news(request: MemberRequest) -> HttpResponse:
    """The changing parts of the frame: balance, tasks under way, what needs a person, the worker."""
    return render(request, "parts/_news.html")


@require_safe
@member_required
def keys(request: MemberRequest) -> HttpResponse:
    """The dialog that lists the keys. A page that opens it asks for it once."""
    return render(request, "parts/_keys.html")
