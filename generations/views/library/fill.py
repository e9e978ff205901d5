"""What is in the library is filled into an order form, and one press undoes it."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import push_url

from generations import catalogue, policy
from generations.catalogue.spec import ModelSpec
from generations.forms.order import OrderForm
from generations.models import Draft
from generations.orders import drafts, presets
from generations.orders.opening import opening_values
from generations.orders.presets import CannotFill, Filled, Part
from generations.views.access import MemberRequest, orders_required, own_form
from generations.views.studio import FIRST_MODEL, page
from generations.views.studio.page import OrderPage


@orders_required
@require_POST
@never_cache
def fill(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Fill an item, or a part of it, into the form that is sent along, or else into the form opened last."""
    own_form(request)
    item = get_object_or_404(policy.visible_library(request.user), uuid=uuid)
    part = Part.WHOLE if (said := request.POST.get("part", "")) not in Part.values else Part(said)
    form = standing_form(request)
    if elsewhere := _changed_elsewhere(request, form):
        return _answer(request, elsewhere, form.spec)
    try:
        filling = presets.filled(item, part, form.spec, _entered(request.user, form), form.kept)
    except CannotFill as refusal:
        return _refused(request, str(refusal))
    order = OrderForm(filling.spec, request.user, _data(filling, form))
    tab = form.tab.name
    draft = presets.put(request.user, filling, item, order.texts(), tab=tab, came_from=form.spec.id)
    shown = page.of_draft(page.brought(request.user, order, filling.brought), draft)
    return _answer(request, replace(shown, tab=tab or shown.tab), form.spec)


@orders_required
@require_POST
@never_cache
def unfill(request: MemberRequest) -> HttpResponse:
    """Give the form what stood there before, and go back to the form that the person was in."""
    own_form(request)
    spec = _spec(request.POST.get("form_of", ""))
    tab = request.POST.get("tab", "").replace("\0", "")[:40]
    filling = presets.take_back(request.user, spec.id, tab)
    back = catalogue.find(filling.came_from) if filling else None
    shown = _opened(request.user, back or spec)
    return _answer(request, replace(shown, tab=tab or shown.tab), spec)


def standing_form(request: MemberRequest) -> OrderForm:
    """The order form that was sent along; without one the draft in the form that is named or opened last."""
    spec = _spec(request.POST.get("form_of", "") or drafts.last_opened(request.user) or FIRST_MODEL)
    if "order_key" in request.POST:
        return OrderForm(spec, request.user, request.POST, request.FILES)
    return OrderForm(spec, request.user, MultiValueDict(_draft_fields(request.user, spec)))


def _spec(model_id: str) -> ModelSpec:
    spec = catalogue.find(model_id)
    if spec is None:
        raise Http404(f"There is no model “{model_id}” in the catalogue.")
    return spec


def _draft_fields(person: User, spec: ModelSpec) -> drafts.Fields:
    draft = Draft.objects.filter(person=person, model_id=spec.id).first()
    return draft.fields if draft else {}


def _entered(person: User, form: OrderForm) -> dict[str, object]:
    """What stands in the form; in one in which nothing was written yet, what it opens with."""
    return form.entered() if form.data else opening_values(person, form.spec)


def _data(filling: Filled, form: OrderForm) -> MultiValueDict[str, str]:
    """The filled form as it would be posted. What stays in the same form stays as it was typed."""
    stays = {}
    if filling.spec is form.spec:
        names = filling.values.keys() - filling.brought
        stays = {name: texts for name, texts in form.texts().items() if name in names}
    more = {"kept": filling.kept, "takes": [str(form.take_count)]}
    return MultiValueDict(presets.texts_of(filling.spec, filling.values) | stays | more)


def _changed_elsewhere(request: MemberRequest, form: OrderForm) -> OrderPage | None:
    """The form that was sent along, if another tab has changed its draft. Else it is the draft now: None."""
    if "order_key" not in request.POST:
        return None
    try:
        drafts.keep(request.user, form.spec.id, form.texts(), form.tab)
    except drafts.ChangedElsewhere as other:
        shown = page.filled(request.user, form)
        key = form.key or other.draft.order_key
        return replace(shown, order_key=key, tab=form.tab.name, turn=form.tab.turn, elsewhere=other.draft)
    return None


def _opened(person: User, spec: ModelSpec) -> OrderPage:
    draft = drafts.open_form(person, spec.id)
    if not draft.fields:
        return page.of_draft(page.fill(person, spec, opening_values(person, spec)), draft)
    form = OrderForm(spec, person, MultiValueDict(draft.fields))
    return page.of_draft(page.filled(person, form), draft)


def _answer(request: MemberRequest, shown: OrderPage, was: ModelSpec) -> HttpResponse:
    """The form; a page without script goes to it."""
    drafts.open_form(request.user, shown.spec.id)
    if not request.htmx:
        return redirect(shown.url)
    answer = render(request, "studio/_order.html", {"page": shown})
    return answer if shown.spec is was else push_url(answer, shown.url)


def _refused(request: MemberRequest, why: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(why, status=409, content_type="text/plain; charset=utf-8")
    messages.error(request, why)
    return redirect("library")
