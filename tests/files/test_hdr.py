"""HDR is shown with the light that it means: not washed out, not burnt out."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from generations.files import convert, look
from generations.files.poster import watch
from tests.files.corpus import X265, film, priority_kept

pytestmark = pytest.mark.long
TRANSFERS = {"PQ": (16, "smpte2084"), "HLG": (18, "arib-std-b67")}
LUMA = (0.2627, 0.6780, 0.0593)
WHITE_PAPER, BRIGHTEST = 203, 1000
"""cd/m² (ITU-R BT.2408)."""
Signal = tuple[float, float, float]


def hdr_film(path: Path, transfer: str, signal: Signal) -> None:
    """A clip in HEVC of one colour: 10 bits, BT.2020; the signal is red, green and blue from 0 to 1."""
    number, name = TRANSFERS[transfer]
    options = X265["x265-params"] + f":colorprim=bt2020:transfer={name}:colormatrix=bt2020nc:range=limited"
    with priority_kept(), av.open(str(path), "w", format="mp4") as out:
        stream: Any = out.add_stream("libx265", rate=12, options={"x265-params": options})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p10le"
        stream.codec_context.thread_count = 1
        for n in range(4):
            frame = frame_of(signal, number)
            frame.pts = n
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


def hdr_image(path: Path, transfer: str, signal: Signal) -> None:
    """An AVIF of one colour: 10 bits, BT.2020."""
    number, _ = TRANSFERS[transfer]
    with priority_kept(), av.open(str(path), "w", format="avif") as out:
        stream: Any = out.add_stream("libsvtav1", rate=1, options={"preset": "12"})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p10le"
        context = stream.codec_context
        context.colorspace = context.color_primaries = 9
        context.color_trc, context.color_range = number, 1
        out.mux(stream.encode(frame_of(signal, number)))
        out.mux(stream.encode())


def frame_of(signal: Signal, transfer: int) -> av.VideoFrame:
    frame = av.VideoFrame(128, 96, "yuv420p10le")
    for plane, value in zip(frame.planes, in_numbers(signal), strict=True):
        plane.update(value.to_bytes(2, "little") * (plane.buffer_size // 2))
    frame.pts, frame.time_base = 0, Fraction(1, 12)
    frame.colorspace = frame.color_primaries = 9
    frame.color_trc, frame.color_range = transfer, 1
    return frame


def in_numbers(signal: Signal) -> tuple[int, int, int]:
    """Y′, C′B, C′R in 10 bits of narrow range (ITU-R BT.2020)."""
    luma = sum(share * part for share, part in zip(LUMA, signal, strict=True))
    blue, red = (signal[2] - luma) / 1.8814, (signal[0] - luma) / 1.4746
    return round(64 + 876 * luma), round(512 + 896 * blue), round(512 + 896 * red)


def pq(light: float) -> float:
    """The signal for so many cd/m² (SMPTE ST 2084)."""
    root = (light / 10_000) ** (2610 / 16384)
    return float(((3424 / 4096 + 2413 / 128 * root) / (1 + 2392 / 128 * root)) ** (2523 / 32))


def sdr(light: float) -> float:
    """The level for so many cd/m² on a screen in SDR (ITU-R BT.1886), white being paper."""
    return float(255 * (light / WHITE_PAPER) ** (1 / 2.4))


def seen(path: Path) -> dict[str, tuple[int, ...]]:
    """The middle of its still, and of the version that plays everywhere."""
    still = watch(path, "mp4", 0.3).still
    made = path.with_name("everywhere.mp4")
    assert still
    assert "obstacle" not in convert.work(str(path), "mp4", str(made))
    with av.open(str(made)) as container:
        frame: Any = next(container.decode(container.streams.video[0]))
    shown = frame.reformat(format="rgb24").to_image()
    pictures: dict[str, Any] = {"still": still, "everywhere": shown}
    return {kind: picture.getpixel((60, 40)) for kind, picture in pictures.items()}


GREYS = [
    ("PQ", 0.0, 0.0),
    ("PQ", pq(10), sdr(10)),
    ("PQ", pq(50), sdr(50)),
    ("PQ", pq(100), sdr(100)),
    ("PQ", pq(WHITE_PAPER), 226),
    ("PQ", pq(BRIGHTEST), 255),
    ("PQ", 1.0, 255),
    ("HLG", 0.0, 0.0),
    ("HLG", 0.5, sdr(BRIGHTEST * (1 / 12) ** 1.2)),
    ("HLG", 0.75, 226),
    ("HLG", 1.0, 255),
]


@pytest.mark.parametrize(("transfer", "signal", "level"), GREYS)
def test_grey_has_the_light_that_it_means(transfer: str, signal: float, level: float, tmp_path: Path) -> None:
    """Below half of white paper exactly; paper itself stays below white, and highlights above it."""
    hdr_film(tmp_path / "hdr", transfer, (signal,) * 3)
    for shown in seen(tmp_path / "hdr").values():
        assert shown == pytest.approx((level,) * 3, abs=4)


@pytest.mark.parametrize(("transfer", "signal", "level"), GREYS[2:5] + GREYS[8:10])
def test_the_still_of_an_hdr_image_has_the_light_that_it_means(
    transfer: str, signal: float, level: float, tmp_path: Path
) -> None:
    hdr_image(tmp_path / "hdr", transfer, (signal,) * 3)
    found = look.work(str(tmp_path / "hdr"), "avif", str(tmp_path / "poster"), str(tmp_path / "strip"))
    assert (found["drawn"], found["damage"]) == (True, "")
    assert (found["probe"]["width"], found["probe"]["height"]) == (128, 96)
    with Image.open(tmp_path / "poster") as poster:
        assert poster.convert("RGB").getpixel((60, 40)) == pytest.approx((level,) * 3, abs=5)


@pytest.mark.parametrize(
    ("light", "levels"),
    [
        ((62.74, 6.91, 1.64), (sdr(100), 0, 0)),
        ((32.93, 91.95, 8.80), (0, sdr(100), 0)),
        ((4.33, 1.14, 89.56), (0, 0, sdr(100))),
    ],
)
def test_the_red_green_and_blue_of_sdr_come_back(
    light: Signal, levels: tuple[float, ...], tmp_path: Path
) -> None:
    """BT.709’s own colours of 100 cd/m², as BT.2020 names them (ITU-R BT.2087)."""
    hdr_film(tmp_path / "hdr", "PQ", (pq(light[0]), pq(light[1]), pq(light[2])))
    for shown in seen(tmp_path / "hdr").values():
        assert max(shown) == pytest.approx(max(levels), abs=8)
        assert shown.index(max(shown)) == levels.index(max(levels))
        assert sorted(shown)[1] < 45, "the rest of it is dark"


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_the_version_that_plays_everywhere_says_that_it_is_sdr(transfer: str, tmp_path: Path) -> None:
    hdr_film(tmp_path / "hdr", transfer, (0.5, 0.4, 0.3))
    made = tmp_path / "everywhere.mp4"
    convert.work(str(tmp_path / "hdr"), "mp4", str(made))
    with av.open(str(made)) as container:
        frame: Any = next(container.decode(container.streams.video[0]))
    assert frame.format.name == "yuv420p"
    assert (frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range) == (1, 1, 1, 1)
    assert b"colrnclx" in made.read_bytes()


@pytest.mark.parametrize(
    ("pixels", "names", "kept"),
    [
        ("yuv420p", "", (2, 2, 2)),
        ("yuvj420p", "", (2, 2, 2)),
        ("yuv420p", "colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m", (1, 6, 6)),
        ("yuv420p10le", "colorprim=bt2020:transfer=bt2020-10:colormatrix=bt2020nc", (1, 9, 14)),
    ],
)
def test_sdr_keeps_its_colours_and_says_what_they_are(
    pixels: str, names: str, kept: tuple[int, ...], tmp_path: Path
) -> None:
    film(tmp_path / "sdr", form="mp4", pixels=pixels, codec_options={"x264-params": names} if names else None)
    made = tmp_path / "everywhere.mp4"
    convert.work(str(tmp_path / "sdr"), "mp4", str(made))
    means = []
    for path in (tmp_path / "sdr", made):
        with av.open(str(path), format="mp4") as container:
            frame: Any = next(container.decode(container.streams.video[0]))
        means.append(frame.reformat(format="rgb24").to_image().getpixel((10, 10)))
    assert means[0] == pytest.approx(means[1], abs=5)
    assert (frame.colorspace, frame.color_primaries, frame.color_trc) == kept
