"""Views of the gallery under names: one’s own and the team’s."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from generations import policy
from generations.forms.gallery import filter_of
from generations.forms.saved_views import SavedViewForm
from generations.models import SavedView
from generations.views.access import MemberRequest, member_required
from generations.wording.names import short_name


@dataclass(frozen=True, kw_only=True)
class Line:
    """One saved view."""

    view: SavedView
    url: str
    whose: str
    is_shown: bool
    """Whether it is what the gallery shows now."""
    may_remove: bool


@dataclass(frozen=True, kw_only=True)
class Views:
    person: User
    form: SavedViewForm
    query: str
    """Of the gallery as it is shown now."""

    @property
    def lines(self) -> list[Line]:
        mine = set(policy.changeable_views(self.person).values_list("pk", flat=True))
        views = policy.visible_views(self.person).select_related("person")
        return [self._line(view, may_remove=view.pk in mine) for view in views]

    @property
    def described(self) -> str:
        """What would be saved; empty for the whole gallery."""
        active = filter_of(QueryDict(self.query)).active
        return ", ".join(f"{name.replace('q', 'search')} {value}" for name, value in active.items())

    def _line(self, view: SavedView, *, may_remove: bool) -> Line:
        is_mine = view.person_id == self.person.pk
        shared = "for the team" if view.is_shared else "only you"
        return Line(
            view=view,
            url=f"{reverse('gallery')}?{view.query}",
            whose=shared if is_mine else f"from {short_name(view.person)}",
            is_shown=view.query == self.query,
            may_remove=may_remove,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def saved_views(request: MemberRequest) -> HttpResponse:
    """The list, in the gallery’s menu or as a page of its own; a POST saves what the gallery shows."""
    if request.method != "POST":
        shown = _views(request, SavedViewForm(), request.GET.get("view", ""))
        return render(
            request, "gallery/_views.html" if request.htmx else "gallery/views.html", {"views": shown}
        )
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        shown = _views(request, form, request.POST.get("view", ""))
        return render(request, "gallery/views.html", {"views": shown}, status=422)
    said = form.cleaned_data
    is_new = SavedView.keep(request.user, said["title"], said["view"], is_shared=said["is_shared"])
    messages.success(
        request, f"“{said['title']}” is saved." if is_new else f"“{said['title']}” shows this now."
    )
    return redirect(f"{reverse('gallery')}?{said['view']}")


@require_POST
@member_required
def remove_view(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a view. The clips that it shows stay."""
    view = get_object_or_404(policy.changeable_views(request.user), pk=pk)
    view.delete()
    messages.success(request, f"“{view.title}” is removed. Its clips stay.")
    return redirect("saved-views")


def _views(request: MemberRequest, form: SavedViewForm, view: str) -> Views:
    return Views(person=request.user, form=form, query=filter_of(QueryDict(view)).query)
