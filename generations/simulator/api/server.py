"""The HTTP side: one port that answers as the API host, the upload host and the file host."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from generations.simulator.api import files, records, refusals
from generations.simulator.api.dialects import ordered_at
from generations.simulator.api.limits import Window
from generations.simulator.api.lines import Exchange, Line
from generations.simulator.api.refusals import Refusal
from generations.simulator.api.routes import GETS, MOST_BODY, PLACES, POSTS, looked_up
from generations.simulator.api.settings import Settings
from generations.simulator.api.store import Store
from generations.simulator.api.tasks import Desk, understood
from generations.simulator.api.truth import Witness
from generations.simulator.api.uploads import Shelf
from generations.simulator.faults import bad_files, sabotage
from generations.simulator.faults.mischief import Mischief
from generations.simulator.paint.clips import Abandoned, Studio

if TYPE_CHECKING:
    from generations.simulator.api.routes import Answer

logger = logging.getLogger(__name__)

Json = dict[str, object]


class Server(Exchange):
    """The port, and everything that its connections share."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store,
        desk: Desk,
        studio: Studio,
        shelf: Shelf,
        mischief: Mischief,
        witness: Witness,
    ) -> None:
        self.settings, self.store, self.desk, self.studio = settings, store, desk, studio
        self.shelf: Shelf = shelf
        self.mischief, self.witness = mischief, witness
        self.creates = Window(settings.creates_per_ten_seconds, 10.0)
        self.queries = Window(settings.queries_per_second, 1.0)
        self.look_ups = Window(settings.look_ups_per_second, 1.0)
        super().__init__((settings.host, settings.port), Handler)

    def away(self) -> bool:
        return self.mischief.refusing


class Handler(Line):
    """One connection. Every answer except a file is the service's JSON envelope with HTTP status 200."""

    server: Server
    _sent: bytes | None = None

    def get(self) -> None:
        self._sent = None
        if self.path_text.startswith("/files/"):
            self._send_file()
        elif self.command == "HEAD":
            self._not_found()
        else:
            self._dispatch(GETS)

    def post(self) -> None:
        self._sent = None
        self._dispatch(POSTS)

    @property
    def path_text(self) -> str:
        return unquote(urlsplit(self.path).path)

    @property
    def is_upload(self) -> bool:
        return self.path_text.startswith("/api/file-")

    @property
    def site(self) -> str:
        """The address at which the caller reached us: results are linked below it."""
        host, port = self.server.server_address[:2]
        return f"http://{self.headers.get('Host') or f'{host!s}:{port}'}"

    def query(self, name: str) -> str:
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    def body_length(self) -> int:
        length = self.headers.get("Content-Length", "")
        return int(length) if length.isdigit() else 0

    def body(self) -> Mapping[str, object]:
        """The JSON object in the body. Raises Refusal."""
        if self.body_length() > MOST_BODY:
            self.close_connection = True
            raise Refusal(400, "Request body is too large")
        try:
            content = json.loads(self.take_body())
        except ValueError:
            raise Refusal(500, refusals.BROKEN) from None
        if not isinstance(content, dict):
            raise Refusal(500, refusals.BROKEN)
        return content

    def take_body(self) -> bytes:
        if self._sent is None:
            self._sent = self.rfile.read(self.body_length())
        return self._sent

    def leave_body(self, most: int = MOST_BODY // 64) -> None:
        """Read and discard a small body; after a larger one, the connection ends."""
        left = self.body_length() if self._sent is None else 0
        self._sent = self._sent or b""
        if left > most:
            self.close_connection = True
            return
        while left and (piece := self.rfile.read(min(left, files.CHUNK))):
            left -= len(piece)

    def _dispatch(self, routes: Mapping[str, "Answer"]) -> None:
        answer = routes.get(self.path_text) or (looked_up(self.path_text) if routes is GETS else None)
        on = PLACES.get(self.path_text, "")
        self.server.witness.called(on)
        if self.server.mischief.idle:
            self.send_reply(answer)
        else:
            sabotage.answer(self, on, answer)

    def send_reply(self, answer: "Answer | None") -> None:
        if answer is None:
            self._not_found()
        else:
            self.send_json(self.reply(answer))

    def reply(self, answer: "Answer") -> Json:
        """The service's answer to this call; its effects have happened by then."""
        upload = self.is_upload
        try:
            if self.headers.get("Authorization") != f"Bearer {self.server.settings.key}":
                self._watch_intruder()
                self.leave_body()
                text = "Authentication failed: Invalid API Key" if upload else refusals.UNAUTHORISED
                raise Refusal(401, text)
            data = self._answered(answer)
        except Refusal as refusal:
            return self.refused(refusal.code, refusal.text)
        head: Json = {"success": True} if upload else {}
        text = "File uploaded successfully" if upload else "success"
        return {**head, "code": 200, "msg": text, "data": data}

    def refused(self, code: int, text: str) -> Json:
        if self.is_upload:
            return {"success": False, "code": code, "msg": text}
        return {"code": code, "msg": text, "data": None}

    def _answered(self, answer: "Answer") -> object:
        """The route's answer; an error of ours is answered the way the service answers its own."""
        try:
            return answer(self)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            logger.exception("no answer for %s", self.path_text)
            raise Refusal(500, refusals.BROKEN) from None

    def _watch_intruder(self) -> None:
        """Record an order that only lacks the right key: this is a mistake worth noting."""
        dialect = ordered_at(self.path_text)
        if dialect is None:
            return
        try:
            spec, _ = understood(dialect, self.body(), self.server.desk.shop)
        except Refusal:
            return
        self.server.witness.blame("create_without_key", spec.id)

    def send_json(self, content: Json, status: int = HTTPStatus.OK, **more: str) -> None:
        self.send(records.encoded(content), status, **more)

    def _not_found(self) -> None:
        self.leave_body()
        self.send_json({"code": 404, "msg": "Not Found", "data": None}, HTTPStatus.NOT_FOUND)

    def _send_file(self) -> None:
        if not self.server.mischief.idle and sabotage.endure(self):
            return
        if "Authorization" in self.headers:
            self.server.witness.blame("key_at_file_host", self.path_text)
        path = self.path_text.removeprefix("/files/")
        linked = path.startswith("temporary/")
        if linked:
            path = self.server.store.link(path.removeprefix("temporary/"), self.server.desk.now_ms()) or ""
        name = path.removeprefix("results/")
        try:
            found = self.server.shelf.find(path) if name == path and path else self._clip(name)
        except Abandoned:
            self.close_connection = True
            return
        if found is None:
            self._not_found()
            return
        request = files.asked(self, *found)
        part = (
            files.send(self, request) if name == path else bad_files.send(self, request, name, linked=linked)
        )
        if part is not None and name != path:
            self.server.witness.delivered(name, part, request.total)

    def _clip(self, name: str) -> tuple[Path, str] | None:
        clip = self.server.desk.clip(name)
        return None if clip is None else (self.server.studio.file_of(clip), "video/mp4")
