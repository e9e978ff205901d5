"""The service's checks before it accepts an order: by the catalogue, in the service's words."""

from collections.abc import Mapping
from decimal import Decimal
from types import UnionType
from urllib.parse import urlsplit

from generations import catalogue
from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle, Wrong, given
from generations.catalogue.spec import ModelSpec
from generations.simulator.api import refusals
from generations.simulator.api.refusals import Refusal
from generations.simulator.market.shop import Shop


def model_for(endpoint: str, name: object, shop: Shop) -> ModelSpec:
    """The model with that name behind that endpoint. Raises Refusal."""
    if not given(name):
        raise refusals.required("model")
    spec = shop.spec(name) if isinstance(name, str) else None
    if spec is None or spec.endpoint != endpoint or shop.is_gone(spec.id):
        raise Refusal(422, refusals.UNKNOWN_MODEL)
    return spec


def only_model(dialect: str) -> str | None:
    """The model of a dialect that has but one and does not name it."""
    return next((spec.id for spec in catalogue.models().values() if spec.endpoint == dialect), None)


def checked(spec: ModelSpec, sent: Mapping[str, object]) -> dict[str, object]:
    """The values the model knows, media as lists. Raises Refusal for the first one it does not accept."""
    values: dict[str, object] = {}
    for param in spec.params:
        value = sent.get(param.name)
        if not given(value) and param.alias:
            value = sent.get(param.alias)
        if given(value):
            _check(spec, param, value)
            values[param.name] = _listed(param, value)
        elif (param.required or param.live.get("required")) and not _gives_way(spec, param, sent):
            raise Refusal(500, refusals.MISSING) if param.role == "prompt" else refusals.required(param.name)
    for problem in spec.problems(values):
        present = given(values.get(problem.param))
        raise refusals.not_allowed(problem.param) if present else refusals.required(problem.param)
    return values


def _gives_way(spec: ModelSpec, param: Param, sent: Mapping[str, object]) -> bool:
    """Whether a rule takes the parameter away beside what was sent."""
    return any(rule.bars(param.name, sent) for rule in spec.rules)


def _listed(param: Param, value: object) -> object:
    """A value as the catalogue has it: media as lists, numbers as numbers."""
    if isinstance(param, Number) and isinstance(value, str):
        return param.parse([value])
    if isinstance(param, Objects) and isinstance(value, list):
        parts = {p.name: p for p in param.item_fields}
        return [{n: _listed(parts[n], v) for n, v in record.items() if n in parts} for record in value]
    return [value] if isinstance(param, Media) and not isinstance(value, list) else value


def _check(spec: ModelSpec, param: Param, value: object) -> None:
    match param:
        case Text():
            _check_text(param, value)
        case Choice():
            if not _offered(param, value):
                if spec.endpoint == "veo" and param.role == "shape":
                    raise Refusal(422, refusals.BAD_RATIO)
                raise refusals.not_allowed(param.name)
        case Number():
            _check_number(param, value)
        case Toggle():
            if not isinstance(value, bool):
                raise refusals.wrong_type(param.name, "a boolean")
        case Media():
            _check_media(param, value)
        case Items() | Objects():
            _check_list(param, value)


def _check_text(param: Text, value: object) -> None:
    if not isinstance(value, str):
        raise refusals.wrong_type(param.name, "a string")
    live = param.live.get("max_length")
    longest = live if isinstance(live, int) else param.max_length
    if longest is not None and len(value) > longest:
        raise Refusal(500, refusals.TOO_LONG)
    if param.min_length is not None and len(value) < param.min_length:
        raise Refusal(500, refusals.OUT_OF_RANGE)


def _offered(param: Choice, value: object) -> bool:
    """Whether an option has exactly this value and type: "5" is not 5, and true is not 1."""
    if param.free and isinstance(value, str):
        return True
    wider = param.live.get("options")
    options: list[object] = [*param.options, *(wider if isinstance(wider, list | tuple) else ())]
    if any(
        value == option and isinstance(value, str | bool) == isinstance(option, str | bool)
        for option in options
    ):
        return True
    least, most = param.live.get("min"), param.live.get("max")
    if not isinstance(least, int) or not isinstance(most, int):
        return False
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _check_number(param: Number, value: object) -> None:
    kinds: type | UnionType = str if param.as_text else int | float
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise refusals.wrong_type(param.name, "a string" if param.as_text else "a number")
    try:
        number = Decimal(str(param.parse([value]) if isinstance(value, str) else value))
    except (Wrong, ArithmeticError):
        raise Refusal(500, refusals.OUT_OF_RANGE) from None
    if not number.is_finite():
        raise Refusal(500, refusals.OUT_OF_RANGE)
    if number in param.also:
        return
    low = param.min is not None and number < param.min
    high = param.max is not None and number > param.max
    if low or high or (param.integer and number != int(number)):
        raise Refusal(500, refusals.OUT_OF_RANGE)


def _check_media(param: Media, value: object) -> None:
    if param.single and not isinstance(value, str):
        raise refusals.wrong_type(param.name, "a string")
    if not param.single and not isinstance(value, list):
        raise refusals.wrong_type(param.name, "an array")
    urls = value if isinstance(value, list) else [value]
    if not all(isinstance(url, str) and _is_web_address(url) for url in urls):
        raise Refusal(422, f"{param.name} must be a valid URL")
    if not param.min_items <= len(urls) <= param.most_items:
        raise Refusal(500, refusals.OUT_OF_RANGE)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _check_list(param: Items | Objects, value: object) -> None:
    if not isinstance(value, list):
        raise refusals.wrong_type(param.name, "an array")
    wanted = dict if isinstance(param, Objects) else str
    if not all(isinstance(item, wanted) for item in value):
        raise refusals.wrong_type(param.name, "an array")
    if len(value) < param.min_items or (param.max_items is not None and len(value) > param.max_items):
        raise Refusal(500, refusals.OUT_OF_RANGE)
