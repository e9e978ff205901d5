"""A file of which the end is missing is never taken for a whole one."""

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from generations.files.container import Cut, Odd, require_whole
from generations.files.kinds import kind_of
from generations.files.look import look

KINDS = {
    "index at the end": ("mp4", "libx264", {}),
    "index at the start": ("mp4", "libx264", {"movflags": "faststart"}),
    "in fragments": ("mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
    "WebM": ("webm", "libvpx", {}),
}


@pytest.fixture(params=KINDS)
def film(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    suffix, codec, options = KINDS[request.param]
    path = tmp_path / f"film.{suffix}"
    with av.open(str(path), "w", options=options) as container:
        stream: Any = container.add_stream(codec, rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for n in range(24):
            picture = Image.new("RGB", (64, 48), (n * 10, 80, 120))
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return path


def test_a_whole_film_passes(film: Path) -> None:
    kind = require_whole(film)
    assert kind == kind_of(film.read_bytes()[:64]) == film.suffix[1:]
    seen = look(film, kind, film.with_name("poster.webp"), film.with_name("strip.webp"))
    assert (seen.probe.width, seen.drawn, seen.ends_at, seen.damage) == (64, True, None, "")


@pytest.mark.parametrize("missing", [1, 7, 100, 0.1, 0.5])
def test_a_film_without_its_end_is_refused(film: Path, missing: float) -> None:
    whole = film.read_bytes()
    end = len(whole) - missing if isinstance(missing, int) else int(len(whole) * (1 - missing))
    film.write_bytes(whole[: int(end)])
    assert is_refused(film)


def is_refused(film: Path) -> bool:
    try:
        kind = require_whole(film)
    except Cut:
        return True
    return bool(look(film, kind, film.with_name("poster.webp"), film.with_name("strip.webp")).ends_at)


def test_what_hangs_on_behind_the_end_does_no_harm(film: Path) -> None:
    with film.open("ab") as file:
        file.write(b"\xff\xff\xff\xffjunk behind it")
    require_whole(film)


@pytest.mark.parametrize(
    "data",
    [
        b"\x1a\x45\xdf\xa3",
        b"\x1a\x45\xdf\xa3\x00\x00",
        b"\0\0\0\1mdat",
        b"\0\0\0\0moov",
    ],
)
def test_what_is_not_understood_is_left_to_the_decoder(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd"
    path.write_bytes(data)
    require_whole(path)


def test_a_box_that_ends_behind_the_file_says_by_how_much(tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(b"\0\0\0\x10ftyp" + bytes(8) + b"\0\0\1\0mdat" + bytes(8))
    with pytest.raises(Cut) as cut:
        require_whole(path)
    assert (cut.value.size, cut.value.ends) == (32, 272)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no film at all",
        b"ffconcat version 1.0\nfile 'secret.mp4'\n",
        b"#EXTM3U\n",
        b"<!doctype html><p>404",
        b'{"code": 404}',
        b"PK\x03\x04",
        b"RIFF\0\0\0\0CDDA",
        b"G is a letter",
    ],
)
def test_what_is_no_media_is_never_given_to_a_decoder(tmp_path: Path, data: bytes) -> None:
    """Lists of other files among them, which a decoder would open."""
    path = tmp_path / "odd"
    path.write_bytes(data)
    with pytest.raises(Odd):
        require_whole(path)
