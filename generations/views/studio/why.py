"""Why an order costs what it does: rows of the list, times what, when seen, what the last ones took."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations import catalogue, policy
from generations.catalogue.quote import Line, quote
from generations.catalogue.spec import ModelSpec, Price
from generations.forms.order import OrderForm
from generations.models import Task
from generations.money.observed import last_alike
from generations.views.access import MemberRequest, orders_required
from generations.views.studio import page
from generations.views.studio.price import Offer, line_words
from generations.wording.priced import priced_words


@dataclass(frozen=True, kw_only=True)
class Part:
    """One row of the price list, as it counts here."""

    row: Price
    what: str
    """“8 s × 18 cr = 144 cr”."""
    when: str
    """For what the row stands: “1080p, sound on”."""


@dataclass(frozen=True, kw_only=True)
class Why:
    spec: ModelSpec
    offer: Offer
    depends: str
    """The values that the price depends on, in words; empty where nothing is known of that."""
    parts: list[Part]
    alike: list[Task]
    """The last tasks of the same, with what Kie took for each."""
    url: str


@orders_required
@require_POST
def why(request: MemberRequest, model_id: str) -> HttpResponse:
    """For the values valid so far, like the price itself: a part for the studio, or a page."""
    spec = catalogue.find(model_id)
    if spec is None:
        raise Http404(f"There is no model “{model_id}” in the catalogue.")
    form = OrderForm(spec, request.user, request.POST)
    offer, prices, values = page.why_of(request.user, form)
    known = offer.quote
    listed = quote(spec, values, today=prices.today, sources=prices.sources)
    shown = Why(
        spec=spec,
        offer=offer,
        depends=priced_words(spec.id, known.priced) if known.priced else "",
        parts=[_part(spec, line) for line in listed.lines],
        alike=last_alike(policy.visible_tasks(request.user), known),
        url=reverse("order", args=[spec.id]),
    )
    template = "studio/_why.html" if request.htmx else "studio/why.html"
    return render(request, template, {"why": shown})


def _part(spec: ModelSpec, line: Line) -> Part:
    return Part(row=line.row, what=line_words(line), when=_when(spec, line.row.when))


def _when(spec: ModelSpec, condition: Mapping[str, object]) -> str:
    values = {name: _one_of(value) for name, value in condition.items()}
    return priced_words(spec.id, {"values": values}) if values else "any order"


def _one_of(value: object) -> object:
    return " or ".join(map(str, value)) if isinstance(value, list | tuple) else value
