"""A process dies while a stored file is put back, or a version of it made; no file and no credit is lost."""

import signal
import time
from typing import Any

import pytest
from django.utils import timezone

from generations.files import store
from generations.models import Rendition, Video
from generations.worker.sweep import one_pass
from tests.processes import test_crash_points as crashes
from tests.processes.test_crash_points import in_child, sweep_until_ended
from tests.processes.ways import KEPT, MADE
from tests.storm import picture
from tests.storm.fleet import Simulator
from tests.storm.oracle import findings
from tests.thorough import rows

pytestmark = crashes.pytestmark
vendor, studio = crashes.vendor, crashes.studio


@pytest.mark.parametrize("place", rows([*KEPT, *MADE], in_short=["put back: the file has no row"]))
@pytest.mark.usefixtures("studio")
def test_a_death_there_loses_no_stored_file_and_moves_no_money(
    place: str, vendor: Simulator, order: Any
) -> None:
    already = {task["id"] for task in vendor.truth()["tasks"]}
    vendor.break_by(None)
    order()
    assert in_child(sweep_until_ended) == 0
    clip = Video.objects.get()
    if place in KEPT:
        (store.root() / clip.path).unlink()
        clip.note_missing()
    else:
        Rendition.ask_for(clip)
    assert in_child(sweep_until_kept, at=place) == -signal.SIGKILL
    assert in_child(sweep_until_kept) == 0
    truth = vendor.truth()
    truth["tasks"] = [told for told in truth["tasks"] if told["id"] not in already]
    assert findings(picture.take(truth, vendor.originals)) == []
    assert not Video.objects.missing().exists()
    assert [made.state for made in Rendition.objects.all()] == [Rendition.State.READY] * (place in MADE)


def sweep_until_kept() -> None:
    """Sweep until every file is on the disk and every version is made."""
    ends = time.monotonic() + 40
    open_states = [Rendition.State.WAITED_FOR, Rendition.State.MAKING]
    while time.monotonic() < ends:
        now = timezone.now()
        Video.objects.missing().update(due_at=now)
        Rendition.objects.filter(state__in=open_states).update(due_at=now)
        one_pass()
        if not (Video.objects.missing().exists() or Rendition.objects.filter(state__in=open_states).exists()):
            return
