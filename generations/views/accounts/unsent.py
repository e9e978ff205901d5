"""Forms posted after their session had ended: kept for the user of the page, and shown to them again.

They wait for a day on the server, in the anonymous session. The sign-in page says that something waits, but
none of its contents. Signing in as a different user deletes it, and expired forms are removed on the next
sign-in of any user. Nothing is ever submitted automatically: the form is shown again, filled in, with the new
session's token, and the user presses the button.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from generations import catalogue, sign_in

KEPT = "unsent"
LIFE = 24 * 60 * 60
"""Seconds."""
MOST = 200_000
"""Maximum total characters of all forms that wait together."""
WRITTEN: Mapping[str, Mapping[str, str]] = {
    "order": {"prompt": "Prompt"},
    "comment": {"text": "Comment"},
    "comment-deed": {"text": "Comment"},
    "choose": {"task_id": "Task id", "reason": "Reason"},
    "sending": {"reason": "Reason"},
    "budget": {"limit": "Monthly limit"},
    "library-keep": {"item-title": "Title", "item-tags": "Tags"},
    "library-item": {"item-title": "Title", "item-tags": "Tags", "item-text": "Prompt"},
    "library-import": {"text": "Library"},
    "people": {
        "username": "Name to sign in with",
        "first_name": "First name",
        "last_name": "Last name",
        "role": "Role",
    },
    "decide": {"username": "Name to sign in with", "first_name": "First name", "last_name": "Last name"},
}
"""The forms in which users write, by the name of their URL, with the labels of their fields."""
NEVER_KEPT = ("csrfmiddlewaretoken", "pasted")
"""What people paste to fill a form may have a key in it."""
NOT_DONE = "You were signed out before that was sent. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """One form as it was posted, without its CSRF token."""

    view: str
    """The name of its URL."""
    path: str
    page: str
    """The page on which it was written."""
    fields: dict[str, list[str]]
    files: list[str]
    """Names of the posted files: the files themselves are not kept."""

    @property
    def written(self) -> list[tuple[str, str, str]]:
        """Name, label and text of the fields in which users write."""
        labels = WRITTEN[self.view]
        return [(n, labels[n], text) for n in labels for text in self.fields.get(n, []) if text.strip()]

    @property
    def is_order(self) -> bool:
        return self.view == "order"

    @property
    def rest(self) -> Iterator[tuple[str, str]]:
        shown = {name for name, *_ in self.written}
        return ((n, text) for n, texts in self.fields.items() if n not in shown for text in texts)

    @property
    def data(self) -> QueryDict:
        """The data from which to build a form."""
        found = QueryDict(mutable=True)
        for name, texts in self.fields.items():
            found.setlist(name, texts)
        return found

    @property
    def size(self) -> int:
        return sum(len(name) + len(text) for name, texts in self.fields.items() for text in texts)


def read(request: HttpRequest, page: str = "") -> Unsent | None:
    """The posted form, if it contains text that the user wrote."""
    view = (request.resolver_match and request.resolver_match.url_name) or ""
    if view not in WRITTEN:
        return None
    fields = {str(name): texts for name, texts in request.POST.lists() if name not in NEVER_KEPT}
    form = Unsent(
        view=view,
        path=_path(request),
        page=page,
        fields={name: [str(text) for text in texts] for name, texts in fields.items()},
        files=[str(file.name) for _, files in request.FILES.lists() for file in files],
    )
    return form if form.written else None


def _path(request: HttpRequest) -> str:
    """The form's address: when the user switches models, it is that of the model being left."""
    if source := catalogue.find(request.POST.get("carry", "")):
        return reverse("order", args=[source.id])
    return request.get_full_path()


def keep(request: HttpRequest, page: str) -> None:
    """Keep a form posted without a session; if it cannot be kept, the next sign-in says so.

    A form without a session that passes the CSRF check comes from a page made after the last sign-in in this
    browser, so its user is known.
    """
    form, whose = read(request, page), sign_in.last_here(request)
    others = {f.path: f for f in _kept(request, whose)}
    if not form or not whose or sum(f.size for f in [*others.values(), form]) > MOST:
        messages.warning(request, NOT_DONE)
        return
    others.pop(form.path, None)
    _write(request, whose, [*others.values(), form])
    request.session.set_expiry(LIFE)


def waiting(request: HttpRequest) -> list[Unsent]:
    """The forms waiting for the signed-in user, the newest last."""
    return _kept(request, request.user.pk) if request.user.is_authenticated else []


def take(request: HttpRequest) -> Unsent | None:
    """The form waiting at this address; it no longer waits afterwards."""
    found = next((form for form in waiting(request) if form.path == request.path), None)
    if found:
        forget(request, found.path)
    return found


def forget(request: HttpRequest, path: str) -> None:
    """The form at this path has been sent, or was discarded."""
    forms = waiting(request)
    others = [form for form in forms if form.path != path]
    if request.user.pk and len(others) < len(forms):
        _write(request, request.user.pk, others)


def way_back(request: HttpRequest) -> str:
    """Where to send a user who signs in with unsent forms; empty when there are none."""
    forms = waiting(request)
    if not forms:
        return ""
    return forms[0].path if len(forms) == 1 and forms[0].is_order else reverse("unsent")


def is_there(request: HttpRequest) -> bool:
    """Whether a form waits for a user who is not signed in yet."""
    return KEPT in request.session


def end_others(request: HttpRequest) -> None:
    """After a sign-in, delete what a different user wrote."""
    if request.session.get(KEPT, {}).get("whose") != request.user.pk:
        request.session.pop(KEPT, None)


def _kept(request: HttpRequest, whose: int | None) -> list[Unsent]:
    found = request.session.get(KEPT)
    return [Unsent(**form) for form in found["forms"]] if found and found["whose"] == whose else []


def _write(request: HttpRequest, whose: int, forms: list[Unsent]) -> None:
    if forms:
        request.session[KEPT] = {"whose": whose, "forms": [asdict(form) for form in forms]}
    else:
        request.session.pop(KEPT, None)
