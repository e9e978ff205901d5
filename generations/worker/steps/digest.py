"""The mail about what has ended, to those who want it: once an hour or a day at most, and once of each."""

import logging
import smtplib
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from generations.models import Preferences, State, Task
from generations.models.preferences import Digest
from generations.wording.told import TELLS, told
from generations.worker.steps.step import Step

log = logging.getLogger(__name__)
GAPS = {Digest.HOURLY: timedelta(hours=1), Digest.DAILY: timedelta(days=1)}
LOOK_AGAIN = timedelta(minutes=1)
"""When nothing has ended."""
TRY_AGAIN = timedelta(minutes=10)
LATE = timedelta(seconds=20)
"""A row may be dated so long before others can read it."""
MOST = 50
NOT_TAKEN = (
    ConnectionRefusedError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
)
"""With one of these the mail server has not had the mail. With any other failure it may have."""


def mail_digest(wish: Preferences) -> Step:
    """Mail a person what of theirs has ended since the last mail.

    That it is mailed is committed first: a mail that may have gone is not sent again. What the server plainly
    did not take is tried again later.
    """
    now = timezone.now()
    since, until = wish.mailed_until or now, now - LATE
    mine = Task.objects.filter(person=wish.person, state__in=TELLS)
    ended = list(mine.filter(changed_at__gt=since, changed_at__lte=until).order_by("changed_at", "id"))
    if not ended:
        _note(wish, wish.mailed_until, mail_due_at=now + LOOK_AGAIN)
        return
    if not _note(wish, wish.mailed_until, mailed_until=until, mail_due_at=now + GAPS[Digest(wish.digest)]):
        return
    try:
        yield partial(_mail, wish.person.email, ended)
    except NOT_TAKEN:
        log.warning("The mail server did not take the digest for %s", wish.person, exc_info=True)
        _note(wish, until, mailed_until=since, mail_due_at=timezone.now() + TRY_AGAIN)
    except OSError:
        log.warning("Whether the digest for %s was sent is not known", wish.person, exc_info=True)


def _note(wish: Preferences, before: datetime | None, **fields: datetime) -> bool:
    """Note it, unless another process was first, or the person has chosen anew."""
    rows = Preferences.objects.filter(pk=wish.pk, mailed_until=before, digest=wish.digest)
    return bool(rows.update(**fields))


def _mail(address: str, ended: list[Task]) -> None:
    ready = sum(task.state == State.READY for task in ended)
    counts = {"ready": ready, "failed or in doubt": len(ended) - ready}
    subject = ", ".join(f"{n} {words}" for words, n in counts.items() if n)
    lines = [f"{told(task)}\n{settings.PUBLIC_URL}{task.get_absolute_url()}" for task in ended[:MOST]]
    more = [f"And {len(ended) - MOST} more: see the queue."] if len(ended) > MOST else []
    why = f"You get this because you chose so: {settings.PUBLIC_URL}/accounts/notices/"
    EmailMessage(f"Your clips: {subject}", "\n\n".join([*lines, *more, why]), to=[address]).send()
