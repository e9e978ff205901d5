"""What a page notes beside showing something: it is shown also when the database takes nothing."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, transaction

log = logging.getLogger(__name__)


def note(what: str, write: Callable[[], object]) -> None:
    """Write it down if that can be done now; the log says `what` could not."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError as failure:
        log.warning("%s could not be noted: %s", what, failure)
