"""What people write in the studio, kept on the server across tabs, browsers and weeks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations import aside, catalogue, orders
from generations.catalogue.spec import ModelSpec
from generations.models import Draft, Prompt

Fields = Mapping[str, list[str]]
"""Contents of a form: texts by field name, as a browser posts them."""


class ChangedElsewhere(Exception):
    """Another tab has changed the draft since this one read it. `draft` is its current state."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"turn {draft.turn}")
        self.draft = draft


def open_form(person: User, model_id: str) -> Draft:
    """The draft of a model, whose form now counts as the last opened one."""
    mine = Draft.objects.filter(person=person, model_id=model_id)

    def open_it() -> None:
        if last_opened(person) != model_id and not mine.update(opened_at=timezone.now()):
            Draft.objects.bulk_create([Draft(person=person, model_id=model_id)], ignore_conflicts=True)

    aside.note("Which form is open", open_it)
    return mine.first() or Draft(person=person, model_id=model_id)


def last_opened(person: User) -> str:
    """The model whose form the person opened last; empty if none."""
    newest = Draft.objects.filter(person=person).order_by("-opened_at", "-id")
    return newest.values_list("model_id", flat=True).first() or ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One open form: which turn of the draft it has read, and the key under which it sends."""

    name: str
    turn: int
    key: uuid.UUID | None
    replaces: bool = False
    """Whether the form was filled from another source: a task, an earlier prompt, another model."""
    moved: str = ""
    """The model that is gone and whose draft went on into this form; empty: none."""


def keep(person: User, model_id: str, fields: Fields, tab: Tab) -> Draft:
    """Save a tab's form. Raises ChangedElsewhere when another tab wrote after this one had read the draft.

    Saving the same fields again changes nothing, so tabs with the same contents never collide. The next key
    is handed out with the answer to an order: a tab that names it has received that answer.
    """
    with transaction.atomic():
        Draft.objects.get_or_create(person=person, model_id=model_id)
        draft = Draft.objects.select_for_update().get(person=person, model_id=model_id)
        if tab.key and _follows(person, draft.order_key, tab.key):
            draft.order_key = tab.key
        changes = draft.fields != fields
        collides = changes and draft.turn != tab.turn and draft.tab != tab.name
        if changes and not collides:
            if tab.replaces:
                _set_aside(draft, fields)
            draft.fields, draft.changed_at, draft.tab = dict(fields), timezone.now(), tab.name
            draft.turn += 1
        draft.save()
        if tab.moved and not collides:
            _leave(person, tab.moved)
    if collides:
        raise ChangedElsewhere(draft)
    return draft


def stranded(person: User) -> list[Draft]:
    """Drafts with a prompt or files in the forms of models that are gone, the last written first.

    What was ordered is no draft any more.
    """
    gone = {spec.id: spec for spec in catalogue.models().values() if spec.status == "retired"}
    rows = Draft.objects.filter(person=person, model_id__in=gone).exclude(fields={}).order_by("-changed_at")
    written = [draft for draft in rows if _is_written(gone[draft.model_id], draft.fields)]
    return [draft for draft in written if not orders.ordered_under(person, draft.order_key)]


def drop(person: User, model_id: str) -> None:
    """Empty the draft of a model that is gone; its words stay among the person's earlier prompts."""
    with transaction.atomic():
        draft = _leave(person, model_id)
        if draft:
            _set_aside(draft, {})


def _follows(person: User, key: uuid.UUID, later: uuid.UUID) -> bool:
    """Whether the later key was handed out after what was ordered or planned under this one."""
    while key != later and orders.is_used(person, key):
        key = orders.next_key(key)
    return key == later


def _leave(person: User, model_id: str) -> Draft | None:
    """Empty the draft in the form of a model that is gone. It is returned as it was."""
    spec = catalogue.find(model_id)
    found = Draft.objects.select_for_update().filter(person=person, model_id=model_id).first()
    if found is None or spec is None or spec.status != "retired":
        return None
    Draft.objects.filter(pk=found.pk).update(
        fields={}, turn=found.turn + 1, changed_at=timezone.now(), tab=""
    )
    return found


def _is_written(spec: ModelSpec, fields: Fields) -> bool:
    prompt = spec.with_role("prompt")
    names = [*([prompt.name] if prompt else []), *(param.name for param in spec.media_params())]
    return any(text.strip() for name in names for text in fields.get(name, []))


def _set_aside(draft: Draft, fields: Fields) -> None:
    """Keep the words about to be replaced among the person's earlier prompts."""
    spec = catalogue.find(draft.model_id)
    prompt = spec.with_role("prompt") if spec else None
    if prompt and draft.fields.get(prompt.name) != fields.get(prompt.name):
        Prompt.set_aside(draft.person, "".join(draft.fields.get(prompt.name, [])))
