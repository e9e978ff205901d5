"""The signature of a callback. It covers the task id and the time, but not the body.

docs.kie.ai: common-api/webhook-verification.
"""

import base64
import hashlib
import hmac
import re


def sign(key: str, task_id: str, timestamp: str | int) -> str:
    """The value of `X-Webhook-Signature` for this task, sent at this Unix second."""
    signed = f"{task_id}.{timestamp}".encode("utf-8", "replace")
    return base64.b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)).decode()


def verify(
    key: str, task_id: str, timestamp: str | int, signature: str, now: float, tolerance: float = 300
) -> bool:
    """True when the holder of the key announced this task within `tolerance` seconds of `now`.

    Accepts any garbage, compares in constant time, and is never true without a key or a task id.
    """
    stamp = str(timestamp)
    if not key or not task_id or not re.fullmatch(r"[0-9]{1,12}", stamp):
        return False
    expected = sign(key, task_id, stamp).encode()
    genuine = hmac.compare_digest(expected, str(signature).encode("utf-8", "replace"))
    return genuine and abs(now - int(stamp)) <= tolerance
