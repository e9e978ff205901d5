"""How often a password may be tried, by whom, and how many at once.

A lock should hit the person who guesses, not the colleague whose name is being guessed. So tries are counted
per name and address, and per address over all names. A browser that has signed in before is counted
separately: it gets in whatever others do with the name, even where a proxy gives everybody the same address
(OWASP, Slow Down Online Guessing Attacks with Device Cookies).
"""

import hashlib
import ipaddress
import logging
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from generations.models import WrongPasswords

log = logging.getLogger(__name__)

LAST_HERE = "last-here"
YEAR = 365 * 24 * 60 * 60
SALT = "generations.sign_in.known"
UNSET = -1
"""TRUSTED_PROXIES when the number of proxies was not configured."""
BY_NAME, BY_ADDRESS = 10, 30
"""Wrong passwords in a quarter of an hour: for one name from one address, and from one address over all
names."""
BY_NAME_UNSURE, BY_ADDRESS_UNSURE = 20, 100
"""The same for everybody behind one machine that may be a proxy, or may only claim to be one."""
IN_LINE = 3
"""Passwords that may be checked or wait for it in one process; further tries are asked to come back. The web
server has two processes (kiestudio/gunicorn.conf.py) with two lines each: at most four are hashed at once,
two of them from unknown browsers."""
WAIT = 3.0
"""Maximum wait in line, seconds."""


class TeamBackend(ModelBackend):
    """People with their membership and preferences: every page asks for all, so one query answers."""

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in. None once the account is gone or switched off."""
        person = User.objects.select_related("membership", "preferences").filter(pk=user_id).first()
        return person if self.user_can_authenticate(person) else None


class Busy(Exception):
    """Too many passwords are being checked at the moment."""


class Line:
    """Checks one password at a time: hashing takes half a second of CPU, and pages need the CPU too."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(IN_LINE)
        self._turn = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn. Raises Busy when the line is full or does not move."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            if not self._turn.acquire(timeout=WAIT):
                raise Busy
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


strangers, known_browsers = Line(), Line()
"""Two lines, so unknown browsers never hold up a person whose browser has signed in before."""


@contextmanager
def turn(request: HttpRequest, name: str) -> Iterator[None]:
    """Hold a turn while a password is checked. Raises Busy."""
    with (known_browsers if _known(request, name) else strangers).turn():
        yield


def by_name(request: HttpRequest, name: str) -> dict[str, int]:
    """The keys under which a try for this name is counted, each with the number of wrong tries it allows."""
    if browser := _known(request, name):
        return {_key("browser", browser): BY_NAME}
    address, peer = client_address(request), _peer(request)
    found = {_key("name", name, address): BY_NAME}
    return found | ({_key("name", name, "by", peer): BY_NAME_UNSURE} if _unsure(request) else {})


def by_address(request: HttpRequest, name: str) -> dict[str, int]:
    """The same over all names; empty for a browser known for this name."""
    if _known(request, name):
        return {}
    found = {_key("address", client_address(request)): BY_ADDRESS}
    return found | ({_key("by", _peer(request)): BY_ADDRESS_UNSURE} if _unsure(request) else {})


def limits(request: HttpRequest, name: str) -> dict[str, int]:
    return by_name(request, name) | by_address(request, name)


def client_address(request: HttpRequest) -> str:
    """The address that tries are counted by: an IPv4 address, or the network of an IPv6 address.

    With trusted proxies it is the address seen by the outermost of them. When their number was not
    configured, a peer on this machine or in a private network is taken for a proxy if it forwards an address.
    """
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    named = [_plain(part) for part in header.split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies == UNSET:
        proxies = 1 if _may_be_proxy(request) else 0
    peer = _peer(request)
    if not proxies or len(named) < proxies:
        return peer
    return named[-proxies] or peer


def locked(request: HttpRequest, name: str) -> bool:
    return WrongPasswords.any_locked(limits(request, name))


def remember(answer: HttpResponseBase, person: User) -> None:
    """Mark this browser as known for the person, and the person as its most recent user."""
    name = person.get_username()
    signed = signing.dumps([_digest(name), secrets.token_urlsafe(12)], salt=SALT)
    answer.set_cookie(
        _cookie(name), signed, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS
    )
    last = signing.dumps(person.pk, salt=LAST_HERE)
    answer.set_cookie(LAST_HERE, last, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)


def last_here(request: HttpRequest) -> int | None:
    """Primary key of the person who signed in last in this browser; None when unknown."""
    try:
        return int(signing.loads(request.COOKIES.get(LAST_HERE, ""), salt=LAST_HERE, max_age=YEAR))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def share_keys(request: HttpRequest, share_id: int) -> dict[str, int]:
    """The keys for the password of a link for guests: tries from one address, and from all of them."""
    return {
        _key("share", str(share_id), client_address(request)): BY_NAME,
        _key("share", str(share_id)): BY_ADDRESS_UNSURE,
    }


def password_keys(request: HttpRequest) -> Mapping[str, int]:
    """Key for checking the old password on a change: by session, so a stolen one locks out no other."""
    return {_key("old", str(request.user.pk), str(request.session.session_key)): BY_NAME}


class Handler(AbstractAxesHandler, AxesBaseHandler):  # type: ignore[misc]
    """What django-axes calls before a password is checked, and afterwards."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return locked(request, _name(credentials))

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        rows = WrongPasswords.objects.filter(key__in=limits(request, _name(credentials)))
        return max(rows.values_list("count", flat=True), default=0)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """Count the failure, unless it was refused unchecked: tries during a lock do not extend it."""
        if request is None or request.axes_locked_out:
            return
        found = limits(request, _name(credentials))
        WrongPasswords.add(found)
        if WrongPasswords.any_locked(found):
            request.axes_locked_out, request.axes_credentials = True, credentials
            log.warning("Too many wrong passwords from %s: locked for a while", client_address(request))

    def user_logged_in(self, sender: Any, request: Any, user: User, **kwargs: Any) -> None:
        """Reset the counts after a correct password; the address's count stays, because it may be a spray."""
        if request is not None:
            WrongPasswords.forget(by_name(request, user.get_username()))

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        pass


def _name(credentials: Mapping[str, Any] | None) -> str:
    return str((credentials or {}).get("username") or "")


def _known(request: HttpRequest, name: str) -> str:
    """The known browser of this person that sent the request; empty for an unknown browser."""
    try:
        whose, browser = signing.loads(request.COOKIES.get(_cookie(name), ""), salt=SALT, max_age=YEAR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(browser) if whose == _digest(name) else ""


def _cookie(name: str) -> str:
    return f"known-{_digest(name)[:12]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.casefold().encode(errors="surrogatepass")).hexdigest()


def _key(*parts: str) -> str:
    return _digest("\0".join(parts))


def _peer(request: HttpRequest) -> str:
    return _plain(request.META.get("REMOTE_ADDR", ""))


def _unsure(request: HttpRequest) -> bool:
    """Whether the address is only the claim of a peer that may be a proxy."""
    return settings.TRUSTED_PROXIES == UNSET and client_address(request) != _peer(request)


def _may_be_proxy(request: HttpRequest) -> bool:
    found = _address(request.META.get("REMOTE_ADDR", ""))
    return found is not None and found.is_private


def _plain(text: str) -> str:
    """An address in counted form: IPv4 whole, IPv6 as the /64 of one household; else empty."""
    found = _address(text)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{found}/64", strict=False))
    return str(found or "")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in a header, without the port and brackets that some proxies add."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
