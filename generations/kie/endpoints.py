"""Every dialect of Kie.ai as data: what creates a task, how its order is written, what tells of it.

docs.kie.ai has one page for each of these calls; the dialects of single models are filed under old-model. The
unified forms of September 2026 (veo-3-1, veo/extend, runway, runway/gen4-aleph…) are orders of the Jobs
dialect like any other model's.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from generations.kie import wire
from generations.kie.wire import Layout, Phase, Report

CREDITS = "/api/v1/chat/credit"
DOWNLOAD_LINK = "/api/v1/common/download-url"
UPLOAD = "/api/file-stream-upload"
MODELS = "/api/v1/models"
CALLBACK = "callBackUrl"
"""Where an order names the address that is called back."""


class Form(StrEnum):
    """Where the body of an order has the parameters."""

    INSIDE = "inside"
    """In `input`, beside the model's id."""
    BESIDE = "beside"
    """At the top, beside the model's id."""
    ALONE = "alone"
    """At the top. No model is named: the path says which one it is."""
    ADDRESS = "address"
    """There is none: the parameters stand in the address, and the path says which model is meant."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """The calls that create a task of one dialect and tell of it."""

    create: str
    record: str
    form: Form
    layout: Layout
    asked: bool = False
    """Whether an order is a question that may be put again: the first time begins the work, no other costs
    anything more, and the answer is "not ready" or the file itself. Kie gives such an order no id and keeps
    no record of it, so none of its charge, its times and its callback address either."""
    zone_known: bool = True
    """False: the times in its records name no time zone, so they may be wrong by whole hours."""

    def read(self, data: object) -> Report:
        """Kie's record of a task. Its model is told only where that is an id of the catalogue."""
        found = wire.report(data, self.layout)
        if self.asked and not found.urls:
            return Report(phase=Phase.PENDING)
        return replace(found, model=None) if self.form in (Form.ALONE, Form.ADDRESS) else found


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is sent to create a task, without the key."""

    method: str = "POST"
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The path and what follows it in the address."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def order(
    endpoint: str, *, model: str, params: Mapping[str, object], callback_url: str | None = None
) -> Order:
    """The call that orders a task. The one place where it is made: what is shown is what is sent.

    An endpoint that is asked takes no callback address.
    """
    kind = ENDPOINTS[endpoint]
    if kind.form is Form.ADDRESS:
        return Order(method="GET", path=kind.create, query={n: str(v) for n, v in params.items()})
    body: dict[str, object] = dict(params)
    match kind.form:
        case Form.INSIDE:
            body = {"model": model, "input": params}
        case Form.BESIDE:
            body = {"model": model, **{name: value for name, value in params.items() if name != "model"}}
    if callback_url:
        body[CALLBACK] = callback_url
    return Order(path=kind.create, body=body)


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """What the body of an order says, whoever wrote it."""

    params: Mapping[str, object]
    model: object = None
    """The model as it is named; None: none is."""
    endpoint: str = ""
    """By the path; empty where that is not known."""


def read_back(
    body: Mapping[str, object], path: str = "", query: Mapping[str, object] | None = None
) -> Ordered:
    """The order that a call places: `order` backwards. Its callback address is left out.

    Without a path of ours the body shows its form itself: with the parameters in `input`, beside `model`, or
    alone.
    """
    endpoint = next((name for name, kind in ENDPOINTS.items() if kind.create == path), "")
    form = ENDPOINTS[endpoint].form if endpoint else _form_of(body)
    if form is Form.ADDRESS:
        return Ordered(params=dict(query or {}), endpoint=endpoint)
    own = {name: value for name, value in body.items() if name != CALLBACK}
    match form:
        case Form.INSIDE:
            inner = own.get("input")
            return Ordered(
                params=inner if isinstance(inner, Mapping) else {}, model=own.get("model"), endpoint=endpoint
            )
        case Form.BESIDE:
            model = own.pop("model", None)
            return Ordered(params=own, model=model, endpoint=endpoint)
    return Ordered(params=own, endpoint=endpoint)


def _form_of(body: Mapping[str, object]) -> Form:
    if isinstance(body.get("input"), Mapping):
        return Form.INSIDE
    return Form.BESIDE if "model" in body else Form.ALONE


def asked_id(endpoint: str, params: Mapping[str, object]) -> str:
    """An id for one order of an endpoint that is asked, for Kie gives it none: `asked_query` reads it.

    It is the call with its query, and after a # what sets it apart from the next order of the same:
    get-1080p-video?taskId=veo_task_1&index=0#3f2a91c0.
    """
    target = order(endpoint, model="", params=params).target
    return f"{target.rpartition('/')[2]}#{secrets.token_hex(4)}"


def asked_query(task_id: str) -> dict[str, str]:
    """The query of the question that such an id stands for."""
    return dict(parse_qsl(urlsplit(task_id).query))


def written(content: Mapping[str, object]) -> bytes:
    """JSON as it is sent, with exact numbers. Raises ValueError for what cannot be written."""
    return _json(content, allow_nan=False).encode()


def shown(content: Mapping[str, object]) -> str:
    """The same for people: indented, with letters as they are, and also what could not be sent."""
    return _json(content, indent=2, ensure_ascii=False)


def _json(content: Mapping[str, object], **style: Any) -> str:
    try:
        return json.dumps(content, default=_number, **style)
    except (TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError("these values cannot be written as JSON") from error


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return int(value) if value == value.to_integral_value() else float(value)


WORDS = {
    "success": Phase.SUCCESS,
    "succeeded": Phase.SUCCESS,
    "completed": Phase.SUCCESS,
    "fail": Phase.FAILED,
    "failed": Phase.FAILED,
    "error": Phase.FAILED,
}
FLAGS = {"1": Phase.SUCCESS, "2": Phase.FAILED, "3": Phase.FAILED}

JOBS_RECORD = Layout(
    state="state",
    phases=WORDS,
    results=("resultJson", "response"),
    links=("resultUrls", "fullResultUrls"),
    code="failCode",
    text="failMsg",
    request=("param", "paramJson", "promptJson"),
)
"""docs.kie.ai: market/common/get-task-detail. `response` is the parsed `resultJson`, since September 2026."""
VEO_RECORD = Layout(
    state="successFlag",
    phases=FLAGS,
    results=("response", "info"),
    links=("resultUrls", "fullResultUrls"),
    code="errorCode",
    text="errorMessage",
    request=("param", "paramJson", "promptJson"),
)
"""docs.kie.ai: veo3-api/get-veo-3-video-details. Only the flag says that it is over, never the times."""
RUNWAY_RECORD = Layout(
    state="state",
    phases=WORDS,
    results=("videoInfo",),
    links=("videoUrl",),
    code="failCode",
    text="failMsg",
    request=("generateParam",),
)
"""docs.kie.ai: runway-api/get-ai-video-details. It repeats neither the callback address nor a time."""
VEO_1080P_ANSWER = Layout(
    state="state",
    phases={"": Phase.SUCCESS},
    results=("resultUrl", "resultUrls"),
    links=(),
    code="",
    text="",
    request=(),
)
"""docs.kie.ai: veo3-api/get-veo-3-1080-p-video. It names no state: its answer is the file that is ready."""
ALEPH_RECORD = Layout(
    state="successFlag",
    phases=FLAGS,
    results=("response",),
    links=("resultVideoUrl",),
    code="errorCode",
    text="errorMessage",
    request=("paramJson",),
    fails_by_code=True,
)
"""docs.kie.ai: runway-api/get-aleph-video-details. The flag is 1 when it is done and 0 otherwise."""

JOBS = "jobs"
ENDPOINTS: Mapping[str, Endpoint] = {
    JOBS: Endpoint(
        create="/api/v1/jobs/createTask",
        record="/api/v1/jobs/recordInfo",
        form=Form.INSIDE,
        layout=JOBS_RECORD,
    ),
    "veo": Endpoint(
        create="/api/v1/veo/generate",
        record="/api/v1/veo/record-info",
        form=Form.BESIDE,
        layout=VEO_RECORD,
        zone_known=False,
    ),
    "veo-extend": Endpoint(
        create="/api/v1/veo/extend",
        record="/api/v1/veo/record-info",
        form=Form.ALONE,
        layout=VEO_RECORD,
        zone_known=False,
    ),
    "veo-1080p": Endpoint(
        create="/api/v1/veo/get-1080p-video",
        record="/api/v1/veo/get-1080p-video",
        form=Form.ADDRESS,
        layout=VEO_1080P_ANSWER,
        asked=True,
    ),
    "runway": Endpoint(
        create="/api/v1/runway/generate",
        record="/api/v1/runway/record-detail",
        form=Form.ALONE,
        layout=RUNWAY_RECORD,
    ),
    "runway-extend": Endpoint(
        create="/api/v1/runway/extend",
        record="/api/v1/runway/record-detail",
        form=Form.ALONE,
        layout=RUNWAY_RECORD,
    ),
    "aleph": Endpoint(
        create="/api/v1/aleph/generate",
        record="/api/v1/aleph/record-info",
        form=Form.ALONE,
        layout=ALEPH_RECORD,
        zone_known=False,
    ),
}
"""By the names that the catalogue gives them."""
