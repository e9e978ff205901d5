"""The star of a model, on the Models page and where models are chosen."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations import catalogue
from generations.models import Favourite
from generations.views.access import MemberRequest, member_required, stays
from generations.views.back import came_from


@require_POST
@member_required
def favourite(request: MemberRequest) -> HttpResponse:
    """Set the star of the model that `mark` names, or take away that of `unmark`. Twice is once."""
    marked = request.POST.get("mark", "")
    spec = catalogue.find(marked or request.POST.get("unmark", ""))
    if spec is None:
        raise Http404("There is no such model in the catalogue any more.")
    if marked:
        Favourite.mark(request.user, spec.id)
    else:
        Favourite.unmark(request.user, spec.id)
    return HttpResponse(status=204) if stays(request) else redirect(came_from(request, reverse("models")))
