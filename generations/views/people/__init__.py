"""People: the team, and what was decided about its members."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.decisions import audit
from generations.decisions.people import NameTaken
from generations.decisions.rating import set_blind
from generations.forms.people import PersonForm
from generations.models import Budget, Membership, Runtime, Task
from generations.money import ledger
from generations.policy import Role
from generations.views.access import MemberRequest, admin_required

SHOWN = 10
"""Number of decisions listed."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person of the team, as listed on the page."""

    person: User
    role: Role | None
    spent: Decimal
    open: int

    @property
    def waits_until(self) -> datetime | None:
        """When a made-up password that is still unused expires."""
        return self.person.membership.password_until if self.role else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def people(request: MemberRequest) -> HttpResponse:
    """The team, and the decisions about it; submitting the form adds a person."""
    if request.method != "POST":
        return _page(request, PersonForm())
    form = PersonForm(request.POST)
    try:
        if form.is_valid():
            person, password = form.add(request.user)
            return made_up(request, person, password)
    except NameTaken as taken:
        form.add_error("username", str(taken))
    return _page(request, form, status=422)


@require_POST
@admin_required
def rating(request: MemberRequest) -> HttpResponse:
    """Whether people see what others think of a clip only after they have given it stars."""
    blind = request.POST.get("blind") == "on"
    set_blind(request.user, blind=blind)
    after = "The others’ opinions show once somebody has rated." if blind else "All see all at once."
    messages.success(request, after)
    return redirect("people")


def made_up(request: MemberRequest, person: User, password: str) -> HttpResponse:
    """The only answer that shows a made-up password. The caller must prevent it from being cached."""
    address = f"{settings.PUBLIC_URL}{reverse('login')}" if settings.PUBLIC_URL else None
    context = {
        "person": person,
        "password": password,
        "address": address or request.build_absolute_uri(reverse("login")),
        "until": person.membership.password_until,
    }
    return render(request, "people/made_up.html", context)


def _page(request: MemberRequest, form: PersonForm, *, status: int = 200) -> HttpResponse:
    months = Budget.objects.filter(month=ledger.this_month()).values_list("person_id", "spent")
    spent = dict(months)
    under_way = dict(Task.objects.open().order_by().values_list("person_id").annotate(Count("pk")))
    everybody = User.objects.select_related("membership").order_by("-is_active", "first_name", "username")
    rows = [
        Row(
            person=person,
            role=role_of(person),
            spent=spent.get(person.pk, Decimal(0)),
            open=under_way.get(person.pk, 0),
        )
        for person in everybody
    ]
    context = {
        "rows": rows,
        "form": form,
        "decisions": audit.latest(SHOWN),
        "blind": Runtime.now().rates_blind,
    }
    return render(request, "people/page.html", context, status=status)


def role_of(person: User) -> Role | None:
    """The person's role, whether or not they can sign in now."""
    found: Membership | None = getattr(person, "membership", None)
    return Role(found.role) if found else None
