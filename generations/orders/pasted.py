"""What people paste to fill a form: the JSON of an order, or the curl command that sends it."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from generations import catalogue
from generations.catalogue.spec import ModelSpec
from generations.kie import endpoints
from generations.kie.endpoints import ENDPOINTS, Ordered
from generations.orders import curl
from generations.orders.curl import Unreadable

MOST = 200_000
"""Characters; no order is longer."""
WHAT = "Paste the JSON of an order, or the curl command that sends it."
_CALL = re.compile(r"(?:POST|GET)\s+(\S+)\s*")
_KEY = re.compile(
    r"""((?:authorization|x-api-key|api_key)["']?\s*[:=]\s*["']?\s*(?:bearer\s+)?|--oauth2-bearer\s+["']?)"""
    r"""([^\s"'^`,}]+)""",
    re.IGNORECASE,
)
_STANDS_FOR_ONE = re.compile(r"[$%<{\[(*]|your|xxx|\[key", re.IGNORECASE)
"""How documents begin what stands in the place of a key."""
HIDDEN = "[key]"


@dataclass(frozen=True, kw_only=True)
class Pasted:
    """An order as it was pasted: nothing of it is judged yet."""

    params: Mapping[str, object]
    model: object = None
    """As it is named; None: none is."""
    endpoint: str = ""
    """The calls that its address belongs to; empty: it names none that we know."""
    bare: bool = False
    """Whether the parameters stand alone, so that a `model` among them may be one of them."""
    twice: tuple[str, ...] = ()
    """Names that it has more than once: the last value counts."""


def read(text: str) -> Pasted:
    """The order in a text. Raises Unreadable."""
    if len(text) > MOST:
        raise Unreadable(f"This has {len(text):,} characters, and no order is longer than {MOST:,}. {WHAT}")
    if curl.BEGINS.match(text):
        asked = curl.command(text)
        return _of_call(asked.address, asked.data)
    call = _CALL.match(text.strip())
    return _of_call(call[1], text.strip()[call.end() :]) if call else _of_call("", text)


def without_key(text: str) -> str:
    """The text with every key in it cut out; the same text when there is none."""
    return _KEY.sub(lambda found: found[0] if _STANDS_FOR_ONE.match(found[2]) else found[1] + HIDDEN, text)


def target(pasted: Pasted, here: ModelSpec) -> tuple[ModelSpec, Mapping[str, object]]:
    """The model that is meant, `here` where none is named, and its parameters. Raises Unreadable."""
    model, params = pasted.model, pasted.params
    alone = next((s for s in catalogue.models().values() if s.endpoint == pasted.endpoint), None)
    if model is None:
        return (alone, params) if alone and _is_of_one_model(pasted.endpoint) else (here, params)
    if pasted.bare and "model" in here.by_name:
        return here, {**params, "model": model}
    named = catalogue.find(model) if isinstance(model, str) else None
    if named is None:
        raise Unreadable(f"There is no model “{str(model)[:80]}” in the catalogue.")
    return named, params


def _is_of_one_model(endpoint: str) -> bool:
    return ENDPOINTS[endpoint].form in (endpoints.Form.ALONE, endpoints.Form.ADDRESS)


def _of_call(address: str, text: str) -> Pasted:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    body, twice = _object(text) if text.strip() else ({}, ())
    inner = body.get("input")
    if isinstance(inner, str) and "model" in body:
        body["input"], more = _object(inner)
        twice += more
    found = endpoints.read_back(body, parts.path, dict(parse_qsl(parts.query)))
    if not found.params and not body:
        raise Unreadable(f"There are no values in it. {WHAT}")
    return _plain(found, bare=not found.endpoint and "input" not in body, twice=twice)


def _plain(found: Ordered, *, bare: bool, twice: tuple[str, ...]) -> Pasted:
    """With texts that can be kept. Raises Unreadable for halves of characters: no other text has them."""
    try:
        json.dumps([dict(found.params), found.model], ensure_ascii=False).encode()
    except UnicodeEncodeError as broken:
        raise Unreadable("There is half a character in it, as \\ud83d alone. Paste it again.") from broken
    whole = Pasted(params=found.params, model=found.model, endpoint=found.endpoint, twice=twice)
    return replace(whole, bare=bare)


def _object(text: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """The JSON object in a text, and the names that one of its objects has more than once."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice.extend(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
        return dict(pairs)

    try:
        read = json.loads(text, object_pairs_hook=once, parse_constant=_no_number, parse_float=_number)
    except json.JSONDecodeError as broken:
        where = f"line {broken.lineno}, column {broken.colno}"
        raise Unreadable(f"This is no JSON: {broken.msg}, in {where}. {WHAT}") from broken
    except RecursionError as broken:
        raise Unreadable("This is nested too deeply for an order.") from broken
    except ValueError as broken:
        raise Unreadable(f"This is no JSON: {broken}.") from broken
    if not isinstance(read, dict):
        raise Unreadable(f"This is JSON, but no object in {{ }}. {WHAT}")
    return read, tuple(twice)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large for a number")
    return number
