"""WSGI entry point."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiestudio.settings")

_site = get_wsgi_application()

from generations.market import offered  # noqa: E402

FILES = ("/static/", "/videos/", "/posters/", "/strips/", "/healthz")


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site. A model that was adopted in another process is known a second later."""
    if not str(environ.get("PATH_INFO", "")).startswith(FILES):
        offered.keep_up()
    return _site(environ, start_response)
