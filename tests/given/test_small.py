"""The drawer shows small pictures of what was given, drawn once; sounds have a sign and their length."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from generations.files import store
from generations.files.look import DECODER
from generations.models import Asset
from generations.models.asset import UNUSED_LIFE
from generations.worker.steps import keeping
from generations.worker.steps.step import run
from tests.given.clips import image
from tests.given.test_drawer import HAILUO, MOTION, drawer

pytestmark = pytest.mark.django_db


def given(person: User, source: Path, kind: str, **facts: float) -> Asset:
    path = f"uploads/ab/{source.name}"
    store.at(path).parent.mkdir(parents=True, exist_ok=True)
    store.at(path).write_bytes(source.read_bytes())
    about: dict[str, Any] = {"name": source.name, "content_type": f"{kind}/x", "size": 9, "sha256": "0" * 64}
    return Asset.objects.create(person=person, kind=kind, path=path, **about, **facts)


def drawn(asset: Asset) -> Asset:
    assert asset in Asset.objects.to_draw(DECODER)
    run(keeping._draw_small(asset))
    asset.refresh_from_db()
    assert asset not in Asset.objects.to_draw(DECODER), "once"
    return asset


def test_an_image_and_a_video_get_small_pictures(studio: Client, creator: User, two_seconds: Path) -> None:
    large = image(creator, size=(800, 400))
    assert drawer(studio).item(large.name).having("src", large.url), "until the small one is there"
    video = given(creator, two_seconds, "video", width=96, height=64, seconds=2)
    for asset, size in ((large, (320, 160)), (video, (96, 64))):
        answer = studio.get(drawn(asset).small_url)
        assert answer["Content-Type"] == "image/webp"
        picture = Image.open(io.BytesIO(answer.getvalue()))
        assert (picture.format, picture.size) == ("WEBP", size)
    assert drawer(studio).item(large.name).having("src", large.small_url)[0]["loading"] == "lazy"
    item = drawer(studio, "video_urls", MOTION).item(video.name)
    assert item.having("src", video.small_url)
    assert "0:02" in item


def test_what_cannot_be_drawn_has_a_sign_and_a_sound_its_length(
    studio: Client, creator: User, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    asset = drawn(given(creator, broken, "image", width=9, height=9))
    assert asset.small_url == ""
    assert studio.get(f"/uploads/{asset.uuid}/small.webp").status_code == 404
    sound = given(creator, broken, "audio", width=0, height=0, seconds=72)
    assert sound not in Asset.objects.to_draw(DECODER)
    page = drawer(studio, "audio_url", "infinitalk/from-audio")
    assert "1:12" in page.item(sound.name)
    assert not page.item(sound.name).having("src")


def test_a_small_picture_goes_with_its_image(studio: Client, creator: User) -> None:
    asset = drawn(image(creator, size=(64, 64)))
    Asset.objects.filter(pk=asset.pk).update(created_at=asset.created_at - 2 * UNUSED_LIFE)
    assert drawer(studio, model=HAILUO).item(asset.name)
    run(keeping._drop_unused())
    assert not any(store.at(path).exists() for path in (asset.path, asset.small_path))
