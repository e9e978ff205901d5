"""Clips that are put into a running studio as if Kie had made them."""

from pathlib import Path

from tests.processes.running import Studio, manage

PUT = """
import shutil
from django.contrib.auth.models import User
from decimal import Decimal
from generations import ledger
from generations.models import State, Task, Video
from generations.models.upload import media_root
person = User.objects.get(username="creator")
paid, budget = Decimal(1), ledger.admit(person, Decimal(1))
task = Task.objects.create(person=person, budget=budget, model_id="veo3_fast", label="Veo 3.1 Fast",
    prompt="A long clip", state=State.READY, quote_basis="estimate", quote_credits=paid,
    charge_credits=paid, charge_basis="actual")
ledger.hold(task, budget, paid)
ledger.charge(task, paid, "actual")
path = media_root() / "videos" / "long.mp4"
path.parent.mkdir(parents=True, exist_ok=True)
shutil.copy({source!r}, path)
video = Video.objects.create(task=task, path="videos/long.mp4", sha256="0" * 64, has_sound=False,
    size=path.stat().st_size, width=1280, height=720, seconds=30, fps=24)
print(video.url)
"""


def put_clip(studio: Studio, source: Path) -> str:
    """Its address."""
    made = manage(studio.data, "shell", "-c", PUT.format(source=str(source)))
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().splitlines()[-1]
