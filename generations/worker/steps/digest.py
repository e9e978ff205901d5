"""The mail of what has ended and was said, to those who want it: each once, hourly or daily at most."""

import logging
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from generations.models import Preferences, State, Task
from generations.models.preferences import Digest, Notice
from generations.models.said import Said, said_to
from generations.wording.told import TELLS, heard, told
from generations.worker.steps.step import Step

log = logging.getLogger(__name__)
GAPS = {Digest.HOURLY: timedelta(hours=1), Digest.DAILY: timedelta(days=1)}
LOOK_AGAIN = timedelta(minutes=1)
"""When there is nothing to tell."""
TRY_AGAIN = timedelta(minutes=10)
LATE = timedelta(seconds=20)
"""A row may be dated so long before others can read it."""
MOST = 50


class NotReached(Exception):
    """There is no mail server, or none that lets us in: nothing was sent."""


NOT_TAKEN = (
    NotReached,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
)
"""With one of these the mail server has not had the mail. With any other failure it may have."""


def mail_digest(wish: Preferences) -> Step:
    """Mail a person what of theirs has ended since the last mail, and what others have said to them.

    That it is mailed is committed first: a mail that may have gone is not sent again. What the server plainly
    did not take is tried again later.
    """
    now = timezone.now()
    since, until = wish.mailed_until or now, now - LATE
    ended, said = _ended(wish, since, until), _said(wish, since, until)
    if not ended and not said:
        _note(wish, wish.mailed_until, mail_due_at=now + LOOK_AGAIN)
        return
    if not _note(wish, wish.mailed_until, mailed_until=until, mail_due_at=now + GAPS[Digest(wish.digest)]):
        return
    try:
        yield partial(_mail, wish.person.email, ended, said)
    except NOT_TAKEN:
        log.warning("The mail server did not take the digest for %s", wish.person, exc_info=True)
        _note(wish, until, mailed_until=since, mail_due_at=timezone.now() + TRY_AGAIN)
    except OSError:
        log.warning("Whether the digest for %s was sent is not known", wish.person, exc_info=True)


def _note(wish: Preferences, before: datetime | None, **fields: datetime) -> bool:
    """Note it, unless another process was first, or the person has chosen anew."""
    rows = Preferences.objects.filter(pk=wish.pk, mailed_until=before, digest=wish.digest)
    return bool(rows.update(**fields))


def _ended(wish: Preferences, since: datetime, until: datetime) -> list[Task]:
    if Notice.ENDED not in wish.wanted:
        return []
    mine = Task.objects.filter(person=wish.person, state__in=TELLS)
    return list(mine.filter(changed_at__gt=since, changed_at__lte=until).order_by("changed_at", "id"))


def _said(wish: Preferences, since: datetime, until: datetime) -> list[Said]:
    return [said for said in said_to(wish.person, wish.wanted, since) if said.at <= until]


def _mail(address: str, ended: list[Task], said: list[Said]) -> None:
    ready = sum(task.state == State.READY for task in ended)
    counts = {"ready": ready, "failed or in doubt": len(ended) - ready, "said to you": len(said)}
    subject = ", ".join(f"{n} {words}" for words, n in counts.items() if n)
    told_of = [(told(task), task.get_absolute_url()) for task in ended]
    told_of += [(heard(one), one.url) for one in said]
    lines = [f"{words}\n{settings.PUBLIC_URL}{url}" for words, url in told_of[:MOST]]
    rest = len(told_of) - MOST
    more = [f"And {rest} more: see the queue and the notices."] if rest > 0 else []
    why = f"You get this because you chose so: {settings.PUBLIC_URL}/accounts/notices/"
    _send(EmailMessage(f"Your clips: {subject}", "\n\n".join([*lines, *more, why]), to=[address]))


def _send(mail: EmailMessage) -> None:
    """Connect first: what fails by then has sent nothing."""
    connection = get_connection()
    try:
        _reach(connection)
        mail.connection = connection
        mail.send()
    finally:
        with suppress(OSError):  # What was taken is taken, however the server says goodbye.
            connection.close()


def _reach(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except OSError as fault:
        raise NotReached("The mail server cannot be reached.") from fault
