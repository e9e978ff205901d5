"""Kie's JSON in our words. Nothing here raises: unreadable data counts as no information."""

import json
import re
from collections.abc import Iterator, Mapping
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
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Phase(StrEnum):
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    MISSING = "missing"


JOBS_STATES = {
    "success": Phase.SUCCESS,
    "succeeded": Phase.SUCCESS,
    "completed": Phase.SUCCESS,
    "fail": Phase.FAILED,
    "failed": Phase.FAILED,
    "error": Phase.FAILED,
}
VEO_FLAGS = {Decimal(1): Phase.SUCCESS, Decimal(2): Phase.FAILED, Decimal(3): Phase.FAILED}


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


def jobs_report(data: object) -> Report:
    """Read `data` of recordInfo; an unknown state is pending.

    docs.kie.ai: market/common/get-task-detail.
    """
    record = _mapping(data)
    state = legible(record.get("state"))
    return _report(
        record,
        phase=JOBS_STATES.get(state.strip().lower(), Phase.PENDING),
        state=state,
        urls=_result_urls(record.get("resultJson")),
        failure=Failure(code=legible(record.get("failCode")), text=words(record.get("failMsg"))),
    )


def veo_report(data: object) -> Report:
    """Read `data` of a Veo record; only the flag says that it is over, whatever the times say.

    docs.kie.ai: veo3-api/get-veo-3-video-details.
    """
    record = _mapping(data)
    flag = record.get("successFlag")
    number = decimal(flag)
    return _report(
        record,
        phase=Phase.PENDING if number is None else VEO_FLAGS.get(number, Phase.PENDING),
        state=legible(flag),
        urls=_result_urls(record.get("response")) or _result_urls(record.get("info")),
        failure=Failure(code=legible(record.get("errorCode")), text=words(record.get("errorMessage"))),
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


def _report(
    record: Mapping[str, object], *, phase: Phase, state: str, urls: tuple[str, ...], failure: Failure
) -> Report:
    request = _mapping(record.get("param") or record.get("paramJson") or record.get("promptJson"))
    values = {**request, **_mapping(request.get("input"))}
    return Report(
        phase=phase,
        task_id=legible(record.get("taskId")).strip(),
        state=state,
        urls=urls,
        charge=_charge(record),
        failure=failure if phase is Phase.FAILED else None,
        created_at=_moment(record.get("createTime")),
        completed_at=_moment(record.get("completeTime")),
        callback_url=legible(request.get("callBackUrl")) or None,
        model=legible(record.get("model")) or legible(request.get("model")) or None,
        prompt=legible(values.get("prompt"), limit=100_000) or None,
    )


def _result_urls(value: object) -> tuple[str, ...]:
    result = _decoded(value)
    if not isinstance(result, dict):
        return urls(result)
    return urls(result.get("resultUrls")) or urls(result.get("fullResultUrls"))


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
