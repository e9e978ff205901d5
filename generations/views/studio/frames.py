"""One press on a clip: a frame of it becomes the first frame of the next order."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations import catalogue, policy
from generations.catalogue.limits import misfit
from generations.files import frames
from generations.files.given import NotTaken
from generations.models import Video
from generations.orders.first_frame import first_frame, nearest_with_frame
from generations.views.access import MemberRequest, orders_required
from generations.views.back import next_page
from generations.views.studio.ours import NO_MOMENT

NO_MODEL = "No model here starts from an image just now. The frame is among your images."


@orders_required
@require_POST
def frame(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Cut the frame `at` first, last or so many seconds, and open the studio that starts from it.

    With the clip's own model or, where that takes no image, with the one most like it that does.
    """
    clips = Video.objects.filter(task__in=policy.visible_tasks(request.user)).select_related("task")
    clip = get_object_or_404(clips, uuid=uuid)
    back = redirect(next_page(request, clip.task.get_absolute_url()))
    moment = frames.moment_of(request.POST.get("at", ""))
    if moment is None:
        messages.error(request, NO_MOMENT)
        return back
    try:
        asset = frames.cut(request.user, clip, moment)
    except NotTaken as refusal:
        messages.error(request, str(refusal))
        return back
    spec = catalogue.find(clip.task.model_id) or clip.task.spec
    goes_on = nearest_with_frame(spec, clip.task.values) if spec else None
    param = first_frame(goes_on) if goes_on else None
    if spec is None or goes_on is None or param is None:
        messages.warning(request, NO_MODEL)
        return back
    if goes_on.id != spec.id:
        messages.warning(request, f"{spec.label} starts from no image, so this is {goes_on.label}.")
    if problem := misfit(param, asset.measured):
        messages.warning(request, f"{asset.name} {problem}")
    query = urlencode({"from": clip.task.uuid, "first": asset.uuid})
    return redirect(f"{reverse('order', args=[goes_on.id])}?{query}")
