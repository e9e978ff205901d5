"""Small real clips in the containers that come from different encoders, each unlike all others."""

import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import av
from av.video.stream import VideoStream
from PIL import Image

SIZE = (64, 48)
RATE = 12
CONTAINERS: dict[str, tuple[str, dict[str, str], Literal["libx264", "libvpx"], int]] = {
    "index first": ("mp4", {"movflags": "+faststart"}, "libx264", 24),
    "index last": ("mp4", {}, "libx264", 24),
    "fragments": ("mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}, "libx264", 24),
    "QuickTime": ("mov", {}, "libx264", 24),
    "WebM": ("webm", {}, "libvpx", 24),
    "one frame": ("mp4", {}, "libx264", 1),
}
_one_at_a_time = threading.Lock()


def clip(name: str, container: str) -> bytes:
    """A clip whose bytes are its own: the name is in its metadata."""
    form, options, codec, frames = CONTAINERS[container]
    with _one_at_a_time, TemporaryDirectory() as folder:
        path = Path(folder) / "clip"
        with av.open(str(path), "w", format=form, options=options) as film:
            film.metadata["comment"] = name
            stream = film.add_stream(codec, rate=RATE)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt, stream.thread_count = *SIZE, "yuv420p", 1
            for n in range(frames):
                picture = Image.new("RGB", SIZE, (200 - 5 * n, 90, 40 + 5 * n))
                film.mux(stream.encode(av.VideoFrame.from_image(picture)))
            film.mux(stream.encode())
        return path.read_bytes()
