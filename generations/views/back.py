"""Where a form returns to: one rule for every page."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest, default: str) -> str:
    """The address in `next`, if it is a page of ours."""
    return _ours(request.POST.get("next") or request.GET.get("next", "")) or default


def came_from(request: HttpRequest, default: str) -> str:
    """The page that sent the form, if it is one of ours."""
    referer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return default
    parts = urlsplit(referer)
    return _ours(f"{parts.path}?{parts.query}" if parts.query else parts.path) or default


def _ours(address: str) -> str:
    """The address if it is a path to a page here; empty for anything else.

    A browser treats “//host”, “/\\host” and addresses with control characters as addresses of other hosts.
    """
    if not address.startswith("/") or not address.isprintable() or "\\" in address:
        return ""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    try:
        resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return ""
    return address
