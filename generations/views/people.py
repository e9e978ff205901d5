"""People: the team, signing in and out, passwords, the theme."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from PIL import Image, UnidentifiedImageError

from generations import ledger, policy, sign_in
from generations.decisions.people import NameTaken, NotPossible
from generations.forms.people import PasswordForm, PersonForm, SignInForm
from generations.models import Budget, Membership, Task, WrongPasswords
from generations.policy import Role
from generations.views import back, decisions, sessions, unsent
from generations.views.access import MemberRequest, admin_required
from generations.views.frame import THEMES

YEAR = 365 * 24 * 60 * 60
SHOWN = 10
"""Decisions that are listed."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person of the team as the page lists them."""

    person: User
    role: Role | None
    spent: Decimal
    open: int

    @property
    def waits_until(self) -> datetime | None:
        """Until when a made-up password waits for its first use."""
        return self.person.membership.password_until if self.role else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def people(request: MemberRequest) -> HttpResponse:
    """The team, and what was decided about it; sent, the form adds a person."""
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


def made_up(request: MemberRequest, person: User, password: str) -> HttpResponse:
    """The one answer that shows a made-up password. Its caller lets nobody keep it."""
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
    context = {"rows": rows, "form": form, "decisions": decisions.latest(SHOWN)}
    return render(request, "people/page.html", context, status=status)


def role_of(person: User) -> Role | None:
    """The role that is theirs, whether or not they can sign in now."""
    found: Membership | None = getattr(person, "membership", None)
    return Role(found.role) if found else None


class LoginView(auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    http_method_names = ["get", "head", "post", "options"]
    next_page = "home"

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        return unsent.way_back(self.request) or back.next_page(self.request, "")

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        self.request.session.set_expiry(None if form.cleaned_data["stay"] else 0)
        unsent.end_others(self.request)
        self.request.session.clear_expired()
        sign_in.remember(answer, form.get_user())
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """While too many passwords are looked at, a page that costs next to nothing."""
        try:
            return super().post(request, *args, **kwargs)
        except sign_in.Busy:
            return HttpResponse(
                render_to_string("accounts/busy.html"), status=503, headers={"Retry-After": "3"}
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        alone = not policy.admins().exists()
        waits = unsent.is_there(self.request)
        return super().get_context_data(sheet=sheet_rows(), without_admin=alone, unsent=waits, **kwargs)


class LogoutView(auth_views.LogoutView):
    """Drafts that the browser kept for this person go with them."""

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        return back.next_page(self.request, "")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer


@method_decorator(never_cache, "dispatch")
class PasswordView(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = PasswordForm
    http_method_names = ["get", "head", "post", "options"]
    success_url = reverse_lazy("home")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The old password is guarded as at the sign-in: it may be somebody with another’s session."""
        tries = sign_in.password_keys(request)
        if WrongPasswords.any_locked(tries):
            return self._refuse("locked", 429)
        try:
            with sign_in.turn(request, request.user.get_username()):
                answer = super().post(request, *args, **kwargs)
        except sign_in.Busy:
            return self._refuse("busy", 503)
        return answer

    def _refuse(self, code: str, status: int) -> HttpResponse:
        form = self.form_class(self.request.user)
        context = self.get_context_data(form=form, refused=form.error_messages[code])
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        must = policy.needs_password(self.request.user)
        return super().get_context_data(must=must, other_places=sessions.count(self.request), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer = super().form_valid(form)
        except NotPossible as changed:
            form.add_error(None, str(changed))
            return self.form_invalid(form)
        messages.success(self.request, "Your password is changed.")
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.has_error("old_password", "password_incorrect"):
            WrongPasswords.add(sign_in.password_keys(self.request))
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End the person's other sessions; this one goes on."""
    ended = sessions.end_others(request)
    places = "1 other place" if ended == 1 else f"{ended} other places"
    messages.success(
        request, f"You are signed out in {places}." if ended else "You were signed in here only."
    )
    return redirect("password")


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie, also for people who are not signed in."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("System, dark or light?")
    answer = HttpResponseRedirect(back.came_from(request, reverse("home")))
    answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return answer


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture of the contact sheet, by its path among the static files."""

    path: str
    ratio: str
    number: int


@cache
def pictures() -> tuple[Frame, ...]:
    """Our decorative pictures; none of anybody's clips is shown before sign-in."""
    folders = [Path(folder) / "sheet" for folder in settings.STATICFILES_DIRS]
    found = [path for folder in folders for path in sorted(folder.glob("*.webp"))]
    return tuple(
        Frame(path=f"sheet/{path.name}", ratio=_ratio(path), number=1780 + 3 * n)
        for n, path in enumerate(found)
    )


def sheet_rows(rows: int = 5, length: int = 6) -> list[list[Frame]]:
    """The pictures in rows that fill a wide screen; neighbouring rows never show the same."""
    frames = pictures()
    if not frames:
        return []
    return [[frames[(row * (length - 1) + n) % len(frames)] for n in range(length)] for row in range(rows)]


def _ratio(path: Path) -> str:
    try:
        with Image.open(path) as picture:
            shape = picture.width / picture.height
    except (OSError, UnidentifiedImageError):
        return "16:9"
    return "16:9" if shape > 1.3 else "9:16" if shape < 0.8 else "1:1"
