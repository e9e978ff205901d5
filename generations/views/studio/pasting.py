"""What is pasted in the JSON tab fills the form; what stood in it before comes back with one press."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.datastructures import MultiValueDict

from generations import catalogue
from generations.forms import pasted as fields
from generations.forms.order import OrderForm
from generations.orders import pasted
from generations.orders.curl import Unreadable
from generations.views.studio.price import LATER

MOST_NAMES = 12
"""Unknown names that are listed; the rest is counted."""
LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Pasting:
    """What became of a text that was pasted."""

    text: str
    """The text, without any key."""
    refusal: str = ""
    """Why nothing could be read of it; the form stays as it was."""
    form: OrderForm | None = None
    unknown: tuple[str, ...] = ()
    """Names that the model does not have."""
    twice: tuple[str, ...] = ()
    had_key: bool = False
    before: str = ""
    """The form as it stood before, for the button that brings it back."""

    key_words = "There was a key in it. It was dropped and is kept nowhere: Generate uses the studio’s own."

    @property
    def left_out(self) -> str:
        """“foo, bar and 3 others”."""
        names = [f"“{name[:LONGEST_NAME]}”" for name in self.unknown[:MOST_NAMES]]
        more = len(self.unknown) - len(names)
        return ", ".join(names) + (f" and {more} more" if more else "")

    @property
    def doubled(self) -> str:
        return ", ".join(f"“{name[:LONGEST_NAME]}”" for name in self.twice[:MOST_NAMES])


def paste(person: User, here: OrderForm) -> Pasting:
    """The form that the pasted text means, for its model; or why there is none."""
    text = str(here.data.get("pasted", ""))
    plain = pasted.without_key(text)
    had_key = plain != text
    try:
        found = pasted.read(text)
        spec, params = pasted.target(found, here.spec)
    except Unreadable as why:
        return Pasting(text=plain, refusal=str(why), had_key=had_key)
    form, unknown = fields.form_of(spec, person, params, here, ours=LATER)
    return Pasting(
        text="",
        form=form,
        unknown=tuple(unknown),
        twice=found.twice,
        had_key=had_key,
        before=json.dumps({"model": here.spec.id, "fields": here.texts()}),
    )


def brought_back(person: User, text: str) -> OrderForm | None:
    """The form that `Pasting.before` keeps; None for anything else."""
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return None
    spec = catalogue.find(str(kept.get("model", ""))) if isinstance(kept, dict) else None
    texts = kept.get("fields") if spec else None
    if spec is None or not isinstance(texts, Mapping):
        return None
    lists = {name: found for name, found in texts.items() if _is_texts(found)}
    return OrderForm(spec, person, MultiValueDict(lists))


def _is_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(text, str) for text in found)
