"""One item of the library: what it is called, who sees it, its versions and what has changed between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from generations import catalogue, policy
from generations.catalogue.field_map import said
from generations.catalogue.params import given
from generations.forms.library import EditForm
from generations.library.kept import Library, Show
from generations.library.word_diff import Piece, word_diff
from generations.models import ItemContent, LibraryItem
from generations.models.library_item import LibraryVersion
from generations.numbers import whole
from generations.views.access import MemberRequest, orders_required
from generations.views.library import Listing, listing_of, show
from generations.views.library.cards import Card, cards_of

MOST_VERSIONS = 50
NOT_YOURS = "This belongs to another person. Its owner or an admin can change it."


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A setting that two versions of a preset have with other values; empty: it has none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    item: LibraryItem
    card: Card
    listing: Listing
    form: EditForm
    versions: Sequence[LibraryVersion]
    chosen: LibraryVersion
    """The version that is shown."""
    before: LibraryVersion | None
    """The one before it, with which it is compared."""

    @property
    def is_newest(self) -> bool:
        return bool(self.chosen.number == self.item.number)

    @property
    def back_url(self) -> str:
        """The list that it is in."""
        return replace(
            self.listing, library=Library(person=self.listing.library.person, show=Show.of(self.item))
        ).url

    @cached_property
    def pieces(self) -> list[Piece]:
        return word_diff(self.before.text if self.before else self.chosen.text, self.chosen.text)

    @property
    def changed(self) -> list[Changed]:
        return list(_changed(self.before, self.chosen)) if self.before else []


@orders_required
@require_http_methods(["GET", "POST"])
def item(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The item; `version` is the one to show. POST edits it."""
    it = find(request, uuid)
    if request.method != "POST":
        return _page(request, it, EditForm.of(it))
    _may_change(request, it)
    form = EditForm(it, request.POST)
    if not form.is_valid() or not _edit(request, it, form):
        return _page(request, it, form, status=422)
    return _page(request, it, EditForm.of(it)) if request.htmx else redirect("library-item", uuid)


@orders_required
@require_POST
def decide(request: MemberRequest, uuid: UUID, deed: str) -> HttpResponse:
    """Remove it, bring it back, or go back to one of its versions."""
    if deed == "restore":
        return _restored(request, uuid)
    it = find(request, uuid)
    _may_change(request, it)
    if deed == "remove":
        it.remove()
        return _listed(request, it, removed=it)
    if deed != "back":
        raise Http404(f"Nothing here is called “{deed}”.")
    older = get_object_or_404(it.versions, number=whole(request.POST.get("version", "")) or 0)
    with transaction.atomic():
        it = LibraryItem.objects.select_for_update().get(pk=it.pk)
        it.add_version(request.user, older.content)
    return _page(request, it, EditForm.of(it)) if request.htmx else redirect("library-item", uuid)


def find(request: MemberRequest, uuid: UUID) -> LibraryItem:
    items = policy.visible_library(request.user).select_related("person")
    return get_object_or_404(items, uuid=uuid)


def _may_change(request: MemberRequest, it: LibraryItem) -> None:
    if not policy.may_change_item(request.user, it):
        raise PermissionDenied(NOT_YOURS)


def _edit(request: MemberRequest, it: LibraryItem, form: EditForm) -> bool:
    """False, and an error in the form, when somebody was first to take the title."""
    new = form.cleaned_data
    try:
        with transaction.atomic():
            row = LibraryItem.objects.select_for_update().get(pk=it.pk)
            row.title, row.tags, row.is_shared = new["title"], new["tags"], new["is_shared"]
            content = ItemContent(text=new["text"]) if "text" in new else row.content
            if not row.add_version(request.user, content):
                row.save()
    except IntegrityError:
        form.add_error("title", f"“{new['title']}” is taken already. Choose another title.")
        return False
    it.refresh_from_db()
    return True


def _page(request: MemberRequest, it: LibraryItem, form: EditForm, status: int = 200) -> HttpResponse:
    versions = list(it.versions.select_related("person")[:MOST_VERSIONS])
    wanted = whole(request.GET.get("version", ""))
    chosen = next((v for v in versions if v.number == wanted), versions[0])
    shown = ItemPage(
        item=it,
        card=cards_of([it], request.user)[0],
        listing=listing_of(request),
        form=form,
        versions=versions,
        chosen=chosen,
        before=it.versions.filter(number=chosen.number - 1).first(),
    )
    template = "library/_item.html" if request.htmx else "library/item.html"
    return render(request, template, {"shown": shown}, status=status)


def _restored(request: MemberRequest, uuid: UUID) -> HttpResponse:
    removed = get_object_or_404(policy.removed_library(request.user), uuid=uuid)
    back = f"“{removed.title}” is back."
    taken = f"“{removed.title}” is taken by another one by now. Rename that first."
    return _listed(request, removed, note=back if removed.bring_back() else taken)


def _listed(
    request: MemberRequest, it: LibraryItem, note: str = "", removed: LibraryItem | None = None
) -> HttpResponse:
    """The list that the item was in."""
    listed = Library(person=request.user, show=Show.of(it))
    listing = replace(listing_of(request), library=listed, note=note, removed=removed)
    if request.htmx:
        return show(request, listing)
    if note:
        messages.success(request, note)
    return redirect(f"{listing.url}&removed={it.uuid}" if removed else listing.url)


def _changed(old: LibraryVersion, new: LibraryVersion) -> Iterator[Changed]:
    """The values that differ, the prompt aside; the model as well."""
    if old.model_id != new.model_id:
        yield Changed(label="Model", old=old.label, new=new.label)
    spec = catalogue.find(new.model_id) or catalogue.find(old.model_id)
    for name in dict.fromkeys([*old.values, *new.values]):
        param = spec.by_name.get(name) if spec else None
        a, b = old.values.get(name), new.values.get(name)
        if a == b or (param and param.role == "prompt"):
            continue
        words = [said(param, value) if param else str(value) for value in (a, b)]
        yield Changed(
            label=param.label if param else name,
            old=words[0] if given(a) else "",
            new=words[1] if given(b) else "",
        )
