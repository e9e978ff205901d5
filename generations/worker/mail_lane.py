"""The lane of the sweep that mails digests: one at a time, so a slow mail server keeps one thread at most."""

import time
from collections.abc import Callable, Collection, Iterator

from django.utils import timezone

from generations.models import Preferences
from generations.worker.steps import Step, mail_digest

EVERY = 10.0
"""Seconds between two looks at whether a mail is due."""


class MailLane:
    def __init__(self) -> None:
        self.looked_at = -EVERY

    def due(self, under_way: Collection[str]) -> Iterator[tuple[str, Callable[[], Step]]]:
        """The digest that has waited longest, if one is due and none is under way."""
        if time.monotonic() - self.looked_at < EVERY or mail_digest.__name__ in under_way:
            return
        self.looked_at = time.monotonic()
        wish = Preferences.objects.wanting_mail(timezone.now()).first()
        if wish:
            yield mail_digest.__name__, lambda: mail_digest(wish)
