"""Images that people give: taken one by one, shown to the team, to nobody else."""

import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from generations.files import store
from generations.models import Asset
from generations.models.asset import UNUSED_LIFE
from generations.worker.steps import keeping
from tests.page import read

HAILUO = "hailuo/02-image-to-video-standard"


def picture(
    kind: str = "PNG", name: str = "dunes.png", size: tuple[int, int] = (64, 36)
) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#884422").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def give(client: Client, file: Any, model: str = HAILUO, param: str = "image_url") -> Any:
    return client.post("/uploads/", {"model": model, "param": param, "file": file})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_image_is_kept_and_stands_in_the_form(kind: str, studio: Client, creator: User) -> None:
    answer = give(studio, picture(kind))
    upload = Asset.objects.get()
    page = read(answer)
    assert answer.status_code == 200
    assert page.sent["image_url"] == [upload.reference]
    assert page.one("img", "dunes.png")["src"] == upload.url
    assert upload.person == creator
    extension = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}[kind]
    assert upload.path == f"uploads/{upload.uuid.hex[:2]}/{upload.uuid}.{extension}"
    assert store.at(upload.path).is_file()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("boat.jpg", b"no image"), "boat.jpg is not an image that can be read here."),
        (SimpleUploadedFile("big.png", b"x" * (10 * 1024 * 1024 + 1)), "This model takes up to 10 MB."),
        ("", "No file arrived."),
    ],
    ids=["text", "too-big", "none"],
)
def test_what_is_no_image_is_refused_with_the_reason(file: Any, words: str, studio: Client) -> None:
    answer = give(studio, file)
    assert answer.status_code == 422
    assert words in read(answer)
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("model", "param"), [("nope", "image_url"), (HAILUO, "prompt"), (HAILUO, "nope"), ("", "")]
)
def test_only_a_place_for_images_takes_one(model: str, param: str, studio: Client) -> None:
    assert give(studio, picture(), model, param).status_code == 404


def test_a_name_from_outside_is_escaped(studio: Client) -> None:
    answer = give(studio, picture(name='"><script>alert(1)</script>.png'))
    assert b"<script>" not in answer.content
    assert "script>.png" in read(answer), "browsers send no folders"


def test_a_reviewer_gives_no_images(client: Client, reviewer: User) -> None:
    client.force_login(reviewer)
    assert give(client, picture()).status_code == 403


def test_the_team_sees_the_image_and_nobody_else(studio: Client, reviewer: User) -> None:
    give(studio, picture())
    upload = Asset.objects.get()
    studio.force_login(reviewer)
    answer = studio.get(upload.url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'inline; filename="dunes.png"'
    assert "private" in answer.headers["Cache-Control"]
    assert answer.getvalue().startswith(b"\x89PNG")
    studio.logout()
    assert studio.get(upload.url).status_code == 302


def test_a_person_without_a_role_sees_nothing(studio: Client, db: None) -> None:
    give(studio, picture())
    studio.force_login(User.objects.create_user("stranger"))
    assert studio.get(Asset.objects.get().url).status_code == 403


def test_an_image_that_is_gone_is_not_found(studio: Client, settings: Any) -> None:
    assert studio.get(f"/uploads/{uuid.uuid4()}/").status_code == 404
    give(studio, picture())
    upload = Asset.objects.get()
    (Path(settings.MEDIA_ROOT) / upload.path).unlink()
    assert studio.get(upload.url).status_code == 404


def test_an_upload_goes_into_an_order(studio: Client) -> None:
    give(studio, picture())
    reference = Asset.objects.get().reference
    wish = {"prompt": "Only the steam moves", "image_url": reference, "order_key": str(uuid.uuid4())}
    answer = studio.post(f"/studio/{HAILUO}/", wish)
    assert answer.status_code == 302


# The same file once more


def long_ago() -> None:
    Asset.objects.update(created_at=timezone.now() - 2 * UNUSED_LIFE)


def test_the_same_file_of_one_person_is_one_asset_under_its_new_name(studio: Client, admin: User) -> None:
    give(studio, picture())
    first = Asset.objects.get()
    Asset.objects.update(kie_url="https://kie.example/dunes.png", kie_url_at=timezone.now())
    long_ago()
    page = read(give(studio, picture(name="again.png")))
    again = Asset.objects.get()
    assert page.one("img", "again.png")["src"] == first.url
    assert (again.pk, again.path, again.name) == (first.pk, first.path, "again.png")
    assert again.fresh_link, "what Kie has already is not sent a second time"
    assert not Asset.objects.unused().exists(), "it counts as given now"
    give(studio, picture(size=(32, 18)))
    assert Asset.objects.count() == 2
    studio.force_login(admin)
    give(studio, picture())
    assert [asset.person for asset in Asset.objects.filter(sha256=first.sha256)] == [first.person, admin]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(bytes(path.stat().st_size))])
def test_a_file_that_was_lost_or_spoilt_is_whole_again_once_it_is_given_again(
    studio: Client, spoil: Callable[[Path], object]
) -> None:
    give(studio, picture())
    lost = Asset.objects.get()
    spoil(store.at(lost.path))
    give(studio, picture())
    found = Asset.objects.get()
    assert found.uuid == lost.uuid
    assert store.is_whole(found.path, found.size, found.sha256)


def test_what_was_deleted_for_want_of_use_is_given_anew_and_what_is_given_again_meanwhile_stays(
    studio: Client,
) -> None:
    for side in (64, 32):
        give(studio, picture(size=(side, 36), name=f"{side}.png"))
    long_ago()
    clearing = keeping._drop_unused()
    delete: Any = next(clearing)
    delete()
    left = Asset.objects.get()
    give(studio, picture(size=(left.width, 36)))
    assert list(clearing) == []
    assert Asset.objects.get().pk == left.pk
    give(studio, picture(size=(96 - left.width, 36)))
    assert [store.at(asset.path).is_file() for asset in Asset.objects.all()] == [True, True]
