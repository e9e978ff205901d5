"""The HTTP side: one port that answers as the API host, the upload host and the file host."""

import json
import logging
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from generations.simulator import files, records, refusals
from generations.simulator.clips import Abandoned, Studio
from generations.simulator.limits import Window
from generations.simulator.refusals import Refusal
from generations.simulator.settings import Settings
from generations.simulator.store import Store
from generations.simulator.tasks import Desk
from generations.simulator.uploads import Shelf

logger = logging.getLogger(__name__)

Json = dict[str, object]
Answer = Callable[["Handler"], object]

MOST_BODY = 64 * 1024 * 1024
MOST_UPLOAD = 2 * 1024**3
LINK_MS = 20 * 60 * 1000


class Server(ThreadingHTTPServer):
    """Keeps count of its threads and connections, so that it can end them all."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, settings: Settings, store: Store, desk: Desk, studio: Studio, shelf: Shelf) -> None:
        self.settings, self.store, self.desk, self.studio, self.shelf = settings, store, desk, studio, shelf
        self.creates, self.queries = Window(20, 10.0), Window(10, 1.0)
        self._guard = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__((settings.host, settings.port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self._serve, args=(request, client_address), name="simulator", daemon=True
        )
        with self._guard:
            self._open[thread] = request
        thread.start()

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.debug("connection of %s ended early", client_address)

    def hang_up(self) -> None:
        """Cut every connection and wait for its thread."""
        with self._guard:
            held = dict(self._open)
        for line in held.values():
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in held:
            thread.join()


class Handler(BaseHTTPRequestHandler):
    """One connection. Every answer but a file is the service's JSON envelope with HTTP status 200."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "KieSandbox", ""
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    timeout = 120
    server: Server

    def do_GET(self) -> None:
        if self._path.startswith("/files/"):
            self._send_file()
        else:
            self._dispatch(GETS)

    def do_HEAD(self) -> None:
        if self._path.startswith("/files/"):
            self._send_file()
        else:
            self._not_found()

    def do_POST(self) -> None:
        self._dispatch(POSTS)

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)

    @property
    def _path(self) -> str:
        return unquote(urlsplit(self.path).path)

    @property
    def site(self) -> str:
        """Where the caller found us: results are linked below the same address."""
        host, port = self.server.server_address[:2]
        return f"http://{self.headers.get('Host') or f'{host!s}:{port}'}"

    def query(self, name: str) -> str:
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    def body_length(self) -> int:
        length = self.headers.get("Content-Length", "")
        return int(length) if length.isdigit() else 0

    def body(self) -> Mapping[str, object]:
        """The JSON object that was sent. Raises Refusal."""
        if self.body_length() > MOST_BODY:
            self.close_connection = True
            raise Refusal(400, "Request body is too large")
        try:
            content = json.loads(self.rfile.read(self.body_length()))
        except ValueError:
            raise Refusal(500, refusals.BROKEN) from None
        if not isinstance(content, dict):
            raise Refusal(500, refusals.BROKEN)
        return content

    def _dispatch(self, routes: Mapping[str, Answer]) -> None:
        # Faults on purpose (odd statuses, cut answers, dropped connections) belong here, before the answer.
        answer = routes.get(self._path)
        if answer is None:
            self._not_found()
            return
        upload = self._path.startswith("/api/file-")
        try:
            if self.headers.get("Authorization") != f"Bearer {self.server.settings.key}":
                self._leave_body()
                text = "Authentication failed: Invalid API Key" if upload else refusals.UNAUTHORISED
                raise Refusal(401, text)
            data = self._answered(answer)
        except Refusal as refusal:
            content: Json = {"code": refusal.code, "msg": refusal.text, "data": None}
            if upload:
                content = {"success": False, "code": refusal.code, "msg": refusal.text}
            self._send_json(content)
        else:
            head: Json = {"success": True} if upload else {}
            text = "File uploaded successfully" if upload else "success"
            self._send_json({**head, "code": 200, "msg": text, "data": data})

    def _answered(self, answer: Answer) -> object:
        """What the route says; a fault of ours is answered as the service answers its own."""
        try:
            return answer(self)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            logger.exception("no answer for %s", self._path)
            raise Refusal(500, refusals.BROKEN) from None

    def _leave_body(self) -> None:
        """Take a small body off the line; after a large one the connection ends."""
        if self.body_length() <= MOST_BODY // 64:
            self.rfile.read(self.body_length())
        else:
            self.close_connection = True

    def _send_json(self, content: Json, status: HTTPStatus = HTTPStatus.OK) -> None:
        payload = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def _not_found(self) -> None:
        self._leave_body()
        self._send_json({"code": 404, "msg": "Not Found", "data": None}, HTTPStatus.NOT_FOUND)

    def _send_file(self) -> None:
        path = self._path.removeprefix("/files/")
        if path.startswith("temporary/"):
            path = self.server.store.link(path.removeprefix("temporary/"), self.server.desk.now_ms()) or ""
        if path.startswith("results/"):
            clip = self.server.desk.clip(path.removeprefix("results/"))
            try:
                found = None if clip is None else (self.server.studio.file_of(clip), "video/mp4")
            except Abandoned:
                self.close_connection = True
                return
        else:
            found = self.server.shelf.find(path) if path else None
        if found is None:
            self._not_found()
        else:
            files.send(self, *found)


def _create(endpoint: str) -> Answer:
    def answer(handler: Handler) -> object:
        body = handler.body()
        if not handler.server.creates.admits():
            raise Refusal(429, refusals.TOO_FREQUENT)
        task_id = handler.server.desk.order(endpoint, body)
        return {"taskId": task_id} if endpoint == "veo" else {"taskId": task_id, "recordId": task_id}

    return answer


def _record(endpoint: str) -> Answer:
    def answer(handler: Handler) -> object:
        if not handler.server.queries.admits():
            raise Refusal(429, refusals.TOO_FAST)
        task = handler.server.desk.found(endpoint, handler.query("taskId"))
        told = records.veo_record if endpoint == "veo" else records.jobs_record
        return told(task, handler.server.desk.state(task), handler.site)

    return answer


def _copy(handler: Handler) -> object:
    if not handler.query("taskId"):
        raise Refusal(400, refusals.NO_TASK_ID)
    url = handler.server.desk.copy_url(handler.query("taskId"), handler.query("index"), handler.site)
    return {"resultUrl": url}


def _credit(handler: Handler) -> object:
    handler.server.desk.settle()
    return records.number(handler.server.store.balance())


def _download_link(handler: Handler) -> object:
    url = handler.body().get("url")
    parts = urlsplit(url if isinstance(url, str) else "")
    name = parts.path.removeprefix("/files/results/")
    if name == parts.path or handler.server.desk.clip(name) is None:
        raise Refusal(422, refusals.BAD_URL)
    token = f"{secrets.token_hex(16)}.mp4"
    handler.server.store.add_link(token, f"results/{name}", handler.server.desk.now_ms() + LINK_MS)
    return f"{handler.site}/files/temporary/{token}"


def _form_upload(handler: Handler) -> object:
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


GETS: Mapping[str, Answer] = {
    "/api/v1/jobs/recordInfo": _record("jobs"),
    "/api/v1/veo/record-info": _record("veo"),
    "/api/v1/veo/get-1080p-video": _copy,
    "/api/v1/chat/credit": _credit,
}
POSTS: Mapping[str, Answer] = {
    "/api/v1/jobs/createTask": _create("jobs"),
    "/api/v1/veo/generate": _create("veo"),
    "/api/v1/common/download-url": _download_link,
    "/api/file-stream-upload": _form_upload,
    "/api/file-base64-upload": lambda handler: handler.server.shelf.take_base64(handler.body(), handler.site),
    "/api/file-url-upload": lambda handler: handler.server.shelf.take_reference(handler.body(), handler.site),
}
