"""Who may send files: checked before the first byte of a file is accepted."""

import io
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections

from generations import policy

Session = import_module(settings.SESSION_ENGINE).SessionStore


def may_send(environ: dict[str, Any]) -> bool:
    """Whether a request whose body has not arrived comes from a user who may order. Reads the session."""
    request = WSGIRequest(environ | {"wsgi.input": io.BytesIO()})
    request.session = Session(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    close_old_connections()
    try:
        return policy.may_order(get_user(request))
    finally:
        close_old_connections()
