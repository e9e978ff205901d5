"""Images that people give: accepted one by one while the form is filled in, and shown again."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from generations import catalogue, policy
from generations.catalogue.media import Media
from generations.files import pictures, store
from generations.views.access import MemberRequest, member_required, orders_required
from generations.views.studio.controls import Picture

KEEP = "private, max-age=86400, immutable"


@orders_required
@require_POST
def add(request: MemberRequest) -> HttpResponse:
    """Store one image for a parameter of a model; the response is shown in the drop zone."""
    spec = catalogue.find(request.POST.get("model", ""))
    param = spec.by_name.get(request.POST.get("param", "")) if spec else None
    if not isinstance(param, Media) or not param.takes_files:
        raise Http404("No such place for an image.")
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, "No file arrived. Choose it again.", param)
    try:
        upload = pictures.take(request.user, file, param)
    except pictures.BadPicture as bad:
        return _refused(request, str(bad), param)
    picture = Picture(reference=upload.reference, name=upload.name, tag="", url=upload.url)
    return render(request, "studio/_picture.html", {"picture": picture, "name": param.name})


def _refused(request: MemberRequest, text: str, param: Media) -> HttpResponse:
    return render(request, "studio/_refused.html", {"text": text, "param": param}, status=422)


@member_required
@require_GET
def show(request: MemberRequest, uuid: str) -> FileResponse:
    """The image as stored."""
    upload = get_object_or_404(policy.visible_uploads(request.user), uuid=uuid)
    try:
        file = store.opened(upload.path)
    except OSError as gone:
        raise Http404("The file is gone.") from gone
    answer = FileResponse(file, content_type=upload.content_type)
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = KEEP
    return answer
