"""Who may open a view. Checked at every request, before anything is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from generations import policy

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of somebody who has a role in the team."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def _only(rule: Callable[[User | AnonymousUser], bool], why: str) -> Callable[[View[P]], Callable[..., Any]]:
    def wrap(view: View[P]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not rule(request.user):
                raise PermissionDenied(why)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


member_required = _only(policy.is_member, "You have no role in this team yet. An admin can give you one.")
orders_required = _only(policy.may_order, "Reviewers look and decide. A creator or an admin can order.")
admin_required = _only(policy.may_administer, "Only an admin may do this.")
