"""A person's sessions in other browsers."""

from collections.abc import Iterator
from typing import cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare


def count(request: HttpRequest) -> int:
    """Number of other browsers in which the user is signed in."""
    return len(list(_others(request)))


def end_others(request: HttpRequest) -> int:
    """End the user's other sessions; returns how many there were."""
    return Session.objects.filter(pk__in=list(_others(request))).delete()[0]


def _others(request: HttpRequest) -> Iterator[str]:
    """Keys of live sessions: those from before a password change no longer work."""
    person = cast(User, request.user)
    valid = person.get_session_auth_hash()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        found = session.get_decoded()
        same = found.get(SESSION_KEY) == str(person.pk)
        if (
            same
            and session.pk != request.session.session_key
            and constant_time_compare(found.get(HASH_SESSION_KEY, ""), valid)
        ):
            yield session.pk
