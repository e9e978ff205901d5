"""The library as a file: taken out, and brought in from one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from generations import policy
from generations.forms.library import ImportForm
from generations.library import transfer
from generations.library.transfer import FileEntry, Unreadable
from generations.views.access import MemberRequest, orders_required

MOST_SHOWN = 100
"""Entries with problems that are named."""


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    form: ImportForm
    refusal: str = ""
    """Why nothing of it can be read."""
    good: int = 0
    """Entries that nothing is wrong with."""
    bad: tuple[FileEntry, ...] = ()
    more: int = 0
    """Bad entries that are not named."""

    @property
    def text(self) -> str:
        """What was read or pasted, to be sent once more: no file has to be chosen again."""
        said = self.form.cleaned_data.get("text") if self.form.is_bound else ""
        return str(said or self.form.data.get("text", ""))

    @property
    def problems(self) -> list[str]:
        said = (
            [str(error) for found in self.form.errors.values() for error in found]
            if self.form.is_bound
            else []
        )
        return said + ([self.refusal] if self.refusal else [])


@orders_required
@require_GET
def take_out(request: MemberRequest) -> HttpResponse:
    """Everything that the person may see, or the items that the address names, as a file."""
    items = policy.visible_library(request.user).order_by("kind", "folded_title", "id")
    if named := request.GET.getlist("item"):
        wanted = {text.lower() for text in named}
        items = items.filter(pk__in=[pk for pk, key in items.values_list("pk", "uuid") if str(key) in wanted])
    answer = HttpResponse(transfer.exported(items), content_type="application/json; charset=utf-8")
    name = f"kiestudio-library-{timezone.localdate():%Y-%m-%d}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@orders_required
@require_http_methods(["GET", "POST"])
def bring_in(request: MemberRequest) -> HttpResponse:
    """Import a file. Where something is wrong in it, nothing is taken until the person takes the rest."""
    if request.method != "POST":
        return _page(request, ImportPage(form=ImportForm()))
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, ImportPage(form=form), status=422)
    try:
        found = transfer.entries(form.cleaned_data["text"])
    except Unreadable as why:
        return _page(request, ImportPage(form=form, refusal=str(why)), status=422)
    bad = tuple(entry for entry in found if entry.problems)
    if bad and not (request.POST.get("good") and len(bad) < len(found)):
        named = bad[:MOST_SHOWN]
        shown = ImportPage(form=form, good=len(found) - len(bad), bad=named, more=len(bad) - len(named))
        return _page(request, shown, status=422)
    left_out = sum(entry.left_out for entry in found if not entry.problems)
    messages.success(request, _said(*transfer.take(request.user, found), len(bad), left_out))
    return redirect("library")


def _page(request: MemberRequest, shown: ImportPage, status: int = 200) -> HttpResponse:
    return render(request, "library/import.html", {"shown": shown}, status=status)


def _said(added: int, known: int, bad: int, older: int) -> str:
    parts = [f"Imported {added:,}."]
    parts += [f"{known:,} were here already."] if known else []
    parts += [f"{bad:,} with problems were left out."] if bad else []
    parts += [f"Older versions that are not taken here any more: {older:,}, left out."] if older else []
    return " ".join(parts)
