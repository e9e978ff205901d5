"""The studio: order a clip, see what it costs, watch it arrive."""

import json
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generations import aside, catalogue, orders, policy
from generations.catalogue.carry import Carried, carry
from generations.catalogue.field_map import field_map
from generations.catalogue.spec import ModelSpec
from generations.forms.order import OrderForm
from generations.library.kept import typed
from generations.models import Asset, Prompt, Task
from generations.numbers import uuid_in, whole
from generations.orders import drafts, line, presets
from generations.orders.expansion import as_written
from generations.orders.first_frame import starting_from
from generations.orders.opening import opening_values
from generations.views.access import MemberRequest, member_required, orders_required, own_form
from generations.views.accounts import unsent
from generations.views.frame import frame_of
from generations.views.studio import assets, drops, now, ours, page, pasting, picker, planning
from generations.views.studio.marks import Marks
from generations.views.studio.page import OrderPage
from generations.wording.figures import cr

FIRST_MODEL = "veo3_fast"
ARRANGING = frozenset(
    {
        "carry",
        "pick",
        "discard",
        "swap",
        "view",
        "mine",
        "drop",
        "ours",
        "unanswer",
        *ours.DEEDS,
        "fill",
        "undo",
        "unchange",
    }
)
"""Buttons that rearrange the form. A request from one of them never orders anything."""
NO_KEY = "Nothing was ordered: this form came without its order key. It has one now, so press Generate again."


def home(request: HttpRequest) -> HttpResponse:
    """The start page: the studio for users who order, the gallery for the others."""
    return redirect("studio" if policy.may_order(request.user) else "gallery")


@member_required
@require_GET
def studio(request: MemberRequest) -> HttpResponse:
    """Continue with the form that was opened last."""
    if not policy.may_order(request.user):
        return _closed(request)
    source = _source(request)
    model_id = source.model_id if source else drafts.last_opened(request.user)
    newest = Task.objects.filter(person=request.user).order_by("-id").first()
    live = (m for m in catalogue.models().values() if m.status == "live")
    spec = catalogue.find(model_id) or (newest.spec if newest else None) or catalogue.find(FIRST_MODEL)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(reverse("order", args=[(spec or next(live)).id]) + query)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def order(request: MemberRequest, model_id: str) -> HttpResponse:
    """The form of one model. When sent, it becomes a queued task or comes back with its errors."""
    spec = _find(model_id)
    if not policy.may_order(request.user):
        return _closed(request)
    if request.method != "POST":
        sent_before = unsent.take(request) if request.method == "GET" else None
        shown = _given_back(request, spec, sent_before) if sent_before else _opened(request, spec)
        return _page(request, shown)
    own_form(request)
    if ARRANGING & set(request.POST):
        return _arrange(request, spec)
    return _send(request, spec)


@orders_required
@require_POST
def quote(request: MemberRequest, model_id: str) -> HttpResponse:
    """The price of the values valid so far, and the request as it would be sent."""
    form = OrderForm(_find(model_id), request.user, request.POST)
    shown = page.quoted(request.user, form, request.POST.getlist("told"))
    return render(request, "studio/_quoted.html", {"page": shown})


def _find(model_id: str) -> ModelSpec:
    spec = catalogue.find(model_id)
    if spec is None:
        raise Http404(f"There is no model “{model_id}” in the catalogue.")
    return spec


def _closed(request: MemberRequest) -> HttpResponse:
    """Who may order here, for users who may not."""
    people = [p for p in policy.members() if policy.may_order(p)]
    return render(request, "studio/closed.html", {"people": people}, status=403)


def _page(request: MemberRequest, shown: OrderPage, *, status: int = 200) -> HttpResponse:
    if request.htmx:
        return render(request, "studio/_order.html", {"page": shown}, status=status)
    around = frame_of(request)
    around.balance, around.budget = shown.offer.balance, shown.offer.budget
    asked = request.POST if request.method == "POST" else request.GET
    if place := assets.place_in(shown.spec, asked.get("ours", "")):
        drawer = assets.Drawer.of(request.user, shown.spec, place, request.GET)
        return render(request, "studio/assets.html", {"page": shown, "drawer": drawer})
    view = request.POST.get("view", shown.view)
    shown = replace(shown, view=view if view in dict(OrderPage.views) else "form")
    return render(request, "studio/page.html", {"page": shown, "now": now.of_request(request)}, status=status)


def _opened(request: MemberRequest, spec: ModelSpec) -> OrderPage:
    """What the address asks for, else the draft, else the default settings of a new form.

    An ordered form stays under its key until the browser has received the answer: a form whose words were
    ordered says so, and only an address that names the key as answered hands out the next one. So a user who
    reloads the page, or goes back without script, never sees the same words under a new key.
    """
    draft = drafts.open_form(request.user, spec.id)
    if asked := _asked_for(request, spec):
        return replace(page.of_draft(asked, draft), replaces=True)
    if not draft.fields:
        return page.of_draft(page.fill(request.user, spec, opening_values(request.user, spec)), draft)
    form = OrderForm(spec, request.user, MultiValueDict(draft.fields))
    shown = page.of_draft(page.filled(request.user, form), draft)
    if not orders.is_used(request.user, draft.order_key):
        return shown
    tasks = orders.ordered_under(request.user, draft.order_key)
    answered = request.GET.get("after") == str(draft.order_key)
    if answered or not tasks or any(task.values != planning.values(form) for task in tasks):
        return replace(shown, order_key=orders.unused_key(request.user, draft.order_key))
    return page.ordered_before(shown, tasks, same=True)


def _given_back(request: MemberRequest, spec: ModelSpec, form: unsent.Unsent) -> OrderPage:
    """A form sent after its session had ended, shown as the current form and draft: nothing was ordered."""
    order = OrderForm(spec, request.user, form.data)
    return replace(_kept(request, order, page.filled(request.user, order)), unsent=form)


def _asked_for(request: MemberRequest, spec: ModelSpec) -> OrderPage | None:
    """What the address names: a task's values, an earlier prompt, single values; or None."""
    waiting = _task(request, "change")
    source = waiting or _source(request)
    found = carry(source.spec, spec, as_written(source.spec or spec, source.values)) if source else Carried()
    values = {**found.values, **_named(request, spec)}
    if image := _first_frame(request):
        values = starting_from(spec, values, image.reference)
    if not source and not values:
        return None
    begin = {} if source else opening_values(request.user, spec)
    own = waiting if waiting and waiting.person_id == request.user.pk else None
    shown = page.fill(request.user, spec, begin | values, found.kept, changing=own)
    return replace(shown, answers=source if "changes" in request.GET else None)


def _named(request: MemberRequest, spec: ModelSpec) -> dict[str, object]:
    names = [p.name for p in spec.offered if p.name in request.GET]
    shown = OrderForm(spec, request.user, request.GET).entered() if names else {}
    values = {name: shown[name] for name in names}
    prompt, earlier = spec.with_role("prompt"), whole(request.GET.get("earlier", ""))
    if prompt and earlier is not None:
        row = Prompt.objects.filter(person=request.user, pk=earlier).first()
        values |= {prompt.name: typed(row)} if row else {}
    return values


def _first_frame(request: MemberRequest) -> Asset | None:
    key = uuid_in(request.GET.get("first", ""))
    return policy.visible_assets(request.user).filter(uuid=key).first() if key else None


def _source(request: MemberRequest) -> Task | None:
    """The task whose values the form is to have: once more, or with the changes that were asked of it."""
    return _task(request, "from") or _task(request, "changes")


def _task(request: MemberRequest, name: str) -> Task | None:
    key = uuid_in(request.GET.get(name, ""))
    return policy.visible_tasks(request.user).filter(uuid=key).first() if key else None


def _arrange(request: MemberRequest, spec: ModelSpec) -> HttpResponse:
    """Switch the model or mode, move or remove an image, open the list of models: the values are kept."""
    sent = request.POST
    source = catalogue.find(sent.get("carry", "")) or spec
    post, problems = ours.rewritten(request.user, source, sent)
    planning.let_go(request.user, post)
    form = OrderForm(source, request.user, post, request.FILES, problems=problems)
    values, kept, marks = form.entered(), form.kept, None
    if {"fill", "undo"} & set(sent):
        return _refilled(request, form)
    if "pick" in sent and request.htmx:
        choice = picker.picker(request.user, spec, values, kept)
        return render(request, "studio/_models.html", {"picker": choice})
    if "drop" in sent:
        drafts.drop(request.user, sent["drop"])
    elif "discard" in sent:
        values = drops.without(spec, values, sent["discard"])
    elif "swap" in sent:
        values = drops.swapped(spec, values, sent["swap"])
    elif "carry" in sent:
        carried = carry(source, spec, values, kept)
        begin = {} if source is spec else opening_values(request.user, spec)
        marks = None if source is spec else Marks.of(source, field_map(source, spec, values, begin))
        values, kept = begin | carried.values, carried.kept
    own = form if source is spec else None
    shown = page.fill(request.user, spec, values, kept, takes=form.take_count, form=own, marks=marks)
    shown = replace(shown, answers=form.answers, changing=form.changing)
    if own:
        shown = _kept(request, form, shown)
    else:
        shown = page.of_draft(shown, drafts.open_form(request.user, spec.id))
        shown = replace(shown, replaces=True, moved=source.id if source.status == "retired" else "")
    if "pick" in sent:
        choice = picker.picker(request.user, spec, values, kept)
        return render(request, "studio/models.html", {"picker": choice, "page": shown})
    return _page(request, shown)


def _refilled(request: MemberRequest, here: OrderForm) -> HttpResponse:
    """The form with other contents: what was pasted, or what stood there before. It may be another model's.

    What stands in the form now is kept as its draft first.
    """
    said = pasting.paste(request.user, here) if "fill" in request.POST else None
    form = said.form if said else pasting.brought_back(request.user, request.POST["undo"])
    old = _kept(request, here, page.filled(request.user, here))
    if form is None:
        return _page(request, replace(old, pasting=said, view="json" if said else "form"))
    shown = page.judged(request.user, form) if said else page.filled(request.user, form)
    if form.spec is here.spec:
        shown = replace(shown, order_key=old.order_key, tab=old.tab, turn=old.turn, elsewhere=old.elsewhere)
    else:
        shown = page.of_draft(shown, drafts.open_form(request.user, form.spec.id))
    answer = _page(request, replace(shown, replaces=True, pasting=said))
    answer["HX-Trigger-After-Settle"] = "filled"
    if form.spec is not here.spec:
        answer["HX-Push-Url"] = shown.url
    return answer


def _kept(request: MemberRequest, form: OrderForm, shown: OrderPage) -> OrderPage:
    """The posted form, saved as the draft unless another tab has changed the draft meanwhile."""
    shown = replace(shown, tab=form.tab.name, turn=form.tab.turn)
    try:
        draft = drafts.keep(request.user, form.spec.id, form.texts(), form.tab)
        shown = replace(shown, turn=draft.turn)
    except drafts.ChangedElsewhere as other:
        draft = other.draft
        shown = replace(shown, elsewhere=draft)
    return replace(shown, order_key=form.key or draft.order_key)


def _send(request: MemberRequest, spec: ModelSpec) -> HttpResponse:
    form = OrderForm(spec, request.user, request.POST, request.FILES)
    planning.check(form)
    shown = _kept(request, form, page.judged(request.user, form))
    if not form.is_valid():
        return _page(request, shown, status=422)
    if form.key is None:
        return _page(request, replace(shown, refusal=NO_KEY), status=422)
    try:
        if not form.changing and not planning.is_one_task(form):
            return planning.planned(request, form, form.key)
        tasks = planning.placed(request, form, form.key)
        if not tasks:
            return planning.asked(request, form, form.key)
    except orders.AlreadyOrdered as known:
        said = page.ordered_before(shown, known.tasks, same=known.same)
        return _page(request, said, status=200 if known.same else 422)
    except line.HasLeft as reason:
        reason.task.refresh_from_db()
        said = page.judged(request.user, form, str(reason))
        return _page(request, page.as_sent(said, shown), status=422)
    except orders.NotAdmitted as reason:
        return _page(request, replace(shown, refusal=str(reason)), status=422)
    aside.note("What was ordered with a preset", lambda: presets.note_use(request.user, spec, tasks))
    return _sent(request, form, shown, tasks)


def _sent(request: MemberRequest, form: OrderForm, shown: OrderPage, tasks: list[Task]) -> HttpResponse:
    """The answer, which hands out the key of the next wish."""
    held = cr(sum(t.quote_credits or 0 for t in tasks))
    what = f"{form.spec.label} is queued"
    if form.changing:
        what = f"#{form.changing.pk} is changed, and waits as #{tasks[0].pk}"
        form.changing = None
    message = f"{what}, {held} cr held."
    if not request.htmx:
        messages.success(request, message)
        return redirect(f"{shown.url}?{urlencode({'after': shown.order_key})}")
    price = page.filled(request.user, form)
    offer = replace(price.offer, agreed=False)
    shown = replace(shown, offer=offer, changing=None, order_key=orders.next_key(shown.order_key))
    answer = render(request, "studio/_sent.html", {"page": shown, "text": message})
    answer["HX-Trigger"] = json.dumps({"balance": {}, "tasks": {}, "ordered": {}})
    return answer
