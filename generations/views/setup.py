"""First run: the one-time link that creates the first admin."""

from dataclasses import dataclass
from pathlib import Path
from secrets import compare_digest
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from generations import policy, sign_in, wake
from generations.decisions import people
from generations.forms.people import FirstAdminForm
from generations.models import Pause, Reading, Runtime
from generations.money import ledger
from generations.wording.answers import said

BACKEND = "generations.sign_in.TeamBackend"


class Used(Exception):
    """Another user created the admin with this link a moment ago."""


@dataclass(frozen=True, kw_only=True)
class KeyTest:
    """The result of asking Kie for the balance, which is free."""

    reading: Reading | None
    refusal: str = ""
    worker: bool = True
    took: int | None = None

    @property
    def done(self) -> bool:
        return self.reading is not None and not self.refusal


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Works once, and only while there is no admin. A wrong or used link gets 404, with the reason."""
    if not _opens(token):
        return _closed(request)
    htmx = cast(HtmxDetails, getattr(request, "htmx", None))
    if htmx and htmx.target == "key":
        return render(request, "setup/_key.html", {"key": key_test()})
    form = FirstAdminForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            admin = _first_admin(form)
        except Used:
            return _closed(request)
        login(request, admin, backend=BACKEND)
        messages.success(request, "You are the admin of this studio.")
        answer = redirect("studio")
        sign_in.remember(answer, admin)
        return answer
    status = 422 if form.errors else 200
    return render(request, "setup/page.html", {"form": form, "key": key_test()}, status=status)


def token_file() -> Path:
    """Where the start command stores the token; deleted once it is used."""
    return Path(settings.DATA_DIR) / "setup-token"


def _opens(token: str) -> bool:
    try:
        wanted = token_file().read_text("utf-8").strip()
    except OSError:
        wanted = ""
    right = bool(wanted) and compare_digest(token.encode(), wanted.encode())
    return right and not policy.admins().exists()


def _closed(request: HttpRequest) -> HttpResponse:
    facts = {"without_admin": not policy.admins().exists()}
    return render(request, "setup/used.html", facts, status=404)


def _first_admin(form: FirstAdminForm) -> User:
    """Create the admin and use up the link. Raises Used for the later of two simultaneous submissions."""
    with transaction.atomic():
        person: User = form.save()
        people.begin_as_admin(person)
        try:
            token_file().unlink()
        except FileNotFoundError as used:
            raise Used from used
    return person


def key_test() -> KeyTest:
    """The newest reading, or why there is none. Only the worker asks Kie, never a page."""
    runtime = Runtime.now()
    reading = ledger.balance().reading
    refusal = said(runtime.paused_facts) if runtime.paused_for == Pause.KEY else ""
    if runtime.silent_since and (reading is None or reading.until < runtime.silent_since):
        refusal = refusal or said(runtime.silent_facts)
    return KeyTest(reading=reading, refusal=refusal, worker=wake.alive(), took=runtime.answer_ms)
