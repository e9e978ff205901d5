"""The library: presets and prompts under titles, and every prompt that a person wrote."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from generations import catalogue, policy
from generations.forms.library import KeepForm
from generations.forms.order import OrderForm
from generations.library.kept import Library, Show, earlier_prompts, typed
from generations.library.search import Cursor
from generations.library.words import WordShare, words_that_worked
from generations.models import Filling, ItemContent, LibraryItem, LibraryStar, Prompt
from generations.models.library_item import LONGEST_TEXT
from generations.orders import drafts
from generations.views.access import MemberRequest, orders_required, own_form, stays
from generations.views.back import came_from
from generations.views.library.cards import Card, Written, cards_of, written_of
from generations.views.library.fill import standing_form
from generations.wording.figures import how_many

MOST_ASKED = 200
"""Characters of a search that are looked at."""


@dataclass(frozen=True, kw_only=True)
class Tab:
    show: Show
    count: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The library as shown beside the form of a model."""

    library: Library
    model_id: str
    """The form that things are filled into; empty: the one that was opened last."""
    form: KeepForm
    note: str = ""
    removed: LibraryItem | None = None
    """What was just removed, and can be brought back."""

    @cached_property
    def cards(self) -> list[Card]:
        return cards_of(self.library.found.all_items, self.library.person)

    @cached_property
    def written(self) -> list[Written]:
        return written_of(self.library.found.prompts, self.model_id)

    @cached_property
    def words(self) -> list[WordShare]:
        """Words with their share of approvals, beside the prompts; none among the presets."""
        return [] if self.library.show == Show.PRESETS else words_that_worked(self.library.person)

    @property
    def is_history(self) -> bool:
        return self.library.show == Show.HISTORY

    @property
    def tabs(self) -> list[Tab]:
        counts = {show: self.library.count(show) for show in Show}
        return [
            Tab(
                show=show,
                count=how_many(n),
                url=self._url(show=show, before=""),
                current=show == self.library.show,
            )
            for show, n in counts.items()
        ]

    @property
    def url(self) -> str:
        return self._url(before="")

    @property
    def whose_url(self) -> str:
        """With the items of others left out, or shown again."""
        return self._url(mine="" if self.library.mine else "1", before="")

    @property
    def older_url(self) -> str:
        older = self.library.found.older
        return self._url(before=older) if older else ""

    @property
    def back_url(self) -> str:
        return reverse("order", args=[self.model_id]) if self.model_id else reverse("studio")

    def _url(self, **changes: str) -> str:
        asked = self.library
        now = {
            "show": str(asked.show),
            "q": asked.q,
            "mine": "1" if asked.mine else "",
            "model": self.model_id,
        } | changes
        return f"{reverse('library')}?{urlencode({n: v for n, v in now.items() if v})}"


@orders_required
@require_GET
@vary_on_headers("HX-Target")
def library(request: MemberRequest) -> HttpResponse:
    """The page; for htmx the drawer, its list (#library-list) or the next page of that (#library-more)."""
    return show(request, listing_of(request))


@orders_required
@require_POST
def keep(request: MemberRequest) -> HttpResponse:
    """Keep the order form under a title, as a preset or its prompt alone; a known title gets a version."""
    own_form(request)
    asked, form = KeepForm(request.POST), standing_form(request)
    if asked.is_valid():
        content, problem = _content(form, asked.cleaned_data["kind"])
        if problem:
            asked.add_error(None, problem)
    if asked.errors:
        return show(request, replace(listing_of(request), form=asked), status=422)
    said = asked.cleaned_data
    about = {"tags": said["tags"], "is_shared": said["is_shared"]}
    item, added = LibraryItem.keep(request.user, said["kind"], said["title"], content, **about)
    name = f"“{item.title}”"
    kept = f"Kept {name}." if item.number == 1 else f"Kept {name} as version {item.number}."
    note = kept if added else f"{name} holds just this already."
    shown = replace(listing_of(request), library=Library(person=request.user, show=Show.of(item)), note=note)
    return show(request, shown) if request.htmx else redirect(shown.url)


@orders_required
@require_POST
def star(request: MemberRequest) -> HttpResponse:
    """Set the star of the item that `mark` names, or take away that of `unmark`. Twice is once."""
    marked = request.POST.get("mark", "")
    key = _key(marked or request.POST.get("unmark", ""))
    item = policy.visible_library(request.user).filter(uuid=key).first() if key else None
    if item is None:
        raise Http404("This is not in the library any more.")
    if marked:
        LibraryStar.objects.bulk_create([LibraryStar(person=request.user, item=item)], ignore_conflicts=True)
    else:
        LibraryStar.objects.filter(person=request.user, item=item).delete()
    return HttpResponse(status=204) if stays(request) else redirect(came_from(request, reverse("library")))


@orders_required
@require_GET
@never_cache
def earlier(request: MemberRequest) -> JsonResponse:
    """The person's earlier prompts, the last used first, to walk through in the form."""
    return JsonResponse({"prompts": earlier_prompts(request.user)})


@orders_required
@require_POST
def keep_earlier(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep a prompt of the history among the person's prompts, under its first words."""
    text = typed(get_object_or_404(Prompt, person=request.user, pk=pk))
    if len(text) > LONGEST_TEXT:
        messages.error(request, f"Not kept. {_too_long(text)}")
    else:
        item, added = LibraryItem.keep_words(request.user, text)
        name = f"“{item.title}”"
        messages.success(request, f"Kept {name}." if added else f"{name} holds just this already.")
    if stays(request):
        return render(request, "parts/_toasts.html")
    return redirect(f"{reverse('library')}?{urlencode({'show': Show.PROMPTS})}")


def listing_of(request: MemberRequest) -> Listing:
    """What the address of a request asks for."""
    query = request.GET
    wanted = query.get("show", "")
    asked = query.get("model", "") or request.POST.get("form_of", "")
    model_id = asked if catalogue.find(asked) else ""
    return Listing(
        library=Library(
            person=request.user,
            show=Show(wanted) if wanted in Show.values else Show.PRESETS,
            q=query.get("q", "").replace("\0", "")[:MOST_ASKED].strip(),
            mine=query.get("mine") == "1",
            before=Cursor.read(query.get("before", "")),
        ),
        model_id=model_id,
        form=KeepForm(initial=_last_filled(request, model_id)),
        removed=_removed(request, query.get("removed", "")),
    )


def show(request: MemberRequest, listing: Listing, status: int = 200) -> HttpResponse:
    parts = {"library-list": "library/_list.html", "library-more": "library/_rows.html"}
    template = "library/page.html"
    if request.htmx:
        template = parts.get(request.htmx.target or "", "library/_drawer.html")
    return render(request, template, {"listing": listing}, status=status)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _removed(request: MemberRequest, text: str) -> LibraryItem | None:
    key = _key(text)
    return policy.removed_library(request.user).filter(uuid=key).first() if key else None


def _last_filled(request: MemberRequest, model_id: str) -> dict[str, Any]:
    """What was filled into the form last: kept again under its title, it gets another version."""
    here = model_id or drafts.last_opened(request.user)
    last = Filling.objects.filter(person=request.user, model_id=here, item__person=request.user)
    filling = last.select_related("item").first()
    item = filling.item if filling and filling.item and filling.item.removed_at is None else None
    if item is None:
        return {"kind": LibraryItem.Kind.PRESET}
    return {"kind": item.kind, "title": item.title, "tags": ", ".join(item.tags), "is_shared": item.is_shared}


def _content(form: OrderForm, kind: str) -> tuple[ItemContent, str]:
    """What is kept of a form, and why not; what is missing in it is no reason."""
    spec, texts = form.spec, form.texts()
    prompt = spec.with_role("prompt")
    text = "".join(texts.get(prompt.name, [])).replace("\r\n", "\n").strip() if prompt else ""
    if kind == LibraryItem.Kind.PROMPT:
        if not text:
            return ItemContent(), "Write a prompt first."
        return ItemContent(text=text), _too_long(text) if len(text) > LONGEST_TEXT else ""
    wrong = [name for name in form.errors if texts.get(name) and name in spec.by_name]
    if wrong:
        problems = [f"{spec.by_name[name].label}: {' '.join(map(str, form.errors[name]))}" for name in wrong]
        return ItemContent(), f"Not kept. {' '.join(problems)}"
    return ItemContent(text=text, model_id=spec.id, label=spec.label, values=form.values()), ""


def _too_long(text: str) -> str:
    return f"A prompt takes {LONGEST_TEXT:,} characters here. This is {len(text):,}: shorten it."
