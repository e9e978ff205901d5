"""Who may open a view. Checked on every request, before anything is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from generations import policy
from generations.views.accounts import unsent

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request by a user who has a role in the team."""

    user: User
    htmx: HtmxDetails
    mark: str
    """What this answer is made from, for the parts that poll (views/polls.py)."""


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends anonymous users to sign in: pages redirect, scripts of an open page get 401.

    A page states in `X-Person` which user it was made for. When a different user has signed in since, its
    scripts get 401 too, so one user's input is never attributed to another. A form that a page posts without
    script is kept for its user (`unsent`). Browsers store no answer unless its view says otherwise.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        made_for = request.headers.get("X-Person") or str(request.user.pk)
        if request.user.is_authenticated and made_for == str(request.user.pk):
            if request.method == "POST":
                unsent.forget(request, request.get_full_path())
            return None
        if asked_by_script(request):
            return HttpResponse("You were signed out.", status=401, content_type="text/plain; charset=utf-8")
        page = _page_of(request)
        if request.method == "POST":
            unsent.keep(request, page)
        return redirect_to_login(page, resolve_url(settings.LOGIN_URL))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


def asked_by_script(request: HttpRequest) -> bool:
    """Whether a part of an open page sends the request, not a user who navigates to a page."""
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return True
    return any(name in request.headers for name in ("HX-Request", "X-Person", "X-Requested-With"))


def stays(request: HttpRequest) -> bool:
    """Whether the form was sent by a script that stays on its page: it only wants the toasts."""
    return request.headers.get("X-Requested-With") == "fetch"


def _page_of(request: HttpRequest) -> str:
    """The page to return to after signing in: a redirect cannot repeat a POST."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    return f"/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")


View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def _only(rule: Callable[[User | AnonymousUser], bool], why: str) -> Callable[[View[P]], Callable[..., Any]]:
    def wrap(view: View[P]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if policy.needs_password(request.user):
                own = reverse("password")
                return HttpResponseClientRedirect(own) if request.htmx else redirect(own)
            if not rule(request.user):
                raise PermissionDenied(why)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def own_form(request: MemberRequest) -> None:
    """Refuse a form opened by another user who was signed in here before. Raises PermissionDenied."""
    if request.POST.get("person", str(request.user.pk)) != str(request.user.pk):
        raise PermissionDenied("This form was opened by another person. Load the page again.")


member_required = _only(policy.is_member, "You have no role in this team yet. An admin can give you one.")
orders_required = _only(policy.may_order, "Reviewers look and decide. A creator or an admin can order.")
sharing_required = _only(policy.may_share, "Reviewers look and decide. A creator or an admin can share.")
admin_required = _only(policy.may_administer, "Only an admin may do this.")
