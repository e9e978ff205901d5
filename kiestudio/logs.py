"""What goes into a log, and what is kept out."""

import logging
import re
from functools import lru_cache

from generations.kie.secret import Secret

SECRET_PATH = re.compile(r"(/hooks/kie/|/setup/|/s/(?=[\w-]{43}))[^/\s\"']+")
SECRETS = ("KIE_API_KEY", "KIE_WEBHOOK_KEY", "SECRET_KEY")
"""Names of the settings whose values must not appear in a log."""


class WithoutTokens(logging.Filter):
    """Removes the tokens from addresses: a reader of the log must not be able to call them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_PATH.sub(r"\1…", record.getMessage()), ()
        return True


class RefusalInALine(logging.Filter):
    """Logs a refused request as a single line: with tracebacks, any visitor could fill the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True


class Line(logging.Formatter):
    """A record as text, with its traceback: without secrets, however a library's error encodes them."""

    def format(self, record: logging.LogRecord) -> str:
        text = SECRET_PATH.sub(r"\1…", super().format(record))
        for secret in _secrets():
            if secret.is_in(text):
                text = "\n".join(secret.without(line) for line in text.split("\n"))
                text = secret.without(text)
        return text


def _secrets() -> list[Secret]:
    """Read when a line is written, because logging is configured before the settings exist."""
    from django.conf import settings

    return [_secret(str(getattr(settings, name, ""))) for name in SECRETS]


_secret = lru_cache(len(SECRETS) * 4)(Secret)
