"""Kie's callbacks. A callback only says “look now”: nothing of its body is believed."""

import json
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations import background
from generations.kie import signature
from generations.kie.wire import callback_task_id
from generations.models import Hint, State, Task
from generations.models.task import token_hash

MAX_BODY = 1024 * 1024


@login_not_required
@csrf_exempt
@require_POST
def hook(request: HttpRequest, token: str) -> JsonResponse:
    """Make the task of this token due now. 404 for an unknown token, 401 for a bad signature."""
    task = Task.objects.filter(token_hash=token_hash(token)).first()
    if task is None:
        return JsonResponse({"code": 404, "msg": "unknown"}, status=404)
    task_id = _task_id(request)
    if settings.KIE_WEBHOOK_KEY and not _signed(request, task_id):
        return JsonResponse({"code": 401, "msg": "bad signature"}, status=401)
    if task.state in (State.RUNNING, State.FAILED):
        task.note(due_at=timezone.now())
        background.nudge()
    elif task.task_id is None and task_id:
        Hint.hear(task, task_id)
        background.nudge()
    return JsonResponse({"code": 200, "msg": "success"})


def _task_id(request: HttpRequest) -> str:
    """The id that the body names; nothing for nonsense."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        return ""
    try:
        found = callback_task_id(json.loads(request.body)) or ""
    except ValueError:
        return ""
    return found if len(found) <= 255 and found.isprintable() else ""


def _signed(request: HttpRequest, task_id: str) -> bool:
    return signature.verify(
        settings.KIE_WEBHOOK_KEY,
        task_id,
        request.headers.get("X-Webhook-Timestamp", ""),
        request.headers.get("X-Webhook-Signature", ""),
        now=time.time(),
    )
