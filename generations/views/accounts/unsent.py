"""What was sent from a page after its session had ended: kept for whose page it was, and shown to them again.

It waits on the server, in the session of nobody, for a day. The sign-in page says that something waits and
nothing of it, and who signs in as somebody else makes an end of it; what has waited too long goes with the
next sign-in of anybody. Nothing of it is ever done by itself: the form is there again, filled, with the token
of the new session, and the person presses.
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
"""Characters of all forms that wait together."""
WRITTEN: Mapping[str, Mapping[str, str]] = {
    "order": {"prompt": "Prompt"},
    "comment": {"text": "Comment"},
    "choose": {"task_id": "Task id", "reason": "Reason"},
    "sending": {"reason": "Reason"},
    "budget": {"limit": "Monthly limit"},
    "people": {
        "username": "Name to sign in with",
        "first_name": "First name",
        "last_name": "Last name",
        "role": "Role",
    },
    "decide": {"username": "Name to sign in with", "first_name": "First name", "last_name": "Last name"},
}
"""The forms in which people write, by the name of their address, and what their fields are called."""
NOT_DONE = "You were signed out before that was sent. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """One form as it was posted, without its token."""

    view: str
    """The name of its address."""
    path: str
    page: str
    """Where it was written."""
    fields: dict[str, list[str]]
    files: list[str]
    """What the files were called: a file itself is not kept."""

    @property
    def written(self) -> list[tuple[str, str, str]]:
        """Name, label and text of the fields in which people write."""
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
        """What a form is made of."""
        found = QueryDict(mutable=True)
        for name, texts in self.fields.items():
            found.setlist(name, texts)
        return found

    @property
    def size(self) -> int:
        return sum(len(name) + len(text) for name, texts in self.fields.items() for text in texts)


def read(request: HttpRequest, page: str = "") -> Unsent | None:
    """The form of a request, if somebody has written something in it."""
    view = (request.resolver_match and request.resolver_match.url_name) or ""
    if view not in WRITTEN:
        return None
    fields = {str(name): texts for name, texts in request.POST.lists() if name != "csrfmiddlewaretoken"}
    form = Unsent(
        view=view,
        path=_path(request),
        page=page,
        fields={name: [str(text) for text in texts] for name, texts in fields.items()},
        files=[str(file.name) for _, files in request.FILES.lists() for file in files],
    )
    return form if form.written else None


def _path(request: HttpRequest) -> str:
    """Where the form belongs: the one of a model that is left for another belongs to the first."""
    if source := catalogue.find(request.POST.get("carry", "")):
        return reverse("order", args=[source.id])
    return request.get_full_path()


def keep(request: HttpRequest, page: str) -> None:
    """Keep what came without a session; what is not kept is told at the next sign-in.

    A form that comes without one and passes the check of its token is from a page that was made after the
    last sign-in in this browser, so it is known whose it was.
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
    """What waits for the person who is signed in, the newest last."""
    return _kept(request, request.user.pk) if request.user.is_authenticated else []


def take(request: HttpRequest) -> Unsent | None:
    """What waits at this address; from now on it does not."""
    found = next((form for form in waiting(request) if form.path == request.path), None)
    if found:
        forget(request, found.path)
    return found


def forget(request: HttpRequest, path: str) -> None:
    """This one has been sent, or is not to be."""
    forms = waiting(request)
    others = [form for form in forms if form.path != path]
    if request.user.pk and len(others) < len(forms):
        _write(request, request.user.pk, others)


def way_back(request: HttpRequest) -> str:
    """Where somebody is led who has signed in and has something unsent; nothing without."""
    forms = waiting(request)
    if not forms:
        return ""
    return forms[0].path if len(forms) == 1 and forms[0].is_order else reverse("unsent")


def is_there(request: HttpRequest) -> bool:
    """Whether something waits for a person who is not signed in yet."""
    return KEPT in request.session


def end_others(request: HttpRequest) -> None:
    """Somebody has signed in: what another one wrote is gone."""
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
