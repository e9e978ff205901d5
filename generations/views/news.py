"""What an open page asks from time to time: how things stand around it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.views.access import MemberRequest, member_required


@require_safe
@member_required
def news(request: MemberRequest) -> HttpResponse:
    """The parts of the frame that change: balance, what is under way, what needs a person, the worker."""
    return render(request, "parts/_news.html")
