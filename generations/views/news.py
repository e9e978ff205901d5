"""What an open page polls for: the current state of the frame around it."""

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
