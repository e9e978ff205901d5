"""Colours and depth of given images: as they are meant, in sRGB with 8 bits."""

import struct
from typing import Any

import pytest
from PIL import Image, ImageCms

from tests.pictures.made import AS_TAKEN, alike, quarters, saved

pytestmark = pytest.mark.long


def test_sixteen_bits_of_grey_stay_a_ramp(give: Any) -> None:
    ramp = Image.frombytes("I;16", (256, 256), b"".join(struct.pack("<H", n) for n in range(65536)))
    for kind in ("PNG", "TIFF"):
        kept = give(saved(ramp, kind))
        assert kept.mode == "L"
        assert [kept.getpixel((0, y)) for y in (0, 64, 128, 192, 255)] == pytest.approx(
            [0, 64, 128, 192, 254], abs=1
        )


def test_sixteen_bits_of_colour_and_alpha_keep_their_colours(give: Any) -> None:
    """Pillow writes none: a PNG by hand."""
    import zlib

    row = b"\0" + struct.pack(">4H", 0xFFFF, 0x8080, 0x0000, 0x8080) * 64
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 64, 64, 16, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 64)),
        (b"IEND", b""),
    ]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    kept = give(data)
    assert kept.mode == "RGBA"
    assert kept.getpixel((5, 5)) == (255, 128, 0, 128)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_colours_for_print_become_those_of_a_screen(kind: str, give: Any) -> None:
    kept = give(saved(quarters().convert("CMYK"), kind))
    assert kept.mode == "RGB"
    assert alike(kept, AS_TAKEN, off=20)


def test_lab_colours_become_those_of_a_screen(give: Any) -> None:
    screen, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    pictured = ImageCms.profileToProfile(quarters(), screen, lab, outputMode="LAB")
    assert pictured is not None
    assert alike(give(saved(pictured, "TIFF")), AS_TAKEN)


def wide_profile() -> bytes:
    """An RGB space with red and green exchanged, out of the parts of sRGB: who heeds it, sees it."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    spots = {bytes(data[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, green = spots[b"rXYZ"], spots[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = (
        data[green + 4 : green + 12],
        data[red + 4 : red + 12],
    )
    return bytes(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_colours_come_through_their_profile(kind: str, give: Any) -> None:
    kept = give(saved(quarters(), kind, icc_profile=wide_profile()))
    exchanged = tuple((g, r, b) for r, g, b in AS_TAKEN)
    assert alike(kept, exchanged)
    assert "icc_profile" not in kept.info


def test_a_profile_keeps_what_is_clear(give: Any) -> None:
    image = quarters()
    image.putalpha(77)
    kept = give(saved(image, "PNG", icc_profile=wide_profile()))
    assert kept.mode == "RGBA"
    assert kept.getpixel((10, 10))[3] == 77


@pytest.mark.parametrize("profile", [b"x", b"\0" * 400, wide_profile()[:200]], ids=["x", "zeros", "cut"])
def test_a_damaged_profile_harms_nothing(profile: bytes, give: Any) -> None:
    assert alike(give(saved(quarters(), "JPEG", icc_profile=profile)), AS_TAKEN)


def test_a_palette_with_a_clear_colour_stays_clear(give: Any) -> None:
    image = quarters().quantize(8)
    image.info["transparency"] = image.getpixel((10, 10))
    kept = give(saved(image, "PNG", transparency=image.info["transparency"]))
    assert kept.mode == "RGBA"
    assert kept.getpixel((10, 10))[3] == 0
    assert kept.getpixel((300, 10))[3] == 255


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_stays_grey(mode: str, give: Any) -> None:
    kept = give(saved(Image.new(mode, (64, 64), 1 if mode == "1" else 255), "PNG"))
    assert kept.mode == ("LA" if mode == "LA" else "L")
    assert kept.convert("L").getpixel((9, 9)) == 255


def test_numbers_of_a_renderer_that_are_linear_are_brightened(give: Any) -> None:
    from PIL import PngImagePlugin

    more = PngImagePlugin.PngInfo()
    more.add(b"gAMA", struct.pack(">I", 100_000))
    kept = give(saved(Image.new("RGB", (32, 32), (55, 55, 55)), "PNG", pnginfo=more))
    assert kept.getpixel((3, 3))[0] == pytest.approx(127, abs=2)
