"""Kie's callbacks. A callback only means “look now”: nothing in its body is trusted."""

import logging
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations import wake
from generations.kie import signature
from generations.kie.secret import Secret
from generations.kie.wire import callback_task_id, envelope
from generations.models import Hint, Send, State
from generations.models.send import token_hash

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
IN_DOUBT = frozenset({State.SENDING, State.UNCONFIRMED})
HEARD = 20
"""Maximum number of ids that callbacks may name for one task."""
HEARD_UNSIGNED = 5


@login_not_required
@csrf_exempt
@require_POST
def hook(request: HttpRequest, token: str) -> JsonResponse:
    """Make the task of this token due now. 404 for an unknown token, 401 for a bad signature.

    An id that we do not have for the task is checked. While it is unknown whether Kie took the task, the
    signature need not match, because a wrong key or clock must not hide a paid result: Kie’s record is the
    proof.
    """
    send = Send.objects.filter(token_hash=token_hash(token)).select_related("task").first()
    if send is None:
        return JsonResponse({"code": 404, "msg": "unknown"}, status=404)
    task, task_id = send.task, _task_id(request)
    signed = not settings.KIE_WEBHOOK_KEY or _signed(request, task_id)
    if not signed and task.state not in IN_DOUBT:
        return JsonResponse({"code": 401, "msg": "bad signature"}, status=401)
    if task_id and task_id != task.task_id and task.hints.count() < (HEARD if signed else HEARD_UNSIGNED):
        Hint.hear(task, task_id)
        wake.nudge()
    elif task.state in (State.RUNNING, State.FAILED):
        task.note(due_at=timezone.now())
        wake.nudge()
    return JsonResponse({"code": 200, "msg": "success"})


def _task_id(request: HttpRequest) -> str:
    """The id that the body names; empty when it is invalid."""
    found = callback_task_id(envelope(_body(request))) or ""
    if len(found) > 255 or not found.isprintable() or Secret(settings.KIE_API_KEY).is_in(found):
        return ""
    return found


def _body(request: HttpRequest) -> bytes:
    """The body, even if chunked, which Django does not read.

    Empty when it is too large or broken: an unreadable callback still means “look now”.
    """
    try:
        if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
            return b""
        if request.META.get("wsgi.input_terminated") and "Content-Length" not in request.headers:
            body: bytes = request.META["wsgi.input"].read(MAX_BODY + 1)
            return body if len(body) <= MAX_BODY else b""
        return request.body
    except Exception as broken:  # Each web server raises its own errors for a broken body.
        log.info("A callback’s body cannot be read: %r", broken)
        return b""


def _signed(request: HttpRequest, task_id: str) -> bool:
    return signature.verify(
        settings.KIE_WEBHOOK_KEY,
        task_id,
        request.headers.get("X-Webhook-Timestamp", ""),
        request.headers.get("X-Webhook-Signature", ""),
        now=time.time(),
    )
