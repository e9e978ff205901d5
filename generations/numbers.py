"""Whole numbers and ids as people, addresses and forms write them."""

from uuid import UUID

MOST_DIGITS = 18
"""As many as fit any id in the database."""


def whole(text: str) -> int | None:
    """The number, 0 or more; None for anything else, other scripts' digits and far too long ones included."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else None


def uuid_in(text: str) -> UUID | None:
    """The id that a text is; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
