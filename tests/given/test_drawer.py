"""The drawer of a drop zone: what can be given, whose, by which order, and why not."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.library import assets as library
from generations.models import Video
from tests.given.clips import image
from tests.page import Page, read
from tests.task_page.rows import ready

pytestmark = pytest.mark.django_db
HAILUO = "hailuo/02-image-to-video-standard"
MOTION = "kling-2.6/motion-control"


def drawer(client: Client, param: str = "image_url", model: str = HAILUO, **more: str) -> Page:
    address = "/assets/"
    answer = client.get(address, {"model": model, "param": param, **more}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return read(answer)


def names(page: Page) -> list[str]:
    return [button.name.partition(": ")[2] for button in page.all("button", "Use: ")]


def test_images_are_mine_or_the_team_s_newest_or_most_used_and_found(
    studio: Client, creator: User, reviewer: User
) -> None:
    mine, sea, theirs = image(creator), image(creator, name="sea.png"), image(reviewer, name="Sky.png")
    for asset in (mine, mine, sea):
        ready(creator, HAILUO, image_url=[asset.reference], prompt=f"Slowly over {asset.name}")
    assert names(drawer(studio)) == ["sea.png", "dunes.png"]
    assert names(drawer(studio, by="used")) == ["dunes.png", "sea.png"]
    assert names(drawer(studio, whose="team")) == ["Sky.png", "sea.png", "dunes.png"]
    assert theirs.person.first_name in drawer(studio, whose="team").item("Sky.png")
    assert names(drawer(studio, whose="team", q="sky")) == ["Sky.png"]
    assert names(drawer(studio, q="slowly dunes")) == ["dunes.png"], "by the words it was used with"
    assert "has “moon” in its name" in drawer(studio, q="moon")


def test_what_does_not_fit_says_why_in_one_line(studio: Client, creator: User, clip: Video) -> None:
    image(creator, size=(8, 8), name="huge.png", content_type="image/webp")
    big = image(creator, size=(8, 8), name="big.png")
    type(big).objects.filter(pk=big.pk).update(size=11 * 1024 * 1024)
    page = drawer(studio)
    assert "It is 11.0 MB. This model takes up to 10 MB." in page.item("big.png")
    assert not page.item("big.png").all("button")
    assert names(page) == ["huge.png"]
    clips = drawer(studio, "video_urls", MOTION, what="clips")
    assert "It is 2.0 s long. At least 3 s are needed." in clips.item(f"#{clip.task_id}")


def test_clips_give_frames_to_an_image_and_themselves_to_a_video(studio: Client, clip: Video) -> None:
    gives = [button["value"] for button in drawer(studio, what="clips").having("name", "give")]
    assert gives == [f"image_url clip:{clip.uuid}@{at}" for at in ("first", "last")]
    Video.objects.update(seconds=5, width=640, height=360)
    gives = [
        button["value"]
        for button in drawer(studio, "video_urls", MOTION, what="clips").having("name", "give")
    ]
    assert gives == [f"video_urls clip:{clip.uuid}"]
    assert not drawer(studio, what="clips", q="nothing like it").having("name", "give")


@pytest.mark.parametrize("by", ["newest", "used"])
def test_pages_follow_each_other_without_a_gap(
    studio: Client, creator: User, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(library, "AT_ONCE", 2)
    assets = [image(creator, size=(4, 4), name=f"{n}.png") for n in range(5)]
    ready(creator, HAILUO, image_url=[assets[1].reference])
    found, page = [], drawer(studio, by=by)
    for _ in range(3):
        found += names(page)
        older = page.all("link", "Older")
        if older:
            page = read(studio.get(older[0]["hx-get"], headers={"HX-Request": "true"}))
    expected = ["4.png", "3.png", "2.png", "1.png", "0.png"]
    assert found == (expected if by == "newest" else ["1.png", "4.png", "3.png", "2.png", "0.png"])
    assert not older


def test_without_script_it_is_a_page_that_keeps_the_form(studio: Client, creator: User) -> None:
    asset = image(creator)
    form = {"prompt": "Typed before", "ours": "image_url"}
    page = read(studio.post(f"/studio/{HAILUO}/", form))
    kept, press = page.part("order").sent, page.button("Use: dunes.png")
    assert (kept["prompt"], press["form"]) == (["Typed before"], "order")
    back = read(studio.post(f"/studio/{HAILUO}/", {**kept, "give": press["value"]}))
    assert back.sent["image_url"] == [asset.reference]
    assert back.field("Prompt").value == "Typed before"
    team = page.link("Team").href
    assert read(studio.get(team)).part("order").sent["prompt"] == ["Typed before"], "the draft was kept"
    plain = studio.get("/assets/", {"model": HAILUO, "param": "image_url"})
    assert plain["Location"].startswith(f"/studio/{HAILUO}/?ours=image_url")


@pytest.mark.parametrize(("model", "param"), [("nope", "x"), (HAILUO, "prompt"), (HAILUO, "nope"), ("", "")])
def test_only_a_place_for_our_files_has_a_drawer(studio: Client, model: str, param: str) -> None:
    assert studio.get("/assets/", {"model": model, "param": param}).status_code == 404
