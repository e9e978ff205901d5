"""The control port: reports the truth, and accepts other fault programs. On this machine only."""

import json
from collections.abc import Callable

from generations.simulator.api.lines import Exchange, Line
from generations.simulator.faults.mischief import Mischief
from generations.simulator.faults.program import BadProgram, FaultProgram
from generations.simulator.market.shop import BadPlay, Shop

Json = dict[str, object]
MOST_BODY = 1024 * 1024


class Control(Exchange):
    """A separate port, so that it answers when the other one does not."""

    def __init__(self, port: int, mischief: Mischief, account: Callable[[], Json], shop: Shop) -> None:
        self.mischief, self.account, self.shop = mischief, account, shop
        super().__init__(("127.0.0.1", port), Desk)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Desk(Line):
    server: Control

    def get(self) -> None:
        if self.path == "/truth":
            self._say(self.server.account())
        elif self.path == "/health":
            self._say({"ok": True})
        else:
            self._say({"error": "not found"}, 404)

    def post(self) -> None:
        text = self._text()
        try:
            if self.path == "/faults":
                self.server.mischief.replace(FaultProgram.load(text))
            elif self.path == "/faults/off":
                self.server.mischief.replace(None)
            elif self.path == "/outage":
                self._outage(text)
            elif self.path == "/market":
                self._play(text)
            else:
                self._say({"error": "not found"}, 404)
                return
        except (BadProgram, BadPlay) as reason:
            self._say({"error": str(reason)}, 400)
        else:
            self._say({"ok": True})

    def _text(self) -> str:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST_BODY:
            self.close_connection = True
            return ""
        return self.rfile.read(int(length)).decode(errors="replace")

    def _outage(self, text: str) -> None:
        """Validated like an outage in a program; it begins now."""
        try:
            content = json.loads(text)
        except ValueError:
            raise BadProgram("program: is not JSON") from None
        if isinstance(content, dict) and "after" in content:
            raise BadProgram("program: outage: after: is unknown here")
        for spell in FaultProgram.load({"outage": content}).spells:
            self.server.mischief.outage(spell.mode, spell.seconds)

    def _play(self, text: str) -> None:
        """{"play": "new", "price", "parameter" or "gone", "model": an id or nothing}."""
        try:
            content = json.loads(text)
        except ValueError:
            raise BadPlay("this is not JSON") from None
        body = content if isinstance(content, dict) else {}
        self.server.shop.play(str(body.get("play", "")), str(body.get("model") or ""))

    def _say(self, content: Json, status: int = 200) -> None:
        self.send(json.dumps(content, ensure_ascii=False).encode(), status)
