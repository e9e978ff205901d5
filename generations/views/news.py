"""What an open page asks from time to time: who is signed in, and how things stand around it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.views.access import MemberRequest, member_required


@login_not_required
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """`{"person": id or null, "token": …}`: who is signed in, and the token that forms need from now on."""
    person = request.user.pk if request.user.is_authenticated else None
    return JsonResponse({"person": person, "token": get_token(request)})


@require_safe
@member_required
def news(request: MemberRequest) -> HttpResponse:
    """The parts of the frame that change: balance, what is under way, what needs a person, the worker."""
    return render(request, "parts/_news.html")
