"""Addresses that are passed on to Kie as they are: never fetched by us."""

from urllib.parse import urlsplit

MOST_URL = 2048
"""Maximum length of an address in characters."""


def wrong_address(text: str) -> str:
    """What is wrong with a public https address; empty when it can be passed on."""
    if len(text) > MOST_URL:
        return "This address is too long."
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or parts.username:
        return "An address has to start with https:// and be public."
    return ""
