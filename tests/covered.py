"""python -m tests.covered: which branches the last `make coverage` took, and why not all of those
that money goes through.

Ends with a line for each of those rooms. A place that no test reaches needs a reason in WHY: without one it
exits with 1. A reason without a gap is told: killed processes do not always die at one place.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coverage import Coverage

ROOMS = ("money", "orders", "worker", "safekeeping")
POSTGRES = "on PostgreSQL alone, and this run is on SQLite"
AT_ONCE = "two processes at the same moment, and the database lets one of them win"
AWAY = (
    "the database fails in the middle of this step: it is raised on, and what the sweep makes of it is proven"
)
KILLED = "in a process that is killed, started anew or not yet itself, where nothing is measured"
OTHERS = "another owner's file, or one that goes meanwhile: the tests own all of theirs"
WHY: Mapping[str, str] = {
    "money/ledger.py correct": AT_ONCE,
    "money/ledger.py _book_difference": AT_ONCE,
    "money/snapshot.py one_moment": POSTGRES,
    "orders/drafts.py _set_aside": "every model of today's catalogue has a prompt",
    "orders/waiting.py Line.wait": AT_ONCE,
    "worker/orphans.py end": AT_ONCE,
    "worker/orphans.py _left": OTHERS,
    "worker/steps/keeping.py _drop_unused": AT_ONCE,
    "worker/steps/keeping.py put_back": AWAY,
    "worker/steps/keeping.py _is_back": AT_ONCE,
    "worker/steps/outcome.py not_accepted": "the last case takes every failure of Kie: none falls through",
    "worker/steps/outcome.py _refuse": AT_ONCE,
    "worker/steps/refresh.py refresh": "a task without an id: an error of ours, no step begins with one",
    "worker/steps/refresh.py _give_away": AT_ONCE,
    "worker/steps/refresh.py _fetch_the_rest": AWAY,
    "worker/steps/rendition.py make_rendition": AT_ONCE,
    "worker/steps/save.py save": AWAY,
    "worker/steps/save.py keep": AT_ONCE,
    "worker/steps/send.py _take_down": AWAY,
    "worker/supervisor.py end_with_parent": KILLED,
    "worker/supervisor.py Process.ask_to_end": KILLED,
    "worker/supervisor.py Process.kill": KILLED,
    "worker/supervisor.py Supervisor.stop": KILLED,
    "worker/supervisor.py Supervisor._patience": KILLED,
    "worker/supervisor.py Supervisor._restart": KILLED,
    "worker/sweep.py Sweep._claimed": AT_ONCE,
    "safekeeping/backups.py back_up": POSTGRES,
    "safekeeping/backups.py restore": POSTGRES,
    "safekeeping/private_files.py ours": POSTGRES,
    "safekeeping/private_files.py narrow": OTHERS,
    "safekeeping/journal.py write": "a disk that fills within one line: it takes only its first bytes",
}
"""By file and function, as they are printed: why no test of this run takes those branches."""


def measured() -> dict[str, Any]:
    """The files of the last run, with their functions and what was missed in each."""
    found = Coverage()
    found.load()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        found.json_report(outfile=str(target))
        files: dict[str, Any] = json.loads(target.read_text())["files"]
    return files


def taken(files: Mapping[str, Any]) -> float:
    """Lines and branches that were taken, in percent of all."""
    sums = [file["summary"] for file in files.values()]
    done = sum(int(s["covered_lines"] + s["covered_branches"]) for s in sums)
    return 100 * done / max(1, sum(int(s["num_statements"] + s["num_branches"]) for s in sums))


def missed(files: Mapping[str, Any]) -> dict[str, str]:
    """By file and function: the lines, and the branches from line to line, that were not taken."""
    return {
        f"{path.removeprefix('generations/')} {name or 'the module'}": _places(function)
        for path, file in files.items()
        for name, function in file["functions"].items()
        if function["missing_lines"] or function["missing_branches"]
    }


def _places(function: Mapping[str, Any]) -> str:
    lines = [str(line) for line in function["missing_lines"]]
    branches = [f"{a}→{b if b > 0 else 'end'}" for a, b in function["missing_branches"]]
    return ", ".join(lines + branches)


def report(files: Mapping[str, Any], why: Mapping[str, str]) -> tuple[list[str], bool]:
    """What is printed, and whether every gap in the rooms has its reason."""
    told = [f"{taken(files):.1f} % of all lines and branches, the sandbox left out"]
    rooms = {room: _of(files, room) for room in ROOMS}
    gaps = {place: at for of_room in rooms.values() for place, at in missed(of_room).items()}
    told += [f"  {place} ({at}): {why.get(place, 'NO REASON')}" for place, at in gaps.items()]
    told += [f"  {place}: has a reason, and no gap any more" for place in why if place not in gaps]
    for room, of_room in rooms.items():
        left = len(missed(of_room))
        told.append(f"{room:<12}{taken(of_room):6.2f} %" + (f", {left} places above" if left else ""))
    return told, gaps.keys() <= why.keys()


def _of(files: Mapping[str, Any], room: str) -> dict[str, Any]:
    return {path: file for path, file in files.items() if path.startswith(f"generations/{room}/")}


def main() -> int:
    told, is_explained = report(measured(), WHY)
    print("\n".join(told))
    return 0 if is_explained else 1


if __name__ == "__main__":
    sys.exit(main())
