"""What a killed studio left behind is known from a file; without it nothing is ended, whatever is in it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from generations.worker import orphans
from tests.refusing import full


@pytest.mark.parametrize("noted", [None, "", "not json", "[1, 2"])
def test_nothing_is_ended_on_a_note_that_cannot_be_read(noted: str | None) -> None:
    if noted is not None:
        orphans._file().write_text(noted)
    assert orphans.end() == 0


def test_a_full_disk_keeps_no_studio_from_starting(caplog: pytest.LogCaptureFixture) -> None:
    with full(orphans._file().with_suffix(".new")):
        orphans.note([os.getpid()])
    assert "cannot be written down" in caplog.text
    assert not orphans._file().exists()


def test_who_has_ended_already_is_noted_and_ends_nobody() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    orphans.note([ended.pid])
    (noted,) = json.loads(orphans._file().read_text())
    assert noted == {"group": ended.pid, "born": 0.0, "folder": str(Path.cwd())}
    assert orphans.end() == 0
