"""Clips whose frames can be told apart, stored as finished ones."""

import hashlib
import uuid
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from django.contrib.auth.models import User
from PIL import Image

from generations.files import store
from generations.files.probe import probe
from generations.models import Asset, Task, Video
from tests.files.corpus import RATE, priority_kept
from tests.task_page.rows import KLING, ready

STEP = 8
"""By how much each frame is brighter than the one before."""


def brightening(
    path: Path,
    codec: str = "libx264",
    *,
    frames: int = 24,
    size: tuple[int, int] = (96, 64),
    form: str | None = None,
    shape: Fraction | None = None,
    turn: int = 0,
) -> None:
    """A clip whose frame n has the grey 16 + 8 n, at 12 frames a second; one key frame, at its beginning."""
    with priority_kept(), av.open(str(path), "w", format=form) as out:
        stream: Any = out.add_stream(codec, rate=RATE, options={"g": "250", "crf": "4"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1
        if shape:
            stream.codec_context.sample_aspect_ratio = shape
        if turn:
            stream.set_display_rotation(turn)
        for n in range(frames):
            grey = 16 + STEP * n
            out.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", size, (grey, grey, grey)))))
        out.mux(stream.encode())


def frame_number(asset: Asset) -> int:
    """Which frame of such a clip an image is."""
    with Image.open(store.at(asset.path)) as image:
        assert image.size == (asset.width, asset.height)
        grey: Any = image.convert("L").getpixel((image.width // 2, image.height // 2))
    number: int = round((grey - 16) / STEP)
    return number


def stored(person: User, source: Path, kind: str = "mp4", task: Task | None = None, **fields: Any) -> Video:
    """The file as the clip of a finished task."""
    task = task or ready(person, KLING)
    Video.objects.filter(task=task).delete()
    path = store.place(uuid.uuid4(), "videos", kind)
    data = source.read_bytes()
    store.at(path).write_bytes(data)
    found = probe(source, kind)
    facts: dict[str, Any] = {
        "width": found.width,
        "height": found.height,
        "seconds": found.seconds,
        "fps": found.fps,
        "has_sound": found.has_sound,
        "video_codec": found.video_codec,
        "audio_codec": found.audio_codec,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "container": kind,
    }
    return Video.objects.create(task=task, path=path, source_url="https://x", **facts | fields)


def image(
    person: User, size: tuple[int, int] = (1200, 1200), name: str = "dunes.png", **fields: Any
) -> Asset:
    """An image that a person gave: black on the left, white on the right."""
    path = store.place(uuid.uuid4(), "uploads", "png")
    picture = Image.new("RGB", size, "black")
    picture.paste((255, 255, 255), (size[0] // 2, 0, *size))
    picture.save(store.at(path))
    data = store.at(path).read_bytes()
    facts: dict[str, Any] = {"content_type": "image/png", "size": len(data)}
    sides = {"width": size[0], "height": size[1], "sha256": hashlib.sha256(data).hexdigest()}
    return Asset.objects.create(person=person, name=name, path=path, **facts | sides | fields)
