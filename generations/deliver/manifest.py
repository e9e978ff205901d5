"""The list of what a ZIP holds, for spreadsheets and scripts."""

import csv
import io
from collections.abc import Sequence

from generations.deliver.shots import Shot
from generations.money.statement import plain
from generations.wording.names import full_name

NAME = "manifest.csv"
COLUMNS = (
    *("number", "file", "uuid", "video", "prompt", "model", "person", "verdict", "stars"),
    *("length", "fps", "width", "height", "bytes", "sha256", "credits", "note"),
)
MISSING = "The file is not on our disk just now. It is searched for."


def manifest(shots: Sequence[Shot]) -> bytes:
    """A row for each clip, in order, as CSV in UTF-8 with a BOM; `file` is empty where there is none.

    `uuid` is its task’s, `video` its file’s; `length` is in seconds, `credits` is what the whole task cost.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(shot) for shot in shots)
    return text.getvalue().encode("utf-8-sig")


def _cells(shot: Shot) -> list[str]:
    task, video = shot.task, shot.video
    return [
        str(shot.number),
        plain(shot.name) if shot.is_here else "",
        str(task.uuid),
        str(video.uuid),
        plain(task.prompt),
        plain(task.label),
        plain(full_name(task.person)),
        shot.verdict,
        "" if shot.stars is None else f"{shot.stars:.2f}",
        f"{video.seconds:.3f}",
        f"{video.fps:g}",
        str(video.width),
        str(video.height),
        str(video.size),
        video.sha256,
        "" if task.cost is None else f"{task.cost.normalize():f}",
        "" if shot.is_here else MISSING,
    ]
