"""A file of which the end is missing is never taken for a whole one."""

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from generations import poster
from generations.container import Cut, is_video, require_whole
from generations.poster import NotAVideo

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
    require_whole(film)
    assert poster.probe(film).width == 64
    assert is_video(film.read_bytes()[:64])


@pytest.mark.parametrize("missing", [1, 7, 100, 0.1, 0.5])
def test_a_film_without_its_end_is_refused(film: Path, missing: float) -> None:
    whole = film.read_bytes()
    end = len(whole) - missing if isinstance(missing, int) else int(len(whole) * (1 - missing))
    film.write_bytes(whole[: int(end)])
    with pytest.raises(NotAVideo):
        poster.probe(film)


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
    with pytest.raises(Cut, match="at 32 of 272 bytes"):
        require_whole(path)


@pytest.mark.parametrize(
    "data",
    [b"", b"no film at all", b"ffconcat version 1.0\nfile 'secret.mp4'\n", b"#EXTM3U\n", b"RIFF....AVI LIST"],
)
def test_what_is_no_film_of_ours_is_never_given_to_a_decoder(tmp_path: Path, data: bytes) -> None:
    """Lists of other files among them, which a decoder would open."""
    path = tmp_path / "odd"
    path.write_bytes(data)
    with pytest.raises(NotAVideo, match="neither MP4 nor WebM"):
        poster.probe(path)
