"""The order form as a page shows it: model, fields, price, and what would be sent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User
from django.urls import reverse

from generations import orders
from generations.catalogue.params import Choice, Items, Media, Number, Objects, given
from generations.catalogue.spec import ModelSpec
from generations.forms.order import MOST_TAKES, OrderForm
from generations.models.upload import upload_uuid
from generations.views import picker
from generations.views.controls import Entered
from generations.views.drops import uploads_in
from generations.views.fields import Sheet, sheet
from generations.views.quotes import Offer, Request, offer, request_of

MOST_KEPT = 12


@dataclass(frozen=True, kw_only=True)
class Desk:
    """All that `#order` shows."""

    person: User
    spec: ModelSpec
    model: picker.Model
    sheet: Sheet
    offer: Offer
    request: Request
    takes: int
    refusal: str = ""
    restores: bool = False
    """Whether a draft that the browser kept may take the place of these values."""
    order_key: uuid.UUID = field(default_factory=uuid.uuid4)
    most_takes: int = MOST_TAKES
    view: str = "form"
    views = (("form", "Form"), ("json", "JSON"), ("curl", "cURL"))

    @property
    def url(self) -> str:
        return reverse("order", args=[self.spec.id])

    @property
    def quote_url(self) -> str:
        return reverse("quote", args=[self.spec.id])

    @property
    def prompts_url(self) -> str:
        return f"{reverse('prompts')}?model={self.spec.id}"


def fill(
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    kept: Sequence[str] = (),
    *,
    takes: int = 1,
    restores: bool = False,
    form: OrderForm | None = None,
) -> Desk:
    """A form filled with values that nobody has judged yet. Of `form` it shows what images were refused."""
    shown = {**spec.defaults(), **values}
    entered = _entered(spec, _typed(spec, shown), shown, kept, form.refused_media() if form else {}, form)
    return _desk(person, entered, takes=takes, restores=restores)


def judged(person: User, form: OrderForm, refusal: str = "") -> Desk:
    """A form that was sent, with what is wrong with it. Nothing that was typed is lost."""
    shown = form.entered()
    errors = {name: [str(e) for e in found] for name, found in form.errors.items()}
    typed = form.values() | {name: refs for name, refs in form.references.items() if refs}
    spare = errors.get("takes", []) + errors.get("__all__", [])
    entered = _entered(form.spec, typed, shown, kept_in(form), errors, form)
    return _desk(person, entered, takes=form.take_count, refusal=refusal or " ".join(spare))


def quoted(person: User, form: OrderForm) -> Desk:
    """The same without words about what is missing: the price of what is valid so far."""
    typed = form.values() | {name: refs for name, refs in form.references.items() if refs}
    entered = _entered(form.spec, typed, form.entered(), (), {}, None)
    return _desk(person, entered, takes=form.take_count)


def kept_in(form: OrderForm) -> list[str]:
    """Images that wait for a mode that takes them."""
    texts = form.data.getlist("kept") if hasattr(form.data, "getlist") else []
    return [t for t in texts if upload_uuid(t) or t.startswith("https://")][:MOST_KEPT]


def _entered(
    spec: ModelSpec,
    typed: Mapping[str, object],
    shown: Mapping[str, object],
    kept: Sequence[str],
    errors: Mapping[str, list[str]],
    form: OrderForm | None,
) -> Entered:
    def price(values: Mapping[str, object]) -> Decimal | None:
        return orders.price(spec, values).credits

    references = [r for p in spec.media_params() for r in _list(shown.get(p.name))]
    return Entered(
        spec=spec,
        values=typed,
        shown=shown,
        errors=errors,
        price=price,
        kept=list(kept),
        addresses=form.addresses() if form else {},
        uploads=uploads_in(references),
    )


def _desk(person: User, entered: Entered, *, takes: int, refusal: str = "", restores: bool = False) -> Desk:
    spec = entered.spec
    return Desk(
        person=person,
        spec=spec,
        model=picker.card(spec),
        sheet=sheet(entered),
        offer=offer(person, spec, entered.values, takes),
        request=request_of(spec, entered.values),
        takes=takes,
        refusal=refusal,
        restores=restores,
    )


def _typed(spec: ModelSpec, shown: Mapping[str, object]) -> dict[str, object]:
    """The values that can be priced and sent: without what no field would take."""
    found = {}
    for param in spec.offered:
        value = shown.get(param.name)
        raw = isinstance(value, str) and isinstance(param, Number | Items | Objects | Media)
        if isinstance(param, Choice):
            value = next((o for o in param.options if str(o) == str(value)), None)
        if given(value) and not raw:
            found[param.name] = value
    return found


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
