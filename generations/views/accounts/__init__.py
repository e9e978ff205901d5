"""The user's own account: signing in and out, passwords, the theme."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations import policy, sign_in
from generations.decisions.people import NotPossible
from generations.forms.people import PasswordForm, SignInForm
from generations.models import WrongPasswords
from generations.views import back
from generations.views.accounts import sessions, unsent
from generations.views.accounts.posters import sheet_rows
from generations.views.frame import THEMES

YEAR = 365 * 24 * 60 * 60


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
        """While too many passwords are being checked, answer with a page that costs next to nothing."""
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
    """Drafts that the browser kept for this user are removed as well."""

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
        """The old password is protected as at sign-in: the request may come from a stolen session."""
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
    """End the user's other sessions; this one continues."""
    ended = sessions.end_others(request)
    places = "1 other place" if ended == 1 else f"{ended} other places"
    messages.success(
        request, f"You are signed out in {places}." if ended else "You were signed in here only."
    )
    return redirect("password")


@login_not_required
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """`{"person": id or null, "token": …}`: the user signed in, and the token that forms need from now on."""
    person = request.user.pk if request.user.is_authenticated else None
    return JsonResponse({"person": person, "token": get_token(request)})


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store the theme in a cookie, including for users who are not signed in."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("System, dark or light?")
    answer = HttpResponseRedirect(back.came_from(request, reverse("home")))
    answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return answer
