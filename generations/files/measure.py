"""What a video or sound is that a person gave; runs in the process of `apart`."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import av

from generations.files.probe import Short, can_decode, opened, picture_of, probe


def work(path: str, kind: str) -> dict[str, Any]:
    """The facts of a Probe, upright; else why not, as `refused`: `short` (`at`, `of` in s) or `index`."""
    try:
        found = probe(Path(path), kind)
    except Short as short:
        at, of = short.ends_at
        return {"refused": "short", "at": at, "of": of}
    except av.FFmpegError:
        return {"refused": "index"}
    if found.video_codec and _lies_on_its_side(Path(path), kind):
        found = replace(found, width=found.height, height=found.width)
    return asdict(found)


def _lies_on_its_side(path: Path, kind: str) -> bool:
    """Whether players turn the pictures by a quarter; only the first one is decoded."""
    try:
        with opened(path, kind) as container:
            video = picture_of(container)
            if video is None or not can_decode(video):
                return False
            first = next(container.decode(video), None)
            return first is not None and first.rotation % 180 == 90
    except av.FFmpegError:
        return False
