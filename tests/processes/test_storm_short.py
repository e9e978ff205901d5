"""A small storm in every test run: faults, kills, freezes, a table of zeros. The large one: make storm."""

import subprocess
import sys

import pytest

from tests.processes.running import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("storm")]


def test_a_small_storm_ends_with_nothing_lost_and_nothing_twice() -> None:
    options = [
        "--tasks",
        "32",
        "--seconds",
        "14",
        "--every",
        "1.5",
        "--seed",
        "7",
        "--workers",
        "2",
        "--alone",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.storm", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = {line[2:36].strip(): line[36:].strip() for line in done.stdout.splitlines() if line[:2] == "  "}
    assert table["tasks"] == "32"
    assert int(table["kills"]) >= 4
    assert int(table["answers lost or garbled"]) >= 4
    assert table["sent twice"] == table["paid results missing"] == table["ledger differences"] == "0"
