"""Clips that are put into a running studio as if Kie had made them."""

from dataclasses import dataclass
from pathlib import Path

from tests.processes.running import Studio, manage

PUT = """
import hashlib, shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from django.contrib.auth.models import User
from django.utils import timezone
from generations.money import ledger
from generations.models import State, Task, Video
from generations.files import store
person, paid, source = User.objects.get(username="creator"), Decimal(1), Path({source!r})
facts = dict(sha256=hashlib.sha256(source.read_bytes()).hexdigest(), size=source.stat().st_size,
    has_sound={has_sound}, width=1280, height=720, seconds={seconds}, fps=24)
(store.root() / "videos").mkdir(parents=True, exist_ok=True)
then = timezone.now() - timedelta(days=1)
for number in range({count}):
    budget = ledger.admit(person, paid)
    task = Task.objects.create(person=person, budget=budget, model_id="veo3_fast", label="Veo 3.1 Fast",
        endpoint="veo", prompt=f"Put here as {name} {{number}}", state=State.READY, quote_basis="estimate",
        quote_credits=paid,
        charge_credits=paid, charge_basis="actual", created_at=then, changed_at=then, ready_at=then)
    ledger.hold(task, budget, paid)
    ledger.charge(task, paid, "actual")
    path = f"videos/{name}-{{number}}.mp4"
    shutil.copy(source, store.root() / path)
    print(Video.objects.create(task=task, path=path, **facts).url, task.get_absolute_url())
"""


@dataclass(frozen=True, kw_only=True)
class Put:
    """Where a clip is: its file, and its page."""

    file: str
    page: str


def put_clips(
    studio: Studio, source: Path, *, count: int, seconds: int, has_sound: bool = False
) -> list[Put]:
    """So many clips of this file, each of a task of its own, made a day ago: never the newest."""
    facts = {"seconds": seconds, "count": count, "has_sound": has_sound}
    program = PUT.format(source=str(source), name=source.stem, **facts)
    made = manage(studio.data, "shell", "-c", program)
    assert made.returncode == 0, made.stderr
    lines = made.stdout.strip().splitlines()[-count:]
    return [Put(file=file, page=page) for file, page in (line.split() for line in lines)]


def put_clip(studio: Studio, source: Path) -> str:
    """The address of the file of a long clip."""
    return put_clips(studio, source, count=1, seconds=30)[0].file
