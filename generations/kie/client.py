"""The calls we make to Kie.ai."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from os import SEEK_END
from typing import BinaryIO

from urllib3.fields import RequestField

from generations.kie import endpoints, wire
from generations.kie.endpoints import ENDPOINTS, Endpoint, Order
from generations.kie.errors import Ambiguous, KieError, Refusal, Refused, judge
from generations.kie.market import Market
from generations.kie.secret import HIDDEN
from generations.kie.transport import Answer, Transport
from generations.kie.way_out import STRAIGHT, WayOut
from generations.kie.wire import Failure, Phase, Report

LONGEST_TASK_ID = 255
UPLOAD_CHUNK = 64 * 1024
MISSING_TEXT = re.compile(r"record(info)? is null|not found", re.IGNORECASE)
NOT_READY_TEXT = re.compile(r"is processing|not ready|check back|still in work", re.IGNORECASE)


class KieClient:
    """Kie.ai with our key. Every call ends in time: it returns, or raises NotSent, Refused or Ambiguous."""

    def __init__(
        self,
        *,
        api_url: str,
        upload_url: str,
        key: str,
        connect_timeout: float = 5,
        read_timeout: float = 30,
        way: WayOut = STRAIGHT,
    ) -> None:
        self._api = api_url.rstrip("/")
        self._uploads = upload_url.rstrip("/")
        self._transport = Transport(
            key=key, connect_timeout=connect_timeout, read_timeout=read_timeout, way=way
        )
        self.market = Market(self._transport, self._api)

    def create(
        self, *, endpoint: str, model: str, params: Mapping[str, object], callback_url: str | None = None
    ) -> str:
        """Order a task, once, and return its id. Any readable answer that names a task counts as acceptance.

        docs.kie.ai: market/<family>/<page> (createTask), and the generate and extend pages of old-model.
        """
        order = endpoints.order(endpoint, model=model, params=params, callback_url=callback_url)
        if ENDPOINTS[endpoint].asked:
            return self._begin(order, endpoints.asked_id(endpoint, params))
        answer = self._transport.once(
            "POST", self._api + order.path, body=_json(order.body), content_type="application/json"
        )
        task_id = wire.callback_task_id(wire.envelope(answer.body))
        if task_id is None:
            _judged(answer)
            raise Ambiguous("accepted, but without a task id", status=answer.status)
        if len(task_id) > LONGEST_TASK_ID or not task_id.isprintable() or HIDDEN in task_id:
            raise Ambiguous("accepted, but the task id cannot be kept", status=answer.status)
        return task_id

    def record(self, task_id: str, *, endpoint: str) -> Report:
        """Kie's current record of a task; MISSING if it has none, which can last seconds after the order.

        docs.kie.ai: market/common/get-task-detail, and the details pages of old-model.
        """
        kind = ENDPOINTS[endpoint]
        if kind.asked:
            return self._ask(kind, task_id)
        try:
            answer = _judged(self._transport.get(self._api + kind.record, {"taskId": task_id}))
        except Refused as refused:
            if refused.refusal is Refusal.PARAMETER and (
                refused.code == 404 or MISSING_TEXT.search(refused.text)
            ):
                return Report(phase=Phase.MISSING, task_id=task_id, state=refused.text)
            raise
        report = kind.read(answer.get("data"))
        if report.task_id not in {"", task_id}:
            raise Ambiguous("the record is about another task")
        return replace(report, task_id=task_id)

    def _begin(self, order: Order, task_id: str) -> str:
        """Ask for the first time; returns the id of the order, which Kie took if it is at work or done."""
        if len(task_id) > LONGEST_TASK_ID:
            raise Refused("this id is too long", refusal=Refusal.PARAMETER)
        try:
            _judged(self._transport.once(order.method, self._api + order.path, query=order.query))
        except KieError as error:
            if not NOT_READY_TEXT.search(error.text):
                raise
        return task_id

    def _ask(self, kind: Endpoint, task_id: str) -> Report:
        """Ask once more: pending, the file, or Kie's plain word that there will be none."""
        try:
            answer = _judged(self._transport.get(self._api + kind.record, endpoints.asked_query(task_id)))
        except KieError as error:
            if NOT_READY_TEXT.search(error.text):
                return Report(phase=Phase.PENDING, task_id=task_id, state=error.text)
            if isinstance(error, Refused) and error.refusal is Refusal.PARAMETER:
                failure = Failure(code=str(error.code or error.status or ""), text=error.text)
                return Report(phase=Phase.FAILED, task_id=task_id, failure=failure)
            raise
        report = kind.read(answer.get("data"))
        if report.phase is not Phase.SUCCESS:
            raise Ambiguous("the answer names no file")
        return replace(report, task_id=task_id)

    def credits(self) -> Decimal:
        """The balance of the account, in credits.

        docs.kie.ai: common-api/get-account-credits.
        """
        answer = _judged(self._transport.get(self._api + endpoints.CREDITS, {}))
        balance = wire.decimal(answer.get("data"))
        if balance is None:
            raise Ambiguous("the balance is not a number")
        return balance

    def upload(self, file: BinaryIO, *, name: str, folder: str, content_type: str) -> str:
        """Upload an input file, streamed, and return the address from which Kie's models can read it.

        docs.kie.ai: file-upload-api/upload-file-stream.
        """
        form = _Form(file, name=name, folder=folder.strip("/"), content_type=content_type)
        url = self._uploads + endpoints.UPLOAD
        answer = _judged(self._transport.once("POST", url, body=form, content_type=form.content_type))
        data = answer.get("data")
        where = data if isinstance(data, dict) else {}
        return _address(where.get("downloadUrl"), where.get("fileUrl"))

    def download_url(self, url: str) -> str:
        """A link to one of Kie's result files, valid for 20 minutes; a foreign file is refused.

        docs.kie.ai: common-api/download-url.
        """
        where, body = self._api + endpoints.DOWNLOAD_LINK, _json({"url": url})
        answer = self._transport.once("POST", where, body=body, content_type="application/json")
        return _address(_judged(answer).get("data"))

    def close(self) -> None:
        """Close the connections of this thread."""
        self._transport.close()


class _Form:
    """A multipart body that reads its file only while being sent."""

    def __init__(self, file: BinaryIO, *, name: str, folder: str, content_type: str) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._file = file
        self._start = file.tell()
        self._size = file.seek(0, SEEK_END) - self._start
        head = ""
        for field, value in (("uploadPath", folder), ("fileName", name)):
            part = RequestField(field, value)
            part.make_multipart()
            head += f"--{boundary}\r\n{part.render_headers()}{value}\r\n"
        last = RequestField("file", b"", filename=name)
        last.make_multipart(content_type=content_type)
        self._head = f"{head}--{boundary}\r\n{last.render_headers()}".encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        self._file.seek(self._start)
        left = self._size
        while left and (chunk := self._file.read(min(left, UPLOAD_CHUNK))):
            left -= len(chunk)
            yield chunk
        yield self._tail


def _judged(answer: Answer) -> dict[str, object]:
    return judge(answer.status, answer.body)


def _address(*values: object) -> str:
    for value in values:
        for url in wire.urls(value):
            return url
    raise Ambiguous("the answer names no file")


def _json(content: Mapping[str, object]) -> bytes:
    try:
        return endpoints.written(content)
    except ValueError as error:
        raise Refused("these values cannot be written as JSON", refusal=Refusal.PARAMETER) from error
