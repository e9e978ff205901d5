"""The processes of a storm: started, killed, frozen, thawed, and started again."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil

from generations.simulator.api.store import Store
from generations.worker import orphans
from tests.storm.worker import ROOT

WORKER = str(ROOT / "tests" / "storm" / "worker.py")
MANAGE = str(ROOT / "manage.py")
BALANCE = Decimal(10**6)
FROZEN_FOR = (1.0, 9.0)
"""Seconds; a lease lives four."""


class Simulator:
    """The simulator in a process of its own, which nobody kills, and its control port."""

    def __init__(
        self,
        folder: Path,
        port: int,
        seed: int,
        environment: Mapping[str, str],
        speed: Sequence[str] = ("--fastest", "0.5", "--slowest", "4"),
    ) -> None:
        Store(folder / "simulator.sqlite3", BALANCE)
        options = ["--port", str(port), "--folder", str(folder), "--seed", str(seed), "--control", "--tiny"]
        self.process = subprocess.Popen(
            [sys.executable, MANAGE, "simulator", *options, *speed],
            cwd=ROOT,
            env={**environment, "DATA_DIR": str(folder), "DATABASE_URL": "", "KIE_API_KEY": ""},
            stdout=subprocess.DEVNULL,
        )
        facts = self._facts(folder / "sandbox" / "address.json")
        self.url, self.control = facts["url"], facts["control_url"]

    def _facts(self, path: Path) -> Any:
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            if path.exists():
                return json.loads(path.read_text())
            time.sleep(0.05)
        raise TimeoutError("the simulator did not start")

    def truth(self) -> Any:
        with urllib.request.urlopen(f"{self.control}/truth", timeout=60) as answer:
            return json.load(answer)

    def originals(self, task_id: str) -> frozenset[str]:
        """The SHA-256 of the task's result file."""
        with urllib.request.urlopen(f"{self.url}/files/results/{task_id}.mp4", timeout=60) as answer:
            return frozenset({hashlib.sha256(answer.read()).hexdigest()})

    def break_by(self, program: Mapping[str, object] | None) -> None:
        path, body = ("/faults", json.dumps(program)) if program else ("/faults/off", "")
        request = urllib.request.Request(self.control + path, body.encode(), method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


class Fleet:
    """Everything that may be killed: a supervised studio, and sweepers of their own."""

    def __init__(self, commands: list[list[str]], environment: Mapping[str, str], log: Path) -> None:
        self.commands, self.environment, self.log = commands, environment, log.open("ab")
        self.running: list[subprocess.Popen[bytes] | None] = [None] * len(commands)
        self.frozen: list[psutil.Process] = []
        self.kills: Counter[str] = Counter()
        self.freezes = 0

    def keep_up(self) -> None:
        """Start again what has ended."""
        for n, process in enumerate(self.running):
            if process is None or process.poll() is not None:
                self.running[n] = self._start(self.commands[n])

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=dict(self.environment),
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def victims(self) -> dict[str, list[psutil.Process]]:
        """By what they do: the processes that may be struck now."""
        found: dict[str, list[psutil.Process]] = {"sweeper": [], "queue": [], "web": [], "studio": []}
        for popen, command in zip(self.running, self.commands, strict=True):
            if popen is None or popen.poll() is not None:
                continue
            process = psutil.Process(popen.pid)
            if command[-1] == "sweep":
                found["sweeper"].append(process)
                continue
            found["studio" if "studio" in command else "web"].append(process)
            for child in _family(process):
                with contextlib.suppress(psutil.Error):
                    line = " ".join(child.cmdline())
                    found["web" if "gunicorn" in line else "queue"].append(child)
        return {kind: those for kind, those in found.items() if those}

    def strike(
        self, dice: random.Random, weights: Mapping[str, float], holder: int | None, freezing: float
    ) -> None:
        """Kill or freeze one of them; one in three times the one that sweeps right now."""
        victims = self.victims()
        kinds = [kind for kind in weights if kind in victims]
        if not kinds:
            return
        kind = dice.choices(kinds, [weights[k] for k in kinds])[0]
        victim = dice.choice(victims[kind])
        every = {process.pid: (k, process) for k, those in victims.items() for process in those}
        if holder in every and dice.random() < 0.33:
            kind, victim = every[holder]
        with contextlib.suppress(psutil.Error):
            if dice.random() < freezing:
                self._freeze(victim, dice.uniform(*FROZEN_FOR))
            else:
                victim.kill()
                self.kills[kind] += 1

    def _freeze(self, victim: psutil.Process, seconds: float) -> None:
        """It goes on by a clock of its own: it may hold the very lock that the storm waits for."""
        victim.suspend()
        self.frozen.append(victim)
        self.freezes += 1
        clock = threading.Timer(seconds, _resume, [victim])
        clock.daemon = True
        clock.start()

    def thaw(self) -> None:
        """Let everybody go on who is frozen."""
        for victim in self.frozen:
            _resume(victim)
        self.frozen.clear()
        self.keep_up()

    def stop(self) -> None:
        """End all of them for certain, with their children."""
        family = [p for popen in self.running if popen for p in _tree(popen.pid)]
        for popen in self.running:
            if popen and popen.poll() is None:
                popen.terminate()
        psutil.wait_procs(family, timeout=12)
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        for popen in self.running:
            if popen:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(popen.pid, signal.SIGKILL)
                popen.wait(timeout=10)
        orphans.end()
        self.log.close()


def _resume(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.resume()


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
    except psutil.Error:
        return []
    return [process, *_family(process)]
