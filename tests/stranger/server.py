"""The stranger: its routes, its moods, and the truth about what it accepted."""

import json
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from tests.stranger import creates, records, results
from tests.stranger.callbacks import Caller
from tests.stranger.orders import Dice, File, Order, accept
from tests.stranger.wire import Call, HangUp, Listener, Reset

BALANCE = 10**6
COPY_COSTS = 5
COPY_TAKES = 4.0
"""Seconds."""
SPELLS = ((25.0, 32.0, "429"), (50.0, 56.0, "503"), (75.0, 80.0, "silence"))
"""Within every minute and a half: from, to, and what then answers nearly everything."""
ROUND = 90.0
NO_ACCESS = {"code": 401, "msg": "You do not have access permissions"}
PROCESSING = {"code": 400, "msg": "1080P is processing. It should be ready in 1-2 minutes."}
BUSY = {"code": 429, "msg": creates.BUSY, "data": None}


class Stranger:
    """Speaks the documented API on one port and serves result files on another."""

    def __init__(self, port: int, seed: int, key: str, webhook_key: str) -> None:
        self._key, self._dice, self._began = key, Dice(seed), time.monotonic()
        self._caller = Caller(webhook_key, self._dice)
        self._lock = threading.Lock()
        self._honest = True
        self._insisted: dict[str, object] = {}
        self._orders: dict[str, Order] = {}
        self._used: Counter[tuple[str, str]] = Counter()
        self._arrived: dict[str, list[float]] = defaultdict(list)
        self._violations: list[dict[str, str]] = []
        self._api = Listener(self._answer_api, port)
        self._files = Listener(self._answer_file)
        self.url, self.files_url = (f"http://127.0.0.1:{host.port}" for host in (self._api, self._files))

    def break_by(self, program: Mapping[str, object] | None) -> None:
        """Misbehave from now on; without a program not any more.

        What it does is its own affair; but what a program names it insists on: {"create": "reset"}.
        """
        self._honest, self._insisted = program is None, dict(program or {})

    def stop(self) -> None:
        self._api.close()
        self._files.close()
        self._caller.end()

    def originals(self, task_id: str) -> frozenset[str]:
        """The SHA-256 of each of the task's result files."""
        return frozenset(file.sha256 for file in self._orders[task_id].files)

    def truth(self) -> Any:
        """What was accepted and charged, in the form that the oracle judges."""
        with self._lock:
            orders = list(self._orders.values())
        tokens: dict[str, dict[str, Any]] = {}
        for order in orders:
            told = tokens.setdefault(order.token, {"accepted": 0, "ids": []})
            told["accepted"] += 1
            told["ids"].append(order.id)
        return {
            "tasks": [_told(order) for order in orders],
            "tokens": tokens,
            "violations": self._violations,
            "over_limit": {
                "creates": _over(self._arrived["create"], 20, 10.0),
                "queries": _over(self._arrived["record"], 10, 1.0),
            },
            "rules": [{"on": about, "fault": way, "struck": n} for (about, way), n in self._used.items()],
        }

    def _answer_api(self, call: Call) -> None:
        if call.headers.get("authorization") != f"Bearer {self._key}":
            self._blame("no key", call.target)
            return call.answer(NO_ACCESS)
        routes: dict[str, Callable[[Call], None]] = {
            "/api/v1/jobs/createTask": self._create,
            "/api/v1/veo/generate": self._create,
            "/api/v1/veo/extend": self._create,
            "/api/v1/jobs/recordInfo": self._record,
            "/api/v1/veo/record-info": self._record,
            "/api/v1/veo/get-1080p-video": self._copy,
            "/api/v1/common/download-url": self._download_url,
            "/api/v1/chat/credit": self._credit,
        }
        if call.path.startswith("/api/v1/models"):  # Its documentation is older than Kie's catalogue calls.
            return call.answer({"code": 404, "msg": "Not found"})
        if call.path not in routes:
            self._blame("no such call", f"{call.method} {call.target}")
            return call.answer({"code": 404, "msg": "Not found"}, 404)
        return routes[call.path](call)

    def _blame(self, kind: str, detail: str) -> None:
        self._violations.append({"kind": kind, "detail": detail})

    def _arrives(self, what: str) -> None:
        with self._lock:
            self._arrived[what].append(time.monotonic())

    def _spell(self, call: Call) -> bool:
        """Whether it has been answered by the weather."""
        if self._honest or self._dice.chance(0.1):
            return False
        now = (time.monotonic() - self._began) % ROUND
        mode = next((mode for begins, ends, mode in SPELLS if begins < now < ends), "")
        match mode:
            case "429":
                call.answer(BUSY, self._dice.pick([200, 429]), more=[("Retry-After", "2")])
            case "503":
                call.answer("<html>503</html>", 503, "text/html")
            case "silence":
                time.sleep(4)
                raise Reset
        return bool(mode)

    def _way(self, about: str, ways: Mapping[str, Any], probability: float) -> str:
        """One of the ways, or none of them. Counted."""
        if about in self._insisted:
            way = next((way for way in ways if way == self._insisted[about]), "")
        else:
            way = self._dice.pick(list(ways)) if self._dice.chance(probability) else ""
        if self._honest or not way:
            return ""
        with self._lock:
            self._used[about, way] += 1
        return way

    def _create(self, call: Call) -> None:
        self._arrives("create")
        if self._spell(call):
            return None
        if refusal := self._way("create", creates.REFUSALS, 0.1):
            return creates.REFUSALS[refusal](call, "")
        order = self._accept(call)
        if way := self._way("create", creates.BODIES, 0.3):
            return call.answer(creates.BODIES[way](order.id))
        if way := self._way("create", creates.RESPONSES, 0.25):
            call.raw(creates.RESPONSES[way](creates.text(order.id)))
            raise HangUp
        if way := self._way("create", creates.ACTS, 0.1):
            return creates.ACTS[way](call, order.id)
        return call.answer(creates.success(order.id))

    def _accept(self, call: Call) -> Order:
        is_veo = "veo" in call.path
        order_id = self._dice.pick(
            [uuid.uuid4().hex] * 8 + ["task_ü&id=1?#%20+" + uuid.uuid4().hex[:8], "t" + uuid.uuid4().hex * 6]
        )
        order = accept(call.body, order_id, is_veo, self._dice, [] if self._honest else list(results.MISHAPS))
        with self._lock:
            self._orders[order.id] = order
        self._caller.begin(order, self._another, honest=self._honest)
        return order

    def _another(self) -> str:
        with self._lock:
            return self._dice.pick(list(self._orders))

    def _record(self, call: Call) -> None:
        self._arrives("record")
        if self._spell(call):
            return None
        order = self._orders.get(call.query.get("taskId", ""))
        if order is None or order.is_veo != ("veo" in call.path):
            return call.answer(records.NO_RECORD)
        if way := self._way("record", records.INSTEAD, 0.15):
            return records.INSTEAD[way](call)
        if self._way("record", {"another's": None}, 0.02):
            order = self._alike(order)
        with self._lock:
            data = records.record(order, self._address, self._dice, honest=self._honest)
        body = json.dumps({"code": 200, "msg": "success", "data": data}).encode()
        if way := self._way("record", records.FORMS, 0.12):
            return records.FORMS[way](call, body)
        return call.answer(body)

    def _alike(self, order: Order) -> Order:
        """Some task of the same endpoint that says who it is, in the place of this one."""
        with self._lock:
            others = [
                o for o in self._orders.values() if o.is_veo == order.is_veo and o.habits["id"] == "there"
            ]
        return self._dice.pick([*others, order])

    def _address(self, file: File, signature: str) -> str:
        address = f"{self.files_url}/f/{file.name}.mp4"
        return f"{address}?signature={signature}" if signature else address

    def _copy(self, call: Call) -> None:
        order = self._orders.get(call.query.get("taskId", ""))
        if order is None or order.phase(honest=self._honest) != "success":
            return call.answer({"code": 422, "msg": "record status is not success."})
        with self._lock:
            if order.copy is None:
                order.copy, order.copy_asked_at = File(container="index first"), time.time()
        if time.time() - order.copy_asked_at < COPY_TAKES:
            return call.answer(PROCESSING, self._dice.pick([200, 400]))
        usual = {k: records.INSTEAD[k] for k in ("a page", "502", "reset", "nothing", "429", "data null")}
        if way := self._way("copy", usual, 0.25):
            return usual[way](call)
        return call.answer(
            {"code": 200, "msg": "success", "data": {"resultUrl": self._address(order.copy, "")}}
        )

    def _download_url(self, call: Call) -> None:
        fresh = str(json.loads(call.body).get("url", "")).split("?")[0] + f"?fresh={uuid.uuid4().hex}"
        bodies: dict[str, object] = {
            "wrong": {"code": 422, "msg": "url is wrong", "data": None},
            "elsewhere": {"code": 200, "msg": "success", "data": "https://cdn.example.invalid/x.mp4"},
            "null": {"code": 200, "msg": "success", "data": None},
            "a page": "<html/>",
        }
        way = self._way("download-url", bodies, 0.3)
        call.answer(bodies[way] if way else {"code": 200, "msg": "success", "data": fresh})

    def _credit(self, call: Call) -> None:
        with self._lock:
            left = BALANCE - sum(
                float(o.paid) + COPY_COSTS * (o.copy is not None) for o in self._orders.values()
            )
        odd: dict[str, object] = {
            "text": f"{left:.2f}",
            "null": None,
            "negative": -12.5,
            "a jump": left + 5000,
            "object": {"credits": left},
            "huge": 10**40,
            "commas": f"{left:,.2f}",
            "true": True,
        }
        way = self._way("credit", odd, 0.4)
        call.answer({"code": 200, "msg": "success", "data": odd[way] if way else round(left, 3)})

    def _answer_file(self, call: Call) -> None:
        for header in ("authorization", "cookie"):
            if header in call.headers:
                self._blame("leak", f"{header} was sent to the file host")
        found = self._find(call.path.rsplit("/", 1)[-1].removesuffix(".mp4"))
        if found is None:
            return call.answer("none", 404)
        order, file = found
        kind = order.habits["type"] or "binary/octet-stream"
        if call.target in file.dead:
            return results.MISHAPS[file.dead[call.target]](call, file, kind)
        if call.headers.get("range", "").startswith("bytes="):
            return results.rest(call, file, kind, self._dice, honest=self._honest)
        with self._lock:
            mishap = file.mishaps.pop(0) if file.mishaps and not self._honest else ""
            self._used["file", mishap] += bool(mishap)
        if mishap.startswith("a dead link"):
            file.dead[call.target] = mishap
        return results.MISHAPS[mishap](call, file, kind) if mishap else results.whole(call, file, kind)

    def _find(self, name: str) -> tuple[Order, File] | None:
        with self._lock:
            for order in self._orders.values():
                for file in [*order.files, *filter(None, [order.copy])]:
                    if file.name == name:
                        return order, file
        return None


def _told(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "token": order.token,
        "state": order.outcome,
        "charge": str(order.paid),
        "copy_charge": COPY_COSTS if order.copy else 0,
        "served_whole": 0,
    }


def _over(moments: list[float], allowed: int, seconds: float) -> int:
    """How many came when so many had come within the time before already."""
    return sum(1 for n in range(allowed, len(moments)) if moments[n] - moments[n - allowed] < seconds)
