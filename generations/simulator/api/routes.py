"""The calls of the service: which path does what."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generations.simulator.api import records, refusals
from generations.simulator.api.dialects import COPY_1080P, DIALECTS
from generations.simulator.api.lines import MOST_UPLOAD
from generations.simulator.api.refusals import Refusal
from generations.simulator.market.shop import BadPlay, Shop

if TYPE_CHECKING:
    from generations.simulator.api.server import Handler

Answer = Callable[["Handler"], object]

MOST_BODY = 64 * 1024 * 1024
MODELS = "/api/v1/models"
LOOK_UPS: Mapping[str, Callable[[Shop, str], object]] = {
    "schema": Shop.schema,
    "price": Shop.price,
    "success-rate": Shop.success,
}
LINK_MS = 20 * 60 * 1000
RECORDS = {dialect.record for dialect in DIALECTS.values()}


def _create(dialect: str) -> Answer:
    def answer(handler: "Handler") -> object:
        body = handler.body()
        if not handler.server.creates.admits():
            raise Refusal(429, refusals.TOO_FREQUENT)
        task_id = handler.server.desk.order(dialect, body)
        return {"taskId": task_id} | ({"recordId": task_id} if DIALECTS[dialect].inside else {})

    return answer


def _record(path: str) -> Answer:
    def answer(handler: "Handler") -> object:
        if not handler.server.queries.admits():
            raise Refusal(429, refusals.TOO_FAST)
        task = handler.server.desk.found(path, handler.query("taskId"))
        return DIALECTS[task.endpoint].tell(task, handler.server.desk.state(task), handler.site)

    return answer


def _copy(handler: "Handler") -> object:
    if not handler.query("taskId"):
        raise Refusal(400, refusals.NO_TASK_ID)
    url = handler.server.desk.copy_url(handler.query("taskId"), handler.query("index"), handler.site)
    return {"resultUrl": url}


def _credit(handler: "Handler") -> object:
    handler.server.desk.settle()
    return records.number(handler.server.store.balance())


def _download_link(handler: "Handler") -> object:
    url = handler.body().get("url")
    parts = urlsplit(url if isinstance(url, str) else "")
    name = parts.path.removeprefix("/files/results/")
    if name == parts.path or handler.server.desk.clip(name) is None:
        raise Refusal(422, refusals.BAD_URL)
    token = f"{secrets.token_hex(16)}.mp4"
    handler.server.store.add_link(token, f"results/{name}", handler.server.desk.now_ms() + LINK_MS)
    return f"{handler.site}/files/temporary/{token}"


def _form_upload(handler: "Handler") -> object:
    length = handler.body_length()
    handler.close_connection = handler.close_connection or length > MOST_UPLOAD
    if length > MOST_UPLOAD:
        raise Refusal(400, "Request body is too large")
    kind = handler.headers.get("Content-Type", "")
    try:
        return handler.server.shelf.take_form(handler.rfile, length, kind, handler.site)
    except Refusal:
        handler.close_connection = True
        raise


def looked_up(path: str) -> Answer | None:
    """The answer to a look-up in the catalogue; the slashes of a model's id stay slashes in the path."""
    if path == MODELS:
        return lambda handler: _at_its_pace(handler).listing(
            handler.query("taskType"), handler.query("provider"), handler.query("q")
        )
    model, _, what = path.removeprefix(f"{MODELS}/").rpartition("/")
    if not path.startswith(f"{MODELS}/") or what not in LOOK_UPS or not model:
        return None

    def answer(handler: "Handler") -> object:
        shop = _at_its_pace(handler)
        if model not in shop.models():
            raise Refusal(404, refusals.UNKNOWN_MODEL)
        return LOOK_UPS[what](shop, model)

    return answer


def _at_its_pace(handler: "Handler") -> Shop:
    if not handler.server.look_ups.admits():
        raise Refusal(429, refusals.TOO_FREQUENT)
    return handler.server.desk.shop


def _play(handler: "Handler") -> object:
    """Only here: change the catalogue, as Kie may do any day."""
    body = handler.body()
    try:
        name = handler.server.desk.shop.play(str(body.get("play", "")), str(body.get("model") or ""))
    except BadPlay as bad:
        raise Refusal(422, str(bad)) from bad
    return {"model": name}


GETS: Mapping[str, Answer] = {
    **{path: _record(path) for path in RECORDS},
    COPY_1080P: _copy,
    "/api/v1/chat/credit": _credit,
}
POSTS: Mapping[str, Answer] = {
    **{dialect.create: _create(name) for name, dialect in DIALECTS.items()},
    "/api/v1/common/download-url": _download_link,
    "/sandbox/market": _play,
    "/api/file-stream-upload": _form_upload,
    "/api/file-base64-upload": lambda handler: handler.server.shelf.take_base64(handler.body(), handler.site),
    "/api/file-url-upload": lambda handler: handler.server.shelf.take_reference(handler.body(), handler.site),
}
PLACES: Mapping[str, str] = {
    **{dialect.create: "create" for dialect in DIALECTS.values()},
    **dict.fromkeys(RECORDS, "record"),
    "/api/v1/chat/credit": "credit",
    "/api/file-stream-upload": "upload",
    "/api/file-base64-upload": "upload",
    "/api/file-url-upload": "upload",
    "/api/v1/common/download-url": "download_url",
    COPY_1080P: "copy_1080p",
}
"""Their names in fault programs."""
