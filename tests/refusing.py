"""A disk that is full and a database that refuses, as the system and the database themselves have them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def full(path: Path) -> Iterator[None]:
    """Whoever writes to this file is told that no space is left; afterwards it is again what it was."""
    aside = path.with_name(f"{path.name}.aside")
    had_one = path.exists()
    if had_one:
        path.rename(aside)
    path.symlink_to("/dev/full")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        if had_one:
            aside.rename(path)


@contextmanager
def read_only() -> Iterator[None]:
    """As long as it lasts the database refuses every write."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF" if sqlite else "SET default_transaction_read_only = off")
