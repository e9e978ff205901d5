"""What goes into a log, and what does not."""

import logging
import re
from functools import lru_cache

from generations.kie.secret import Secret

SECRET_PATH = re.compile(r"(/hooks/kie/|/setup/)[^/\s\"']+")
SECRETS = ("KIE_API_KEY", "KIE_WEBHOOK_KEY", "SECRET_KEY")
"""Names of the settings whose values no log may show."""


class WithoutTokens(logging.Filter):
    """Takes the tokens out of addresses: who reads a log must not be able to call them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_PATH.sub(r"\1…", record.getMessage()), ()
        return True


class RefusalInALine(logging.Filter):
    """A request that is refused is a line: with a traceback for each, anybody fills the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True


class Line(logging.Formatter):
    """A record as text, with its traceback: without secrets, however somebody else’s error spells them."""

    def format(self, record: logging.LogRecord) -> str:
        text = SECRET_PATH.sub(r"\1…", super().format(record))
        for secret in _secrets():
            if secret.is_in(text):
                text = "\n".join(secret.without(line) for line in text.split("\n"))
                text = secret.without(text)
        return text


def _secrets() -> list[Secret]:
    """Read when a line is written: the settings are not there yet when logging is set up."""
    from django.conf import settings

    return [_secret(str(getattr(settings, name, ""))) for name in SECRETS]


_secret = lru_cache(len(SECRETS) * 4)(Secret)
