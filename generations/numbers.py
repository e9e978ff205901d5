"""Whole numbers as people, addresses and forms write them."""

MOST_DIGITS = 18
"""As many as fit any id in the database."""


def whole(text: str) -> int | None:
    """The number, 0 or more; None for anything else, other scripts' digits and far too long ones included."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else None
