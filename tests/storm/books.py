"""manage.py ledger --check, again and again while everything goes wrong."""

import subprocess
import sys
import threading
from collections.abc import Mapping

from tests.storm.oracle import Finding
from tests.storm.worker import ROOT

EVERY = 15.0
"""Seconds between two checks."""
AWAY = "The database cannot be used"
"""How the command says that it could not check anything, for its database is being restarted."""


class Books:
    """Has the books checked by the real command, in a thread of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._check_on, daemon=True)
        self.checks = 0
        """That came to a result: not those that met a database that was away."""
        self.findings: list[Finding] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _check_on(self) -> None:
        while not self._ended.wait(EVERY):
            command = [sys.executable, "manage.py", "ledger", "--check"]
            done = subprocess.run(
                command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                self.checks += 1
            elif AWAY not in done.stderr:
                self.checks += 1
                self.findings.append(Finding("ledger", f"meanwhile: {done.stderr.strip()[:300]}"))
