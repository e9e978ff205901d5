"""One person of the team: what they did, and what an admin can decide about them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from generations.decisions import audit, people
from generations.forms.people import NameForm, RoleForm
from generations.library.durations import with_usual
from generations.models import Budget, Review, Task
from generations.money import ledger
from generations.policy import Role
from generations.views.access import MemberRequest, admin_required
from generations.views.people import made_up, role_of
from generations.wording.names import full_name

SHOWN = 8
"""Number of tasks and decisions listed."""

MEANINGS = {
    Role.ADMIN: "Does everything: orders, settles all cases, sets budgets, pauses sending, gives roles.",
    Role.CREATOR: "Orders clips within a budget, and cancels, retries and settles their own tasks.",
    Role.REVIEWER: "Looks, rates, comments and downloads. Orders nothing and spends nothing.",
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """The confirmation before an act: what it means, and the button that performs it."""

    title: str
    lines: list[str]
    button: str
    deed: str
    role: str = ""
    danger: bool = False


@require_safe
@admin_required
def person(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _find(pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def decide(request: MemberRequest, pk: int, deed: str) -> HttpResponse:
    """GET explains what the act means; POST performs it."""
    if deed not in DEEDS:
        raise Http404(f"There is no “{deed}” for people.")
    who = _find(pk)
    ask, do = DEEDS[deed]
    if request.method != "POST":
        question = ask(request, who)
        if question is None:
            return redirect("person", pk=who.pk)
        return render(request, "people/question.html", {"person": who, "question": question})
    try:
        return do(request, who)
    except people.NotPossible as closed:
        messages.error(request, str(closed))
    return redirect("person", pk=who.pk)


def _give_role(request: MemberRequest, who: User) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, who, role_form=form, status=422)
    new = Role(form.cleaned_data["role"])
    people.give_role(request.user, who, new)
    messages.success(request, f"{full_name(who)} is {_article(new)} now.")
    stays = who != request.user or new is Role.ADMIN
    return redirect("person", pk=who.pk) if stays else redirect("home")


def _ask_role(request: MemberRequest, who: User) -> Question | None:
    form = RoleForm(request.GET)
    if not form.is_valid() or form.cleaned_data["role"] == role_of(who):
        return None
    new, before = Role(form.cleaned_data["role"]), role_of(who)
    lines = [MEANINGS[new]]
    if before:
        lines.append(f"Now: {_article(before)}. {MEANINGS[before]}")
    lines.append("It counts from their next click on, also in pages that are open. Their tasks go on.")
    if who == request.user:
        lines.append("This is you: you cannot take it back yourself.")
    return Question(
        title=f"Make {full_name(who)} {_article(new)}?",
        lines=lines,
        button=f"Make {_article(new)}",
        deed="role",
        role=new,
        danger=who == request.user,
    )


def _rename(request: MemberRequest, who: User) -> HttpResponse:
    form = NameForm(request.POST, instance=_find(who.pk))
    try:
        if form.is_valid():
            people.rename(request.user, who, **form.cleaned_data)
            messages.success(request, "The name is changed.")
            return redirect("person", pk=who.pk)
    except people.NameTaken as taken:
        form.add_error("username", str(taken))
    return _page(request, who, name_form=form, status=422)


def _ask_nothing(request: MemberRequest, who: User) -> Question | None:
    """No question: the form is on the person's page."""
    return None


def _switch_off(request: MemberRequest, who: User) -> HttpResponse:
    people.switch_off(request.user, who)
    messages.success(request, f"{full_name(who)} is switched off and signed out everywhere.")
    return redirect("person", pk=who.pk) if who != request.user else redirect("login")


def _ask_off(request: MemberRequest, who: User) -> Question | None:
    if not who.is_active:
        return None
    under_way = Task.objects.open().filter(person=who).count()
    lines = [
        "They are signed out everywhere at once and cannot sign in.",
        "Their clips, comments and figures stay.",
        "Switching on again makes a new password: the present one is gone.",
    ]
    if under_way:
        tasks = "1 task of theirs is" if under_way == 1 else f"{under_way} tasks of theirs are"
        lines.insert(1, f"{tasks} under way and will be finished and paid. Cancel waiting ones in the queue.")
    title = f"Switch {full_name(who)} off?"
    return Question(title=title, lines=lines, button="Switch off", deed="off", danger=True)


def _switch_on(request: MemberRequest, who: User) -> HttpResponse:
    return made_up(request, _find(who.pk), people.switch_on(request.user, who))


def _ask_on(request: MemberRequest, who: User) -> Question | None:
    if who.is_active:
        return None
    found = role_of(who)
    lines = ["They can sign in again, with a new password that is shown to you once."]
    if found:
        lines.append(f"They are {_article(found)}. {MEANINGS[found]}")
    return Question(title=f"Switch {full_name(who)} on?", lines=lines, button="Switch on", deed="on")


def _new_password(request: MemberRequest, who: User) -> HttpResponse:
    return made_up(request, _find(who.pk), people.new_password(request.user, who))


def _ask_password(request: MemberRequest, who: User) -> Question | None:
    if not who.is_active or who == request.user:
        return None
    lines = [
        "The present password ends now, and they are signed out everywhere.",
        "The new one is shown to you once. At the next sign-in they choose their own.",
    ]
    title = f"Make a new password for {full_name(who)}?"
    return Question(title=title, lines=lines, button="Make a new password", deed="password", danger=True)


Ask = Callable[[MemberRequest, User], Question | None]
Do = Callable[[MemberRequest, User], HttpResponse]
DEEDS: dict[str, tuple[Ask, Do]] = {
    "role": (_ask_role, _give_role),
    "name": (_ask_nothing, _rename),
    "password": (_ask_password, _new_password),
    "off": (_ask_off, _switch_off),
    "on": (_ask_on, _switch_on),
}


def _find(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("membership"), pk=pk)


def _page(
    request: MemberRequest,
    who: User,
    *,
    name_form: NameForm | None = None,
    role_form: RoleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    who = _find(who.pk)
    tasks = Task.objects.filter(person=who)
    month = Budget.objects.filter(person=who, month=ledger.this_month()).first()
    context = {
        "person": who,
        "role": role_of(who),
        "waits_until": who.membership.password_until if role_of(who) else None,
        "ran_out": bool(role_of(who)) and who.membership.ran_out(timezone.now()),
        "roles": [(role, MEANINGS[role]) for role in Role],
        "role_form": role_form,
        "name_form": name_form or NameForm(instance=who),
        "month": month,
        "tasks": with_usual(tasks.select_related("person").order_by("-id")[:SHOWN]),
        "task_count": tasks.count(),
        "open_count": tasks.open().count(),
        "review_count": Review.objects.filter(person=who).count(),
        "gallery_url": f"{reverse('gallery')}?person={who.pk}",
        "decisions": audit.of_person(who, SHOWN),
    }
    return render(request, "people/person.html", context, status=status)


def _article(role: Role) -> str:
    return f"an {role}" if role is Role.ADMIN else f"a {role}"
