"""Small storms with every change: faults, kills, freezes, tables of zeros. The large ones: make storm."""

import subprocess
import sys

import pytest

from tests.processes.running import ROOT
from tests.thorough import rows

SMALL = ["--every", "1.5", "--seed", "7", "--workers", "2", "--alone"]
AGAINST = {
    "the sandbox": ["--tasks", "32", "--seconds", "14"],
    "the stranger": ["--tasks", "24", "--seconds", "14", "--stranger"],
}


@pytest.mark.processes
@pytest.mark.parametrize("whom", rows(AGAINST, in_short=["the sandbox"]))
def test_a_small_storm_ends_with_nothing_lost_and_nothing_twice(whom: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.storm", *SMALL, *AGAINST[whom]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = {line[2:36].strip(): line[36:].strip() for line in done.stdout.splitlines() if line[:2] == "  "}
    assert table["tasks"] == AGAINST[whom][1]
    assert int(table["kills"]) >= 4
    assert int(table["answers lost or garbled"]) >= 4
    assert table["sent twice"] == table["paid results missing"] == table["ledger differences"] == "0"
