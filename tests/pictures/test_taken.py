"""Every picture that people have: taken upright, or refused with a sentence."""

import contextlib
import itertools
import struct
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from generations.catalogue.media import Media
from generations.files import pictures, store, volume
from generations.files.given import NotTaken
from generations.models import Asset
from tests.pictures.made import ALL, AS_TAKEN, BLUE, GREEN, RED, WHITE, alike, place, quarters, saved
from tests.thorough import rows

pytestmark = pytest.mark.long
ORIENTATION = 0x0112


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("JPEG", "JPEG"),
        ("PNG", "PNG"),
        ("WEBP", "WEBP"),
        ("TIFF", "PNG"),
        ("BMP", "PNG"),
        ("GIF", "PNG"),
        ("AVIF", "JPEG"),
        ("HEIF", "JPEG"),
    ],
)
def test_pictures_of_cameras_phones_and_scanners_are_taken(kind: str, becomes: str, give: Any) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    kept = give(saved(quarters(), kind))
    assert (kept.format, kept.mode) == (becomes, "RGB")
    assert alike(kept, AS_TAKEN)


def test_of_a_phones_picture_with_a_second_one_inside_the_first_is_taken(give: Any) -> None:
    other = Image.new("RGB", (320, 180), "black")
    kept = give(saved(quarters(), "MPO", save_all=True, append_images=[other]))
    assert kept.format == "JPEG"
    assert alike(kept, AS_TAKEN)


TURNED = {
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (WHITE, BLUE, GREEN, RED),
    4: (BLUE, WHITE, RED, GREEN),
    5: (RED, BLUE, GREEN, WHITE),
    6: (BLUE, RED, WHITE, GREEN),
    7: (WHITE, GREEN, BLUE, RED),
    8: (GREEN, WHITE, RED, BLUE),
}


@pytest.mark.parametrize("turn", TURNED)
@pytest.mark.parametrize("kind", rows(["JPEG", "PNG", "WEBP", "TIFF"], in_short=["JPEG"]))
def test_a_picture_stands_upright(kind: str, turn: int, give: Any) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    kept = give(saved(quarters(), kind, exif=exif))
    assert kept.size == ((320, 180) if turn < 5 else (180, 320))
    assert alike(kept, TURNED[turn])


def test_shape_limits_mean_the_picture_as_it_stands(give: Any) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    tall = saved(quarters(640, 240), "JPEG", exif=exif)
    with pytest.raises(NotTaken, match=r"photo.jpg is 240 × 640: too long and narrow"):
        give(tall, param=place(aspect_range=(1, 3)))


@pytest.mark.parametrize(
    "exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 200], ids=len
)
def test_a_damaged_exif_harms_nothing(exif: bytes, give: Any) -> None:
    assert alike(give(saved(quarters(), "JPEG", exif=exif)), AS_TAKEN)


def test_a_turn_that_is_no_number_is_none(give: Any) -> None:
    entry = struct.pack("<HHII", ORIENTATION, 2, 4, 0x41414141)
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0"
    assert alike(give(saved(quarters(), "JPEG", exif=exif)), AS_TAKEN)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_is_said(kind: str, give: Any) -> None:
    frames = [quarters(), Image.new("RGB", (320, 180), "black"), quarters().rotate(180)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(NotTaken, match=r"wave is animated \(3 frames\). Save the one frame"):
        give(data, "wave")
    assert not Asset.objects.exists()


def test_several_pages_are_said(give: Any) -> None:
    data = saved(quarters(), "TIFF", save_all=True, append_images=[quarters()])
    with pytest.raises(NotTaken, match=r"scan.tif has 2 pages"):
        give(data, "scan.tif")


def test_a_model_that_takes_another_kind_gets_it(give: Any) -> None:
    clear = quarters()
    clear.putalpha(0)
    assert give(saved(quarters(), "WEBP"), param=place(("image/jpeg", "image/png"))).format == "JPEG"
    assert give(saved(clear, "WEBP"), param=place(("image/jpeg", "image/png"))).format == "PNG"
    on_white = give(saved(clear, "PNG"), param=place(("image/jpeg",)))
    assert alike(on_white, ((255, 255, 255),) * 4)


def test_numbers_of_thirty_two_bits_are_refused(give: Any) -> None:
    with pytest.raises(NotTaken, match="32 bits a channel"):
        give(saved(Image.new("F", (64, 64), 0.5), "TIFF"), "depth.tif")


@pytest.mark.parametrize(
    "kind", rows(["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "HEIF"], in_short=["JPEG", "HEIF"])
)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_half_a_file_is_refused_with_a_sentence(kind: str, part: float, give: Any) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = saved(quarters().effect_spread(60), kind)
    with pytest.raises(NotTaken, match=r"photo.jpg is"):
        give(data[: int(len(data) * part)])
    assert not [p for p in store.root().rglob("*") if p.is_file() and p != volume.mark()]


@pytest.mark.parametrize("data", [b"", b"\0", b"<svg/>", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes, give: Any) -> None:
    with pytest.raises(NotTaken, match=r"photo.jpg is"):
        give(data)


def test_many_pixels_in_few_bytes_are_refused_or_halved(give: Any) -> None:
    with pytest.raises(NotTaken, match="9,000 × 9,000 pixels, which is too many"):
        give(saved(Image.new("1", (9000, 9000)), "PNG"))
    kept = give(saved(Image.new("L", (7000, 7000), 90), "PNG"))
    assert kept.size == (3500, 3500)
    photo = give(saved(quarters(8064, 6048), "JPEG"))
    assert photo.size == (4032, 3024)
    assert alike(photo, AS_TAKEN)


def test_a_halved_picture_has_no_seams(give: Any) -> None:
    ramp = Image.linear_gradient("L").resize((5600, 5600))
    kept = give(saved(ramp, "PNG"))
    rows = [int(kept.getpixel((9, y))) for y in range(kept.height)]
    assert max(abs(a - b) for a, b in itertools.pairwise(rows)) <= 1


def test_a_large_picture_is_made_to_fit_the_limit(give: Any) -> None:
    noise = Image.effect_noise((1900, 1900), 120).convert("RGB")
    data = saved(noise, "PNG")
    kept = give(data, param=place(("image/png", "image/jpeg")))
    assert kept.format == "PNG"
    small = Media(name="image_url", label="Image", accept=ALL, max_mb=3)
    assert give(data, param=small).format == "JPEG"
    with pytest.raises(NotTaken, match="is over 1 MB once it is cleaned"):
        give(data, param=Media(name="image_url", label="Image", accept=ALL, max_mb=1))


def test_a_disk_that_refuses_is_named(give: Any) -> None:
    store.root().mkdir(parents=True)
    (store.root() / "uploads").write_text("a file where a folder should be")
    with pytest.raises(NotTaken, match=r"The studio's disk refused photo.jpg"):
        give(saved(quarters(), "PNG"))


def test_a_reader_that_falls_takes_nobody_along(give: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fallen = Path(store.root().parent) / "falls.py"
    fallen.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(pictures, "CLEAN", fallen)
    with pytest.raises(NotTaken, match="damaged"):
        give(saved(quarters(), "PNG"))


@pytest.mark.thorough
def test_four_large_pictures_at_once_take_the_memory_of_one(tmp_path: Path) -> None:
    """Each in a reader of its own, one after the other; this process holds none of them.

    On a machine so slow that the last one's turn does not come within 20 s, it is told to come again.
    """
    source = tmp_path / "large.png"
    source.write_bytes(saved(Image.new("RGB", (8000, 8000), RED), "PNG"))
    param, most = place(), 0
    before = psutil.Process().memory_info().rss
    done: list[dict[str, Any]] = []

    def clean(number: int) -> None:
        done.append(pictures._clean(source, tmp_path / f"{number}.out", param))

    threads = [threading.Thread(target=clean, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, _memory() - before)
        time.sleep(0.01)
    taken = [facts for facts in done if facts.get("type") == "image/png"]
    assert len(taken) > 1
    assert len(taken) + done.count({"refused": "busy"}) == 4
    assert 100 << 20 < most < 400 << 20


def _memory() -> int:
    """Bytes of this process and the readers it started."""
    total, own = psutil.Process().memory_info().rss, psutil.Process()
    for process in own.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if str(pictures.CLEAN) in process.cmdline():
                total += process.memory_info().rss
    return total
