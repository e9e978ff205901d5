"""A stand-in for api.kie.ai over real HTTP: same paths and words, real clips, credits and callbacks."""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from decimal import Decimal
from types import TracebackType
from typing import Self

from generations.simulator.api import tasks
from generations.simulator.api.callbacks import Herald
from generations.simulator.api.control import Control
from generations.simulator.api.letters import Writer
from generations.simulator.api.server import Server
from generations.simulator.api.settings import Settings
from generations.simulator.api.store import Store
from generations.simulator.api.truth import Witness
from generations.simulator.api.uploads import Shelf
from generations.simulator.faults.mischief import Mischief
from generations.simulator.faults.program import BadProgram, FaultProgram
from generations.simulator.market.shop import Shop
from generations.simulator.paint.clips import Abandoned, Studio

__all__ = ["BadProgram", "FaultProgram", "Settings", "Simulator"]

logger = logging.getLogger(__name__)

TICK = 0.1
AHEAD_MS = 4000
"""Clips of tasks that end within this time are rendered in advance."""
LONG_MS = 1000
"""Shorter tasks are not worth it: their clips are rendered on request."""


class Simulator:
    """One simulated account of the service on one port. Creating it binds the socket.

    All state lives in the settings' folder: a later simulator with the same folder continues where this one
    stopped.
    """

    def __init__(self, settings: Settings) -> None:
        folder = settings.folder
        self._store = Store(folder / "simulator.sqlite3", settings.opening_balance)
        self.shop = Shop(folder)
        self._desk = tasks.Desk(settings, self._store, self.shop)
        self._studio = Studio(folder / "clips", tiny=settings.tiny_clips)
        self._mischief = Mischief(settings.faults)
        self._witness = Witness(settings, self._store, self._desk, self._mischief)
        self._server = Server(
            settings,
            store=self._store,
            desk=self._desk,
            studio=self._studio,
            shelf=Shelf(folder / "uploads"),
            mischief=self._mischief,
            witness=self._witness,
        )
        self.url = f"http://{settings.host}:{self._server.server_address[1]}"
        writer = Writer(self._store, self.url, settings.webhook_key)
        self._herald = Herald(self._store, writer, self._mischief)
        self._control = self._open_control(settings) if settings.control else None
        self.control_url = "" if self._control is None else self._control.url
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._serving = False

    def serve_forever(self) -> None:
        """Serve requests until `stop` is called from another thread, or an exception ends it."""
        self._begin()
        self._server.serve_forever(poll_interval=TICK)

    def start(self) -> None:
        """Serve requests in the background."""
        self._begin()
        self._run("simulator-server", lambda: self._server.serve_forever(poll_interval=0.02))

    def stop(self) -> None:
        """Return once every thread has ended and the socket is closed. Not from within `serve_forever`."""
        self._stopping.set()
        self._studio.close()
        if self._serving:
            self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        if self._control is not None:
            if self._serving:
                self._control.shutdown()
            self._control.server_close()
            self._control.hang_up()
        self._herald.close()
        for thread in self._threads:
            thread.join()
        self._store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def created(self) -> list[dict[str, object]]:
        """Every accepted task, oldest first, in its current state."""
        self._desk.settle()
        return [
            {
                "id": task.id,
                "model": task.model,
                "params": json.loads(task.params),
                "callback_url": task.callback_url,
                "state": self._desk.state(task),
                "charge": task.charge if task.settled else None,
            }
            for task in self._store.tasks()
        ]

    def balance(self) -> Decimal:
        self._desk.settle()
        return self._store.balance()

    def truth(self) -> dict[str, object]:
        """What was really accepted, charged and served, and what callers did that they never may."""
        return self._witness.account()

    def break_by(self, program: FaultProgram | None) -> None:
        """Start following another fault program; None: no faults."""
        self._mischief.replace(program)

    def _open_control(self, settings: Settings) -> Control:
        try:
            return Control(settings.control_port, self._mischief, self._witness.account, self.shop)
        except OSError:
            self._server.server_close()
            raise

    def _begin(self) -> None:
        self._serving = True
        self._store.hold()
        if self._control is not None:
            control = self._control
            self._run("simulator-control", lambda: control.serve_forever(poll_interval=0.02))
        self._run("simulator-clock", self._keep_time)
        self._run("simulator-brush", self._paint_ahead)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _keep_time(self) -> None:
        """Settle ended tasks and announce them, whether or not a caller asks."""
        while not self._stopping.wait(TICK):
            try:
                self._desk.settle()
                self._herald.announce(self._desk.now_ms())
            except sqlite3.Error:
                logger.exception("the clock missed a tick")

    def _paint_ahead(self) -> None:
        while not self._stopping.wait(TICK * 5):
            now = self._desk.now_ms()
            for task in self._store.ending_between(now, now + AHEAD_MS):
                clip = tasks.clip_of(task, self.shop)
                if self._stopping.is_set() or task.ends_ms - task.created_ms < LONG_MS:
                    continue
                try:
                    self._studio.file_of(clip)
                except Abandoned:
                    return
