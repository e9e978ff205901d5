"""The studio: order a clip, see what it costs, watch it arrive."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generations import catalogue, orders, policy
from generations.catalogue.spec import ModelSpec
from generations.forms.carry import Carried, carry
from generations.forms.order import OrderForm
from generations.models import Prompt, Task
from generations.templatetags.frame import cr
from generations.views import desk, drops, picker, strip
from generations.views.access import MemberRequest, member_required, orders_required
from generations.views.desk import Desk

FIRST_MODEL = "veo3_fast"
MOST_PROMPTS = 50
ARRANGING = frozenset({"carry", "pick", "discard", "swap", "view"})
"""Buttons that arrange the form anew. While one of them was pressed nothing is ever ordered."""


def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: the studio for those who order, the gallery for the others."""
    return redirect("studio" if policy.may_order(request.user) else "gallery")


@member_required
@require_GET
def studio(request: MemberRequest) -> HttpResponse:
    """Go on with the model that was used last."""
    if not policy.may_order(request.user):
        return _closed(request)
    source = _task(request, request.GET.get("from", ""))
    newest = source or Task.objects.filter(person=request.user).order_by("-id").first()
    live = (m for m in catalogue.models().values() if m.status == "live")
    spec = (newest.spec if newest else None) or catalogue.find(FIRST_MODEL) or next(live)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(reverse("order", args=[spec.id]) + query)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: MemberRequest, model_id: str) -> HttpResponse:
    """The form of one model. Sent, it becomes a queued task, or comes back with what is wrong."""
    spec = _find(model_id)
    if not policy.may_order(request.user):
        return _closed(request)
    if request.method != "POST":
        return _page(request, _from_query(request, spec))
    if ARRANGING & set(request.POST):
        return _arrange(request, spec)
    return _send(request, spec)


@orders_required
@require_POST
def quote(request: MemberRequest, model_id: str) -> HttpResponse:
    """The price of what is valid so far, and the request as it would be sent."""
    form = OrderForm(_find(model_id), request.user, request.POST)
    return render(request, "studio/_quoted.html", {"desk": desk.quoted(request.user, form)})


@member_required
@require_GET
def now(request: MemberRequest) -> HttpResponse:
    """What is being made, and the newest clip."""
    return render(request, "studio/_now.html", {"now": _now(request)})


@orders_required
@require_GET
def prompts(request: MemberRequest) -> HttpResponse:
    """The prompts that the person wrote, the last used first."""
    spec = catalogue.find(request.GET.get("model", ""))
    target = reverse("order", args=[spec.id]) if spec else reverse("studio")
    rows = [
        (p, f"{target}?{urlencode({'prompt': p.pk})}")
        for p in Prompt.objects.filter(person=request.user)[:MOST_PROMPTS]
    ]
    template = "studio/_prompts.html" if request.htmx else "studio/prompts.html"
    return render(request, template, {"prompts": rows, "back": target})


def _find(model_id: str) -> ModelSpec:
    spec = catalogue.find(model_id)
    if spec is None:
        raise Http404(f"There is no model “{model_id}” in the catalogue.")
    return spec


def _closed(request: MemberRequest) -> HttpResponse:
    """Who may order here, for those who may not."""
    people = [p for p in policy.members() if policy.may_order(p)]
    return render(request, "studio/closed.html", {"people": people}, status=403)


def _page(request: MemberRequest, shown: Desk, *, status: int = 200) -> HttpResponse:
    if request.htmx:
        return render(request, "studio/_order.html", {"desk": shown}, status=status)
    view = request.POST.get("view", "form")
    shown = replace(shown, view=view if view in dict(Desk.views) else "form")
    return render(request, "studio/page.html", {"desk": shown, "now": _now(request)}, status=status)


def _now(request: MemberRequest) -> strip.Now:
    query = request.GET
    return strip.now(request.user, query.get("who", ""), query.get("shown", ""), query.get("playing", ""))


def _from_query(request: MemberRequest, spec: ModelSpec) -> Desk:
    """A task's values, an earlier prompt, or single values from the address; the defaults for the rest."""
    source = _task(request, request.GET.get("from", ""))
    found = carry(source.spec, spec, source.values) if source else Carried()
    named = [p.name for p in spec.offered if p.name in request.GET]
    values = {**found.values, **_named(request, spec, named)}
    return desk.fill(request.user, spec, values, found.kept, restores=not (source or named))


def _named(request: MemberRequest, spec: ModelSpec, names: list[str]) -> Mapping[str, object]:
    if not names:
        return {}
    shown = OrderForm(spec, request.user, request.GET).entered()
    values = {name: shown[name] for name in names}
    if str(values.get("prompt", "")).isdecimal() and "order_key" not in request.GET:
        earlier = Prompt.objects.filter(person=request.user, pk=str(values["prompt"])[:18]).first()
        values["prompt"] = earlier.text if earlier else values["prompt"]
    return values


def _task(request: MemberRequest, text: str) -> Task | None:
    try:
        key = uuid.UUID(text)
    except ValueError:
        return None
    return policy.visible_tasks(request.user).filter(uuid=key).first()


def _arrange(request: MemberRequest, spec: ModelSpec) -> HttpResponse:
    """Another model or mode, an image moved or removed, the list of models: the values stay."""
    post = request.POST
    source = catalogue.find(post.get("carry", "")) or spec
    form = OrderForm(source, request.user, post, request.FILES)
    values, kept = form.entered(), desk.kept_in(form)
    if "pick" in post and request.htmx:
        choice = picker.picker(request.user, spec, values, kept)
        return render(request, "studio/_models.html", {"picker": choice})
    if "discard" in post:
        values = drops.without(spec, values, post["discard"])
    elif "swap" in post:
        values = drops.swapped(spec, values, post["swap"])
    elif "carry" in post:
        carried = carry(source, spec, values, kept)
        values, kept = carried.values, carried.kept
    own = form if source is spec else None
    shown = desk.fill(request.user, spec, values, kept, takes=form.take_count, form=own)
    if "pick" in post:
        choice = picker.picker(request.user, spec, values, kept)
        return render(request, "studio/models.html", {"picker": choice, "desk": shown})
    return _page(request, shown)


def _send(request: MemberRequest, spec: ModelSpec) -> HttpResponse:
    form = OrderForm(spec, request.user, request.POST, request.FILES)
    refusal = ""
    if form.is_valid():
        try:
            return _sent(request, form, _place(request, form))
        except orders.NotAdmitted as reason:
            refusal = str(reason)
    return _page(request, desk.judged(request.user, form, refusal), status=422)


def _place(request: MemberRequest, form: OrderForm) -> list[Task]:
    """All takes or none. The same form sent twice is the same tasks. Raises NotAdmitted."""
    values, tasks = form.values(), []
    with transaction.atomic():
        for n in range(form.take_count):
            key = uuid.uuid5(form.key, f"{request.user.pk} take {n}") if form.key else None
            task = orders.place(request.user, form.spec, values, order_key=key)
            if task.values != values:
                raise orders.NotAdmitted(
                    f"This form was sent before, with other values: that is task #{task.pk}. "
                    "Nothing was sent now. Press again to order these."
                )
            tasks.append(task)
    return tasks


def _sent(request: MemberRequest, form: OrderForm, tasks: list[Task]) -> HttpResponse:
    held = cr(sum(t.quote_credits or 0 for t in tasks))
    what = f"{len(tasks)} takes are queued" if len(tasks) > 1 else f"{form.spec.label} is queued"
    message = f"{what}, {held} cr held."
    if not request.htmx:
        messages.success(request, message)
        return redirect("order", model_id=form.spec.id)
    shown = desk.fill(request.user, form.spec, form.values(), desk.kept_in(form), takes=form.take_count)
    answer = render(request, "studio/_sent.html", {"desk": shown, "text": message})
    answer["HX-Trigger"] = json.dumps({"balance": {}, "tasks": {}, "ordered": {}})
    return answer
