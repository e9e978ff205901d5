"""Processes that outlived a killed supervisor: the next supervisor ends them before it starts its own.

They were asked to end when the supervisor died, but a process that is frozen, or that waits for a killed
child, never notices.
"""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
from django.conf import settings

log = logging.getLogger(__name__)


def note(leaders: list[int]) -> None:
    """Record the process groups that are running now, by the pids of their leaders."""
    groups = [{"group": pid, "born": _born(pid), "folder": str(Path.cwd())} for pid in leaders]
    new = _file().with_suffix(".new")
    try:
        new.write_text(json.dumps(groups))
        new.replace(_file())
    except OSError:
        log.exception("The running processes cannot be written down")


def end() -> int:
    """Kill what is left of the groups recorded last; returns how many processes were killed.

    Only call this while holding the data folder exclusively.
    """
    ended = 0
    for process in list(_left()):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
        ended += 1
    if ended:
        log.warning("Ended %s processes of a studio that was killed", ended)
    return ended


def _left() -> Iterator[psutil.Process]:
    """A pid may have been reused: our processes are no older than their group and run in its folder."""
    try:
        groups = {one["group"]: one for one in json.loads(_file().read_text())}
    except (OSError, ValueError):
        return
    for process in psutil.process_iter():
        try:
            group = groups.get(os.getpgid(process.pid))
            if group and process.create_time() >= group["born"] - 1 and process.cwd() == group["folder"]:
                yield process
        except (OSError, psutil.Error):
            continue


def _born(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0


def _file() -> Path:
    return Path(settings.DATA_DIR) / "processes.json"
