"""What is here already goes into the form without a second upload: chosen, dragged, cropped, and back."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from generations.files import store
from generations.models import Asset, Draft, Task, Video
from generations.views.studio import ours
from tests.given.clips import frame_number, image
from tests.page import Page, read
from tests.task_page.rows import VEO

pytestmark = pytest.mark.django_db
FORM = f"/studio/{VEO}/"
HAILUO = "/studio/hailuo/02-image-to-video-standard/"
MOTION = "/studio/kling-2.6/motion-control/"
WIDE = {"prompt": "Sand", "aspectRatio": "16:9"}
NOBODY = "0b31dc50-4f6f-4d6f-9a53-3e3ed5a4b0aa"
"""No row has this id."""


def arranged(client: Client, address: str = FORM, **fields: Any) -> Page:
    answer = client.post(address, fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return read(answer)


def given(page: Page, name: str) -> list[str]:
    """What stands at a zone; the field for an address beside it is empty."""
    return [text for text in page.sent[name] if text]


def test_an_image_of_the_team_is_given_once_more_and_kept(studio: Client, reviewer: User) -> None:
    first, second = image(reviewer), image(reviewer, name="sea.png")
    page = arranged(studio, **WIDE, give=[f"imageUrls {second.reference}", f"imageUrls {first.reference}"])
    assert given(page, "imageUrls") == [second.reference, first.reference], "in the order of choosing"
    assert Draft.objects.get().fields["imageUrls"] == [second.reference, first.reference]
    form: Any = page.sent | {"give": f"imageUrls {first.reference}"}
    page = arranged(studio, **form)
    assert "There is no room for another image here. Remove one first." in page
    assert given(page, "imageUrls") == [second.reference, first.reference]
    assert Asset.objects.count() == 2
    assert not Task.objects.exists(), "a press that arranges orders nothing"


def test_where_one_is_taken_the_next_takes_its_place(studio: Client, creator: User) -> None:
    old, new = image(creator), image(creator, name="sea.png")
    page = arranged(studio, HAILUO, image_url=old.reference, give=f"image_url {new.reference}")
    assert given(page, "image_url") == [new.reference]


@pytest.mark.parametrize(
    "way", ["clip:{clip}", "http://testserver/tasks/{task}/", "https://x/posters/{clip}.webp"]
)
def test_a_clip_that_is_dragged_is_a_frame_for_an_image_and_itself_for_a_video(
    studio: Client, clip: Video, way: str
) -> None:
    what = way.format(clip=clip.uuid, task=clip.task.uuid)
    page = arranged(studio, HAILUO, prompt="On", give=f"image_url {what}")
    frame = Asset.objects.get()
    assert given(page, "image_url") == [frame.reference]
    assert frame_number(frame) == 6, "the one that its poster shows"
    Video.objects.update(seconds=5, width=640, height=360)
    page = arranged(studio, MOTION, give=f"video_urls {what}")
    assert given(page, "video_urls") == [Asset.objects.get(video=clip).reference]


def test_the_moment_of_a_clip_is_the_frame(studio: Client, clip: Video) -> None:
    for at, number in (("first", 0), ("last", 23), ("1.000", 12)):
        page = arranged(studio, HAILUO, give=f"image_url clip:{clip.uuid}@{at}")
        key = given(page, "image_url")[0].removeprefix("upload:")
        assert frame_number(Asset.objects.get(uuid=key)) == number


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (f"clip:{NOBODY}", "There is no clip here to take."),
        ("clip:{clip}@soon", "That is no moment of a clip"),
        (f"upload:{NOBODY}", "is not here any more"),
        ("javascript:alert(1)", "https"),
        (f"https://x/tasks/{NOBODY}/", "There is no clip here to take."),
    ],
)
def test_what_cannot_be_given_is_said_at_the_zone(studio: Client, clip: Video, what: str, words: str) -> None:
    page = arranged(studio, HAILUO, prompt="On", give=f"image_url {what.format(clip=clip.uuid)}")
    assert words in page.part("f-image_url")
    assert page.field("Prompt").value == "On"
    assert not Asset.objects.exists()


def test_an_address_of_others_is_passed_on_and_odd_places_take_nothing(studio: Client, creator: User) -> None:
    page = arranged(studio, HAILUO, give="image_url https://example.com/a.png")
    assert given(page, "image_url")[0] == "https://example.com/a.png"
    reference = image(creator).reference
    for place in ("prompt", "nope", "", "x" * 400):
        assert reference not in str(arranged(studio, HAILUO, give=f"{place} {reference}").sent)


def test_an_image_of_another_shape_is_cropped_from_the_original_and_brought_back(
    studio: Client, creator: User
) -> None:
    square = image(creator)
    page = arranged(studio, **WIDE, imageUrls=square.reference, view="form")
    offer = page.button("Crop to 16:9")
    assert (offer["data-width"], offer["data-height"], offer["data-src"]) == ("1200", "1200", square.url)
    page = arranged(
        studio, **WIDE, imageUrls=square.reference, crop=f"imageUrls {square.reference} 600,100,600"
    )
    right = square.crops.get()
    assert given(page, "imageUrls") == [right.reference]
    assert (right.box, right.width, right.height) == ("600,100,600,338", 600, 338)
    with Image.open(store.at(right.path)) as part:
        assert (part.size, part.format, part.getextrema()) == ((600, 338), "PNG", ((255, 255),) * 3)
    assert not page.has("button", "Crop to"), "it has the shape"
    page = arranged(
        studio, imageUrls=right.reference, aspectRatio="9:16", crop=f"imageUrls {right.reference}"
    )
    upright = square.crops.exclude(pk=right.pk).get()
    assert upright.box == "262,0,675,1200", "the middle of the original, without script"
    again = arranged(
        studio, **WIDE, imageUrls=upright.reference, crop=f"imageUrls {upright.reference} 600,100,600"
    )
    assert given(again, "imageUrls") == [right.reference], "the same part is the same asset"
    page = arranged(studio, **WIDE, imageUrls=right.reference, uncrop=f"imageUrls {right.reference}")
    assert given(page, "imageUrls") == [square.reference]
    assert square.crops.count() == 2


@pytest.mark.parametrize(
    ("box", "fitted"),
    [
        ("999999,999999,999999", "0,525,1200,675"),
        ("0,0,0", "0,0,1,1"),
        ("-5,0,100", "0,262,1200,675"),
        ("a,b,c", "0,262,1200,675"),
        ("1,2", "0,262,1200,675"),
    ],
)
def test_an_odd_part_is_the_nearest_that_there_is(
    studio: Client, creator: User, box: str, fitted: str
) -> None:
    square = image(creator)
    arranged(studio, **WIDE, imageUrls=square.reference, crop=f"imageUrls {square.reference} {box}")
    assert square.crops.get().box == fitted


def test_what_cannot_be_cropped_says_why_and_stays(studio: Client, creator: User) -> None:
    broken = image(creator)
    store.at(broken.path).write_bytes(b"no picture" * 99)
    for fields, words in (
        (WIDE, "could not be cropped"),
        (WIDE | {"aspectRatio": "Auto"}, "Choose a shape first"),
    ):
        page = arranged(studio, **fields, imageUrls=broken.reference, crop=f"imageUrls {broken.reference}")
        assert words in page.part("f-imageUrls")
        assert given(page, "imageUrls") == [broken.reference]
    assert not broken.crops.exists()


def test_a_frame_that_was_cropped_is_still_a_frame_of_its_clip(studio: Client, clip: Video) -> None:
    page = arranged(studio, **WIDE, give=f"imageUrls clip:{clip.uuid}@last")
    reference = given(page, "imageUrls")[0]
    page = arranged(studio, **WIDE, imageUrls=reference, crop=f"imageUrls {reference}")
    part = Asset.objects.exclude(cropped_from=None).get()
    assert (part.frame_of, part.at_ms) == (clip, 1917)
    assert page.having("title", f"Frame of #{clip.task_id} at 1.92 s, cropped")


def test_one_request_gives_no_more_than_a_zone_could_take(studio: Client) -> None:
    page = arranged(studio, HAILUO, give=[f"image_url clip:{NOBODY}"] * (3 * ours.MOST))
    assert page.text.count("There is no clip here to take.") == ours.MOST
