"""Removes our own key from others' texts, however they encode it: an answer may quote what it was sent."""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

SHORTEST = 16
"""A shorter word is no secret: the sandbox's key is “sandbox”."""
SHORTEST_PART = 10
"""Consecutive characters of the key; half of a long key is as sensitive as the whole."""
HIDDEN = "[key]"
ESCAPED = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
LAYERS = 4
"""How many times escaped text may be escaped again."""


class Secret:
    """One secret, and every encoding of it that can be reversed without knowing it."""

    def __init__(self, secret: str) -> None:
        known = len(secret) >= SHORTEST
        self._plain = re.compile(re.escape(secret), re.IGNORECASE) if known else None
        self._parts = tuple(_parts(secret)) if known else ()

    def is_in(self, text: str) -> bool:
        """Also finds it escaped, encoded, reversed, in other letters, with separators, or in half."""
        if not self._parts:
            return False
        folded = _folded(text)
        return any(part in folded for part in self._parts)

    def without(self, text: str) -> str:
        """The text without the secret; only a placeholder when its encoding prevents cutting it out."""
        if self._plain is None or not self.is_in(text):
            return text
        shorter = self._plain.sub(HIDDEN, text)
        return HIDDEN if self.is_in(shorter) else shorter

    def out_of_answer(self, body: bytes) -> bytes:
        """JSON without the secret in any text. A body that is not JSON and contains it becomes empty."""
        if not self.is_in(body.decode("utf-8", "replace")):
            return body
        try:
            return json.dumps(self._cleaned(json.loads(body))).encode()
        except (ValueError, RecursionError):
            return b""

    def _cleaned(self, value: object) -> object:
        """Texts that contain JSON are parsed too, so that what surrounds the secret is kept."""
        if isinstance(value, dict):
            return {self.without(str(name)): self._cleaned(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._cleaned(inner) for inner in value]
        if not isinstance(value, str):
            return HIDDEN if self.is_in(str(value)) else value
        try:
            inner = json.loads(value)
        except ValueError:
            return self.without(value)
        return json.dumps(self._cleaned(inner)) if isinstance(inner, dict | list) else self.without(value)


def _parts(secret: str) -> Iterator[str]:
    raw = secret.encode()
    spellings = [secret, secret[::-1], raw.hex()]
    for before in range(3):
        # The bytes around the secret affect the first and last characters of its base64.
        code = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        spellings.append(code[before + 1 if before else 0 : -1])
    for spelling in spellings:
        folded = _folded(spelling)
        length = max(SHORTEST_PART, len(folded) // 2)
        yield from (folded[n : n + length] for n in range(len(folded) - length + 1))


def _folded(text: str) -> str:
    """Letters and digits only, in one case, with everything unescaped."""
    for _ in range(LAYERS):
        before = text
        text = html.unescape(unquote(text))
        text = ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
        if text == before:
            break
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
