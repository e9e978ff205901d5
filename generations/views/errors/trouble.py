"""The page for a failing disk or database: rendered without the database."""

import errno
from collections.abc import Iterator
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER = "30"
"""Seconds."""


class Trouble(Enum):
    """A heading, and what it means for the person who reads it."""

    FULL = (
        "The disk of this server is full",
        "Nothing new can be saved until there is room. Clips that Kie has finished stay there for 14 days.",
    )
    READ_ONLY = (
        "This server cannot write to its disk",
        "Nothing new can be saved until that is mended. What Kie has finished stays there for 14 days.",
    )
    BUSY = ("The database is busy", "Others are writing just now. Try again in a moment.")
    DAMAGED = (
        "The database cannot be read",
        "Its file may be damaged. An admin finds the reason in the log and can restore a backup.",
    )
    AWAY = (
        "The database does not answer",
        "KieStudio goes on by itself as soon as it does. An admin finds the reason in the log.",
    )


_SQLITE = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
    "SQLITE_IOERR": Trouble.DAMAGED,
    "SQLITE_CANTOPEN": Trouble.AWAY,
}
"""By the beginning of the name of SQLite's result code (sqlite.org/rescode.html)."""
_POSTGRES = {
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "40001": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "53300": Trouble.AWAY,
    "08": Trouble.AWAY,
    "57P": Trouble.AWAY,
}
"""By the beginning of SQLSTATE (PostgreSQL, appendix A). Without one, no connection was made."""


def answer(error: BaseException | None) -> HttpResponse | None:
    """503 with a sentence when the disk or the database caused the error; None for other causes."""
    found = trouble_of(error)
    if found is None:
        return None
    heading, text = found.value
    page = render_to_string("503.html", {"heading": heading, "text": text})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER})


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What the error says about the disk or the database; None when it is about something else."""
    for link in _chain(error):
        if isinstance(link, OSError) and not isinstance(link, DatabaseError):
            return _DISK.get(link.errno or 0)
        if isinstance(link, DatabaseError | InterfaceError):
            return _of_database(link)
    return None


_DISK = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
}


def _of_database(error: Exception) -> Trouble | None:
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", None)
    state = getattr(cause, "sqlstate", None)
    if name:
        return _by_beginning(_SQLITE, name)
    if state:
        return _by_beginning(_POSTGRES, state)
    return Trouble.AWAY if isinstance(error, OperationalError | InterfaceError) else None


def _by_beginning(known: dict[str, Trouble], code: str) -> Trouble | None:
    return next((trouble for start, trouble in known.items() if code.startswith(start)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
