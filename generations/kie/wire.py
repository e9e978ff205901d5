"""Kie's JSON in our words. Nothing here raises: unreadable data counts as no information."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlsplit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_TEXT = 2_000
LARGEST_NUMBER = 10**9
THOUSANDTH = Decimal("0.001")
DEEPEST_STRING = 5
LOWEST_ERROR = 400
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Phase(StrEnum):
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why Kie says a task failed, in Kie's words."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """One reading of a task record. SUCCESS without `urls` is possible: the caller decides what it means."""

    phase: Phase
    task_id: str = ""
    state: str = ""
    urls: tuple[str, ...] = ()
    charge: Decimal | None = None
    """Credits, to the thousandth."""
    failure: Failure | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    callback_url: str | None = None
    model: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a dialect's task record says what. Of several fields, the first that says something counts."""

    state: str
    phases: Mapping[str, Phase]
    """By the state, a word in lower case or a number in figures; any other state is pending."""
    results: tuple[str, ...]
    """The fields with the results: an object, or a list of addresses."""
    links: tuple[str, ...]
    """The fields of that object with the addresses of the files."""
    code: str
    text: str
    """The fields with the code and the words of a failure."""
    request: tuple[str, ...]
    """The fields with the order as it was sent."""
    fails_by_code: bool = False
    """Whether an error code tells a failure, because the state is that of a task in work."""


def report(data: object, layout: Layout) -> Report:
    """Read `data` of a task record."""
    record = _mapping(data)
    state = record.get(layout.state)
    failure = Failure(code=legible(record.get(layout.code)), text=words(record.get(layout.text)))
    phase = layout.phases.get(_key(state), Phase.PENDING)
    if layout.fails_by_code and phase is Phase.PENDING and _is_error(record.get(layout.code)):
        phase = Phase.FAILED
    request = _mapping(_first(record, layout.request))
    values = {**request, **_mapping(request.get("input"))}
    links = (_links(record.get(name), layout.links) for name in layout.results)
    return Report(
        phase=phase,
        task_id=legible(record.get("taskId")).strip(),
        state=legible(state),
        urls=next((found for found in links if found), ()),
        charge=_charge(record),
        failure=failure if phase is Phase.FAILED else None,
        created_at=_moment(record.get("createTime")),
        completed_at=_moment(record.get("completeTime")),
        callback_url=legible(request.get("callBackUrl")) or None,
        model=legible(record.get("model")) or legible(request.get("model")) or None,
        prompt=legible(values.get("prompt"), limit=100_000) or None,
    )


def callback_task_id(body: object) -> str | None:
    """The task that a callback, or a create call's answer, is about; each endpoint names it differently.

    docs.kie.ai: common-api/webhook-verification.
    """
    message = _mapping(body)
    data = _mapping(message.get("data"))
    places = (data.get("taskId"), data.get("task_id"), data.get("recordId"), message.get("taskId"))
    for value in places:
        if isinstance(value, str | int) and (task_id := legible(value, limit=100_000).strip()):
            return task_id
    return None


def parse(text: str | bytes) -> object:
    """JSON with exact numbers; ValueError for anything that is not JSON."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)
    except (RecursionError, ArithmeticError) as error:
        raise ValueError("no JSON that can be read") from error


def envelope(body: bytes) -> dict[str, object] | None:
    """The JSON object in a body; None when it is anything else, or was cut off."""
    try:
        content = parse(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def legible(value: object, limit: int = LONGEST_TEXT) -> str:
    """Text that any database can store; null, missing and invalid values become the empty string."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    return str(value)[:limit].replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def words(value: object) -> str:
    """Kie's message to people, without characters that reorder text around it (Unicode, bidi controls)."""
    return legible(value).translate(TURNING)


def decimal(value: object) -> Decimal | None:
    """An exact, finite number, from a number or its text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number) < LARGEST_NUMBER else None


def urls(value: object) -> tuple[str, ...]:
    """Web addresses in a list, a JSON string, or a bracketed string that is not JSON: each once."""
    return tuple(dict.fromkeys(url for url in _candidates(value) if _is_web_address(url)))


def _first(record: Mapping[str, object], names: Iterable[str]) -> object:
    return next((value for name in names if (value := record.get(name))), None)


def _key(state: object) -> str:
    """A state as it is looked up: 1, 1.0 and "1" are alike, and so are "Fail" and "fail "."""
    number = decimal(state)
    if number is not None and number == number.to_integral_value():
        return str(int(number))
    return legible(state).strip().lower()


def _is_error(code: object) -> bool:
    number = decimal(code)
    return number is not None and number >= LOWEST_ERROR


def _links(value: object, names: Iterable[str]) -> tuple[str, ...]:
    result = _decoded(value)
    if not isinstance(result, dict):
        return urls(result)
    return next((found for name in names if (found := urls(result.get(name)))), ())


def _charge(record: Mapping[str, object]) -> Decimal | None:
    for name in ("creditsConsumed", "consumeCredits"):
        charge = decimal(record.get(name))
        if charge is not None and charge >= 0:
            return charge.quantize(THOUSANDTH)
    return None


def _moment(value: object) -> datetime | None:
    """An aware time in UTC from epoch seconds or milliseconds, or from a date with or without a zone."""
    number = _epoch(value)
    try:
        if number is not None:
            return EPOCH + (timedelta(seconds=number) if number < 10**11 else timedelta(milliseconds=number))
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        if moment is None:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _epoch(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        return None
    if not number.is_finite() or number.adjusted() > 15:
        return None
    return int(number) if 10**9 <= number < 10**14 else None


def _mapping(value: object) -> Mapping[str, object]:
    content = _decoded(value)
    return content if isinstance(content, dict) else {}


def _decoded(value: object) -> object:
    """Unwrap strings that contain JSON; Kie nests them up to three deep."""
    for _ in range(DEEPEST_STRING):
        if not isinstance(value, str):
            break
        try:
            value = parse(value)
        except ValueError:
            break
    return value


def _candidates(value: object) -> Iterator[str]:
    content = _decoded(value)
    if isinstance(content, list):
        yield from (item.strip() for item in content if isinstance(item, str))
    elif isinstance(content, str):
        text = content.strip()
        if text.startswith("["):
            for part in re.split(r",\s*(?=[\"']?https?://)", text[1:].removesuffix("]")):
                yield part.strip(" \t\r\n\"'")
        else:
            yield text


def _is_web_address(text: str) -> bool:
    if not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
