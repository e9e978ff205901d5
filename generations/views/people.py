"""People: the team and its roles, signing in, passwords, the theme."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from PIL import Image, UnidentifiedImageError

from generations import ledger, policy, sign_in
from generations.forms.people import PasswordForm, PersonForm, SignInForm
from generations.models import Audit, Budget, WrongPasswords
from generations.policy import Role
from generations.templatetags.frame import full_name
from generations.views import decisions
from generations.views.access import MemberRequest, admin_required
from generations.views.frame import THEMES
from generations.views.team import Member, team

YEAR = 365 * 24 * 60 * 60
SHOWN = 10
"""Decisions that are listed."""


@dataclass(frozen=True, kw_only=True)
class Row:
    member: Member
    spent: Decimal
    edit_url: str


@never_cache
@require_http_methods(["GET", "POST"])
@admin_required
def people(request: MemberRequest) -> HttpResponse:
    """The team; an admin gives roles here and adds people."""
    match request.method, request.POST.get("do"):
        case "POST", "role":
            return _give_role(request)
        case "POST", "add":
            return _add(request)
        case "POST", _:
            return HttpResponseBadRequest("Give a role or add a person?")
    return _page(request, PersonForm())


def _page(request: MemberRequest, form: PersonForm, *, status: int = 200, **more: Any) -> HttpResponse:
    months = Budget.objects.filter(month=ledger.this_month()).values_list("person_id", "spent")
    spent = dict(months)
    everybody = User.objects.order_by("-is_active", "first_name", "username")
    rows = [
        Row(
            member=member,
            spent=spent.get(member.person.pk, Decimal(0)),
            edit_url=reverse("admin:auth_user_change", args=[member.person.pk]),
        )
        for member in team(everybody)
    ]
    context = {"rows": rows, "form": form, "roles": list(Role), "decisions": decisions.latest(SHOWN)} | more
    return render(request, "people/page.html", context, status=status)


def _give_role(request: MemberRequest) -> HttpResponse:
    pk, name = request.POST.get("person", ""), request.POST.get("role", "")
    if name not in list(Role) or not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return HttpResponseBadRequest("Which role, for whom?")
    with transaction.atomic():
        person = get_object_or_404(User.objects.select_for_update(), pk=int(pk))
        others = policy.admins().exclude(pk=person.pk)
        if policy.may_administer(person) and name != Role.ADMIN and not others.exists():
            messages.error(request, f"{full_name(person)} is the last admin. Make somebody else one first.")
            return redirect("people")
        before = policy.role(person)
        policy.give_role(person, Role(name))
        if before != name:
            text = f"{full_name(person)}: {before or 'no role'} → {name}"
            Audit.objects.create(person=request.user, action=Audit.Action.ROLE, text=text)
    article = "an" if name == Role.ADMIN else "a"
    messages.success(request, f"{full_name(person)} is {article} {name} now.")
    return redirect("people" if person != request.user or name == Role.ADMIN else "home")


def _add(request: MemberRequest) -> HttpResponse:
    """The password is shown in this answer and never again."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    with transaction.atomic():
        person, password = form.make()
        text = f"{full_name(person)}: {policy.role(person)}, new"
        Audit.objects.create(person=request.user, action=Audit.Action.ROLE, text=text)
    return _page(request, PersonForm(), made=person, password=password)


class LoginView(auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    next_page = "home"

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        if not form.cleaned_data["stay"]:
            self.request.session.set_expiry(0)
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
        return super().get_context_data(sheet=sheet_rows(), without_admin=alone, **kwargs)


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """There is one way to sign in, also to Django’s admin."""
    if request.user.is_authenticated:
        raise PermissionDenied("Only an admin may open this.")
    return redirect(f"{reverse('login')}?{request.META['QUERY_STRING']}")


class PasswordView(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = PasswordForm
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

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.has_error("old_password", "password_incorrect"):
            WrongPasswords.add(sign_in.password_keys(self.request))
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie, also for people who are not signed in."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("System, dark or light?")
    answer = redirect(_came_from(request))
    answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return answer


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the request came from, without host."""
    referer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return reverse("home")
    parts = urlsplit(referer)
    path = f"/{parts.path.lstrip('/')}"
    return f"{path}?{parts.query}" if parts.query else path


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
