"""Notes that a page writes beside its main job: the page is shown even if writing fails."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, transaction

log = logging.getLogger(__name__)


def note(what: str, write: Callable[[], object]) -> None:
    """Write the note if possible; otherwise the log says that `what` could not be written."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError as failure:
        log.warning("%s could not be noted: %s", what, failure)
