"""The order form as shown on a page: model, fields, price, and what would be sent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.contrib.auth.models import User
from django.urls import reverse

from generations import orders
from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, given
from generations.catalogue.spec import ModelSpec
from generations.forms.order import OrderForm
from generations.models import Draft, Task
from generations.orders import MOST_TAKES
from generations.views.accounts.unsent import Unsent
from generations.views.studio import picker
from generations.views.studio.answering import Answering
from generations.views.studio.controls import Control, Typed
from generations.views.studio.drops import assets_in
from generations.views.studio.fields import Layout, layout
from generations.views.studio.gone import Stranded, stranded_of
from generations.views.studio.price import Offer, Preview, offer, request_of
from generations.wording.figures import cr


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was ordered under a form's key: it is not ordered a second time unless the user asks for it."""

    tasks: list[Task]
    same: bool
    """Whether it equals the form's current contents."""
    next_key: uuid.UUID
    cost: str

    @property
    def words(self) -> str:
        count = f"these {len(self.tasks)} takes" if len(self.tasks) > 1 else "this"
        if self.same:
            return f"You ordered {count} already. Nothing was ordered a second time."
        return f"This form ordered {count} before, with other values. Nothing was ordered now."

    @property
    def button(self) -> str:
        return f"Order {'it again' if self.same else 'these as well'} · {self.cost}"


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """Everything that `#order` shows."""

    person: User
    spec: ModelSpec
    layout: Layout
    offer: Offer
    request: Preview
    takes: int
    refusal: str = ""
    told_names: Sequence[str] = ()
    """Fields at which the page already shows an error."""
    takes_error: str = ""
    takes_typed: str = ""
    order_key: uuid.UUID = field(default_factory=uuid.uuid4)
    tab: str = field(default_factory=lambda: uuid.uuid4().hex)
    """The name of the tab in which the form is open."""
    turn: int = 0
    """The turn of the draft that this form has read."""
    replaces: bool = False
    """Whether the form was filled from another source, so that its draft's words would be lost."""
    moved: str = ""
    """The model that is gone and whose draft went on into this form."""
    elsewhere: Draft | None = None
    """The draft as another tab has changed it meanwhile."""
    before: Before | None = None
    unsent: Unsent | None = None
    """A form that was sent after the session had ended, and is shown here again."""
    answers: Task | None = None
    """The task whose clip was to be changed, if the order is made for that."""
    most_takes: int = MOST_TAKES
    view: str = "form"
    views = (("form", "Form"), ("json", "JSON"), ("curl", "cURL"))

    @cached_property
    def model(self) -> picker.ModelCard:
        """Built only where it is shown: a new price does not need it."""
        return picker.card(self.spec)

    @cached_property
    def stranded(self) -> list[Stranded]:
        return stranded_of(self.person, self.spec)

    @cached_property
    def answering(self) -> Answering | None:
        return Answering.of(self.answers, self.person) if self.answers else None

    @property
    def url(self) -> str:
        return reverse("order", args=[self.spec.id])

    @property
    def told(self) -> list[Control]:
        """The fields that had an error, each with what is wrong now."""
        return [control for control in self.layout.controls if control.name in self.told_names]

    @property
    def shape_name(self) -> str:
        """The field that says to which shape images are cropped; empty: there is none."""
        shape = self.spec.with_role("shape")
        return shape.name if shape else ""

    @property
    def draft_url(self) -> str:
        return reverse("draft", args=[self.spec.id])

    @property
    def wish_url(self) -> str:
        return reverse("wish", args=[self.order_key])

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
    form: OrderForm | None = None,
) -> OrderPage:
    """A form filled with values that were not judged yet. From `form` it shows the refused images."""
    shown = {**spec.defaults(), **values}
    entered = _entered(spec, _typed(spec, shown), shown, kept, form.refused_media() if form else {}, form)
    return _page_of(person, entered, takes=takes, agreed=form.agreed if form else None)


def filled(person: User, form: OrderForm) -> OrderPage:
    """The same with a form's contents."""
    shown = fill(person, form.spec, form.entered(), form.kept, takes=form.take_count, form=form)
    return replace(shown, answers=form.answers)


def judged(person: User, form: OrderForm, refusal: str = "") -> OrderPage:
    """A form that was sent, with its errors. No input is lost."""
    errors = _errors(form)
    entered = _entered(form.spec, _so_far(form), form.entered(), form.kept, errors, form)
    shown = _page_of(person, entered, takes=form.take_count, agreed=form.agreed)
    refusal = refusal or " ".join(errors.get("__all__", []))
    return _with_takes(replace(shown, refusal=refusal, answers=form.answers), form)


def quoted(person: User, form: OrderForm, told: Sequence[str]) -> OrderPage:
    """The price of the values valid so far. Only errors that were shown before are shown again."""
    errors = {name: found for name, found in _errors(form).items() if name in told}
    entered = _entered(form.spec, _so_far(form), form.entered(), (), errors, None)
    shown = _page_of(person, entered, takes=form.take_count, agreed=form.agreed)
    return _with_takes(replace(shown, told_names=told), form)


def of_draft(shown: OrderPage, draft: Draft) -> OrderPage:
    """The form as a tab that has read this draft and sends under its key."""
    return replace(shown, order_key=draft.order_key, turn=draft.turn)


def ordered_before(shown: OrderPage, tasks: list[Task], *, same: bool) -> OrderPage:
    """The form with a notice that its key was used, and the button that orders once more."""
    total = shown.offer.total
    most = "up to " if shown.offer.unpriced else ""
    cost = f"{most}{cr(total)} cr" if total is not None else "no price known"
    before = Before(tasks=tasks, same=same, next_key=orders.next_key(shown.order_key), cost=cost)
    return replace(shown, before=before)


def _errors(form: OrderForm) -> dict[str, list[str]]:
    return {name: [str(e) for e in found] for name, found in form.errors.items()}


def _so_far(form: OrderForm) -> dict[str, object]:
    return form.values() | {name: refs for name, refs in form.references.items() if refs}


def _with_takes(shown: OrderPage, form: OrderForm) -> OrderPage:
    """Reports immediately when there are more takes than can be ordered at once, like every price."""
    error = " ".join(_errors(form).get("takes", []))
    return replace(shown, takes_error=error, takes_typed=str(form.data.get("takes", "")) if error else "")


def _entered(
    spec: ModelSpec,
    typed: Mapping[str, object],
    shown: Mapping[str, object],
    kept: Sequence[str],
    errors: Mapping[str, list[str]],
    form: OrderForm | None,
) -> Typed:
    references = [r for p in spec.media_params() for r in _list(shown.get(p.name))]
    return Typed(
        spec=spec,
        values=typed,
        shown=shown,
        errors=errors,
        prices=orders.pricing(spec, typed),
        kept=list(kept),
        addresses=form.addresses() if form else {},
        assets=assets_in(references),
    )


def _page_of(person: User, entered: Typed, *, takes: int, agreed: Decimal | None) -> OrderPage:
    spec = entered.spec
    return OrderPage(
        person=person,
        spec=spec,
        layout=layout(entered),
        offer=offer(person, entered.prices, entered.values, takes, agreed),
        request=request_of(spec, entered.values),
        takes=takes,
    )


def _typed(spec: ModelSpec, shown: Mapping[str, object]) -> dict[str, object]:
    """The values that can be priced and sent, without those that no field would accept."""
    found = {}
    for param in spec.offered:
        value = shown.get(param.name)
        raw = isinstance(value, str) and isinstance(param, Number | Items | Objects | Media)
        if isinstance(param, Choice):
            value = next((o for o in param.options if str(o) == str(value)), value if param.free else None)
        if given(value) and not raw:
            found[param.name] = value
    return found


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
