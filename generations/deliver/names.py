"""How delivered files are called: by a board's template, safe on every system, each name once."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

PLACEHOLDERS = ("number", "title", "model", "take", "person", "date", "task")
"""What stands in braces in a template."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
FORBIDDEN = '/\\:*?"<>|'
"""What some system takes in no file name."""
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)", re.IGNORECASE)
"""Names of devices on Windows, whatever follows a dot (learn.microsoft.com, Naming files)."""
LONGEST_PART = 40
"""Characters of one value."""
LONGEST_NAME = 180
"""Bytes of a name without its extension: file systems take 255, and paths have folders."""
NOT_PRINTED = ("C", "Z")
"""Unicode categories of what is not seen in a name."""


class Unusable(Exception):
    """A template that makes no names. Its text is for people."""


def check(template: str) -> None:
    """Raises Unusable."""
    found = PLACEHOLDER.findall(template)
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    if unknown := next((name for name in found if name not in PLACEHOLDERS), None):
        raise Unusable(f"{{{unknown}}} is not known. There are {known}.")
    rest = PLACEHOLDER.sub("", template)
    if "{" in rest or "}" in rest:
        raise Unusable(f"A brace is left open. There are {known}.")
    if bad := next((sign for sign in rest if sign in FORBIDDEN or not sign.isprintable()), None):
        raise Unusable(f"No file name may have {bad if bad.isprintable() else 'invisible signs'} in it.")
    if not found:
        raise Unusable(f"All files would be called alike. There are {known}.")


def stem(template: str, values: Mapping[str, str]) -> str:
    """The name for these values, without an extension."""
    filled = PLACEHOLDER.sub(lambda found: part(values.get(found[1], "")), template)
    return safe(filled) or part(values.get("number", "")) or "clip"


def part(text: str) -> str:
    """A text as a part of a name: words of any script, joined by hyphens."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in plain)
    return "-".join(kept.split())[:LONGEST_PART].rstrip("-")


def safe(name: str) -> str:
    """The name without anything that leads to another folder, is invisible, or that Windows refuses."""
    plain = unicodedata.normalize("NFC", name)
    seen = "".join(
        "-" if sign in FORBIDDEN else sign
        for sign in plain
        if sign == " " or unicodedata.category(sign)[0] not in NOT_PRINTED
    )
    short = seen.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .-_")
    return f"_{short}" if RESERVED.match(short) else short


def unique(names: Iterable[tuple[str, str]]) -> list[str]:
    """Whole names for pairs of stem and extension: a second one of the same name gets a number.

    “Same” is meant as macOS and Windows do: capitals make no difference.
    """
    taken: set[str] = set()
    found = []
    for first, extension in names:
        name, again = f"{first}.{extension}", 1
        while name.casefold() in taken:
            again += 1
            name = f"{first}_{again}.{extension}"
        taken.add(name.casefold())
        found.append(name)
    return found
