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
from generations.simulator import Settings, Simulator


class Command(BaseCommand):
    help = "Run the sandbox: a stand-in for api.kie.ai that spends nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=settings.PORT + 1, help="where to listen on 127.0.0.1"
        )
        parser.add_argument("--realistic", action="store_true", help="take minutes, as the real service does")

    def handle(self, *args: Any, port: int, realistic: bool, **options: Any) -> None:
        folder = sandbox_file().parent
        try:
            simulator = Simulator(
                Settings(
                    folder=folder,
                    key=SANDBOX_KEY,
                    port=port,
                    realistic=realistic or settings.SANDBOX_SPEED == "realistic",
                    webhook_key=settings.KIE_WEBHOOK_KEY,
                )
            )
        except OSError as failure:
            raise CommandError(f"The sandbox cannot listen on port {port}: {failure.strerror}.") from failure
        announce(sandbox_file(), simulator.url)
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


def announce(path: Path, url: str) -> None:
    """Say where the sandbox listens, whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"url": url, "pid": os.getpid()}), "utf-8")
    new.replace(path)
