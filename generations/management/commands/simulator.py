"""manage.py simulator: the sandbox alone, a stand-in for api.kie.ai over HTTP."""

import json
import os
import signal
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from generations.connection import SANDBOX_KEY, sandbox_file
from generations.simulator import BadProgram, FaultProgram, Settings, Simulator

SPEEDS = {"instant": (0.5, 2.0), "quick": (2.0, 20.0)}
"""By SANDBOX_SPEED, the shortest and the longest time of a task in seconds."""


class Command(BaseCommand):
    help = "Run the sandbox: a stand-in for api.kie.ai that spends nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        fastest, slowest = SPEEDS.get(settings.SANDBOX_SPEED, SPEEDS["quick"])
        add("--port", type=int, default=settings.PORT + 1, help="where to listen on 127.0.0.1")
        add("--folder", type=Path, default=sandbox_file().parent, help="where it keeps its tasks and clips")
        add("--realistic", action="store_true", help="take minutes, as the real service does")
        add("--fastest", type=float, default=fastest, metavar="SECONDS", help="shortest time of a task")
        add("--slowest", type=float, default=slowest, metavar="SECONDS", help="longest time of a task")
        add("--tiny", action="store_true", help="render clips small and cheap")
        add("--seed", type=int, help="the same times and faults again")
        add("--faults", type=Path, metavar="FILE", help="a fault program (JSON)")
        add("--control", action="store_true", help="a second port that tells the truth and takes faults")

    def handle(self, *args: Any, **options: Any) -> None:
        simulator = build(options)
        announce(sandbox_file(), simulator)
        self.stdout.write(f"Sandbox at {simulator.url}, key “{SANDBOX_KEY}”")

        def end(signum: int, frame: FrameType | None) -> None:
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, end)
        try:
            simulator.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            simulator.stop()


def build(options: dict[str, Any]) -> Simulator:
    """A simulator with its socket bound. Raises CommandError."""
    faults = options["faults"]
    try:
        return Simulator(
            Settings(
                folder=options["folder"],
                key=SANDBOX_KEY,
                port=options["port"],
                fastest=options["fastest"],
                slowest=options["slowest"],
                realistic=options["realistic"] or settings.SANDBOX_SPEED == "realistic",
                webhook_key=settings.KIE_WEBHOOK_KEY,
                seed=options["seed"],
                tiny_clips=options["tiny"],
                control=options["control"],
                faults=FaultProgram.load(faults.read_text("utf-8")) if faults else None,
            )
        )
    except BadProgram as bad:
        raise CommandError(f"--faults {faults}: {bad}") from bad
    except OSError as failure:
        why = failure.strerror or failure
        raise CommandError(f"The sandbox cannot start on port {options['port']}: {why}.") from failure


def announce(path: Path, simulator: Simulator) -> None:
    """Publish the sandbox's address, atomically."""
    facts = {"url": simulator.url, "control_url": simulator.control_url, "pid": os.getpid()}
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(facts), "utf-8")
    new.replace(path)
