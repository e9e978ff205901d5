"""Files that people give: accepted one by one while the form is filled in, and shown again."""

from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from generations import catalogue, policy
from generations.catalogue.media import Media
from generations.files import inputs
from generations.files.given import NotTaken
from generations.views.access import MemberRequest, member_required, orders_required
from generations.views.files.sending import send
from generations.views.studio.drops import tile_of


@orders_required
@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """Store one file for a parameter of a model; the response is shown in the drop zone."""
    spec = catalogue.find(request.POST.get("model", ""))
    param = spec.by_name.get(request.POST.get("param", "")) if spec else None
    if not isinstance(param, Media) or not param.takes_files:
        raise Http404("No such place for a file.")
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, "No file arrived. Choose it again.", param)
    try:
        asset = inputs.take(request.user, file, param)
    except NotTaken as refusal:
        return _refused(request, str(refusal), param)
    return render(request, "studio/_tile.html", {"tile": tile_of(asset), "name": param.name})


def _refused(request: MemberRequest, text: str, param: Media) -> HttpResponse:
    return render(request, "studio/_refused.html", {"text": text, "param": param}, status=422)


@require_safe
@member_required
def show(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """The file as stored."""
    asset = get_object_or_404(policy.visible_assets(request.user), uuid=uuid)
    return send(
        request,
        asset.stored_at,
        etag=asset.sha256,
        modified=asset.created_at,
        content_type=asset.content_type,
        filename=asset.name,
        as_attachment=False,
    )


@require_safe
@member_required
def show_small(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """The small picture of it."""
    asset = get_object_or_404(policy.visible_assets(request.user).exclude(small_path=""), uuid=uuid)
    name = Path(asset.small_path).name
    return send(
        request,
        asset.small_path,
        etag=name,
        modified=asset.created_at,
        content_type="image/webp",
        filename=name,
        as_attachment=False,
    )
