"""Requests of the order form's script besides ordering: save the draft, and look up a wish."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from generations import catalogue, orders
from generations.forms.order import OrderForm
from generations.models import Draft
from generations.orders import drafts
from generations.views.access import MemberRequest, orders_required, own_form
from generations.wording.figures import cr


@orders_required
@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: MemberRequest, model_id: str) -> HttpResponse:
    """The turn of the draft; POST saves the form's contents. 409: another tab has changed the draft."""
    spec = catalogue.find(model_id)
    if spec is None:
        raise Http404(f"There is no model “{model_id}” in the catalogue.")
    if request.method != "POST":
        row = Draft.objects.filter(person=request.user, model_id=spec.id).first()
        return JsonResponse({"turn": row.turn if row else 0})
    own_form(request)
    form = OrderForm(spec, request.user, request.POST)
    try:
        row = drafts.keep(request.user, spec.id, form.texts(), form.tab)
    except drafts.ChangedElsewhere as other:
        context = {"draft": other.draft, "url": reverse("order", args=[spec.id])}
        return render(request, "studio/_elsewhere.html", context, status=409)
    return JsonResponse({"turn": row.turn})


@orders_required
@require_GET
@never_cache
def wish(request: MemberRequest, key: UUID) -> JsonResponse:
    """The outcome of a wish whose answer was lost, by the key of its form."""
    tasks = orders.ordered_under(request.user, key)
    if not tasks:
        return JsonResponse({"placed": False, "text": NOT_PLACED})
    numbers = ", ".join(f"#{t.pk}" for t in tasks)
    held = cr(sum(t.quote_credits or 0 for t in tasks))
    after = orders.next_key(key)
    return JsonResponse(
        {
            "placed": True,
            "text": f"The answer was lost, the order was not: it is {numbers}, for {held} cr.",
            "key": str(after),
            "url": reverse("wish", args=[after]),
        }
    )


NOT_PLACED = "The order has not arrived. Generate sends it again, and it stays one order."
