"""Runs decoders of untrusted files in a separate process: whatever a decoder does, the caller survives.

Run as `python -m generations.files.apart`, this module is that process: it takes its instructions as JSON
from stdin, and its last line of output is the answer.
"""

import importlib
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

HOME = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")
"""Environment variables passed on. None of our secrets reaches a decoder's environment."""
MEBIBYTE = 1024**2
_SYSTEM_ERROR = re.compile(r"\[Errno -?\d+\] ([^:\[\]'\"]+)(?:: ?['\"][^'\"]*['\"])?")
"""As decoders word it, with a number and our path: only the words are for people."""


class Failed(Exception):
    """The work did not finish: the code of an Obstacle, and its facts."""

    def __init__(self, obstacle: str, **facts: Any) -> None:
        super().__init__(obstacle, facts)
        self.obstacle, self.facts = obstacle, facts


def do(module: str, facts: dict[str, Any], *, seconds: float, mebibytes: int, nice: int = 0) -> Any:
    """What a module's `work(**facts)` returns, run apart with limited time and memory. Raises Failed."""
    orders = {"module": module, "facts": facts, "mebibytes": mebibytes, "nice": nice}
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", __name__],
            input=json.dumps(orders).encode(),
            capture_output=True,
            cwd=HOME,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Failed("too long", limit=seconds) from late
    except OSError as failure:
        raise Failed("no process", errno=failure.errno) from failure
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode or not lines:
        raise _failure(done)
    if said := done.stderr.decode(errors="replace").strip():
        log.warning("%s, apart: %s", module, said)
    return json.loads(lines[-1])


def _failure(done: subprocess.CompletedProcess[bytes]) -> Failed:
    if b"MemoryError" in done.stderr or b"Cannot allocate memory" in done.stderr:
        return Failed("memory")
    if done.returncode < 0:
        return Failed("crashed")
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    return Failed("misread", text=_SYSTEM_ERROR.sub(r"\1", last.partition(": ")[2]))


def main() -> None:
    orders = json.load(sys.stdin)
    os.nice(orders["nice"])
    _bound_memory(orders["mebibytes"] * MEBIBYTE)
    answer = importlib.import_module(orders["module"]).work(**orders["facts"])
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
    sys.stdout.flush()
    os._exit(0)


def _bound_memory(most: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
