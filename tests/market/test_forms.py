"""The order form of the market's models: rows of records, files by their address, and prices in parts."""

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generations import catalogue
from generations.forms.words import values_from_texts
from generations.models import Draft, State, Task
from tests.page import Page, read

pytestmark = pytest.mark.django_db

KLING = "/studio/kling-3.0/video/"
AVATAR = "/studio/kling/ai-avatar-standard/"
WAN = "/studio/wan/3-0-video/"
SEEDANCE = "/studio/bytedance/seedance-2/"
OMNI = "/studio/kling-3.0-omni/reference-to-video/"
GROK = "/studio/grok-imagine/extend/"
HTMX = {"HX-Request": "true"}
SHOTS = {
    "multi_shots": "true",
    "multi_prompt[0].prompt": "A fox runs",
    "multi_prompt[0].duration": "2",
    "multi_prompt[1].prompt": "It stops",
    "multi_prompt[1].duration": "3",
    "multi_prompt[2].prompt": "",
    "multi_prompt[2].duration": "",
}
RECORDS = [{"prompt": "A fox runs", "duration": 2}, {"prompt": "It stops", "duration": 3}]


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def post(client: Client, url: str, **fields: Any) -> Any:
    return client.post(url, {"prompt": "Dusk", "order_key": str(uuid.uuid4()), **fields})


def shown(client: Client, url: str, **fields: Any) -> Page:
    return read(client.post(url, {"prompt": "Dusk", **fields}))


def test_rows_are_ordered_as_records(studio: Client) -> None:
    assert post(studio, KLING, **SHOTS).status_code == 302
    task = Task.objects.get()
    assert task.values["multi_prompt"] == RECORDS
    assert task.spec is not None
    assert task.spec.wire(task.values)["multi_prompt"] == RECORDS
    page = read(studio.get(task.get_absolute_url()))
    assert "Shot 1: A fox runs, 2 · Shot 2: It stops, 3" in page


def test_a_wrong_row_is_named_and_nothing_typed_is_lost(studio: Client) -> None:
    answer = post(studio, KLING, **SHOTS | {"multi_prompt[1].duration": "forever"})
    assert answer.status_code == 422
    page = read(answer)
    assert "Shot 2: Length is a whole number, at least 1 and at most 12." in page
    assert page.sent["multi_prompt[1].duration"] == ["forever"]
    assert page.sent["multi_prompt[1].prompt"] == ["It stops"]
    assert not Task.objects.exists()


def test_rows_survive_in_the_draft(studio: Client) -> None:
    studio.post(f"{KLING}draft/", {"prompt": "Dusk", "tab": "one", **SHOTS})
    assert "A fox runs" in Draft.objects.get().fields["multi_prompt"][0]
    page = read(studio.get(KLING))
    assert page.sent["multi_prompt[0].prompt"] == ["A fox runs"]
    assert page.sent["multi_prompt[1].duration"] == ["3"]
    assert page.sent["multi_prompt[2].prompt"] == [""]


def test_rows_are_added_and_removed_without_script(studio: Client) -> None:
    more = shown(studio, KLING, view="form", **SHOTS | {"multi_prompt[2].prompt": "It looks up"})
    assert more.sent["multi_prompt[2].prompt"] == ["It looks up"]
    assert more.sent["multi_prompt[3].prompt"] == [""]
    less = shown(studio, KLING, discard="multi_prompt 0", **SHOTS)
    assert less.sent["multi_prompt[0].prompt"] == ["It stops"]
    assert less.sent["multi_prompt[1].prompt"] == [""]
    assert not Task.objects.exists()


def test_there_is_no_row_beyond_the_last(studio: Client) -> None:
    rows = {f"multi_prompt[{n}].prompt": f"Shot {n}" for n in range(5)}
    page = shown(studio, KLING, view="form", **rows)
    assert "multi_prompt[4].prompt" in page.sent
    assert "multi_prompt[5].prompt" not in page.sent
    assert "Add another shot" not in page


@pytest.mark.parametrize(
    "name",
    ["multi_prompt[x].prompt", "multi_prompt[0].colour", "multi_prompt[0]", "multi_prompt[9999].prompt"],
)
def test_names_that_are_no_field_are_passed_over(studio: Client, name: str) -> None:
    assert post(studio, KLING, **{name: "x"}).status_code == 302
    assert "multi_prompt" not in Task.objects.get().values


def test_speech_is_given_by_its_address(studio: Client) -> None:
    media = {"image_url": "https://a.example/face.png", "audio_url": "https://a.example/speech.mp3"}
    page = shown(studio, AVATAR, view="form", **media)
    assert "up to 300 s × 8 cr = 2,400 cr" in page
    assert "At most" in page
    assert post(studio, AVATAR, **media | {"audio_url": "http://a.example/speech.mp3"}).status_code == 422
    assert post(studio, AVATAR, **media).status_code == 302
    task = Task.objects.get()
    assert task.spec is not None
    assert task.spec.wire(task.values)["audio_url"] == "https://a.example/speech.mp3"


def test_a_file_is_refused_where_only_an_address_is_taken(studio: Client) -> None:
    paper = SimpleUploadedFile("script.pdf", b"%PDF-1.7", "application/pdf")
    answer = post(studio, WAN, reference_file_urls=paper)
    assert answer.status_code == 422
    assert "Give an https address of a document: files are not taken here." in read(answer)
    uploads = studio.post(
        "/uploads/", {"model": "wan/3-0-video", "param": "reference_file_urls", "file": paper}
    )
    assert uploads.status_code == 404


def test_what_is_given_counts_in_the_price(studio: Client) -> None:
    page = shown(studio, SEEDANCE, view="form", resolution="720p", duration="5")
    assert "5 s × 41 cr = 205 cr" in page
    video = {"reference_video_urls": "https://a.example/clip.mp4"}
    page = shown(studio, SEEDANCE, view="form", resolution="720p", duration="5", **video)
    assert "5 s × 25 cr = 125 cr" in page
    assert "up to 15 s of input × 25 cr = 375 cr" in page


def test_what_cannot_apply_is_absent(studio: Client) -> None:
    assert "duration" in read(studio.get(OMNI)).sent
    video = {"video_urls": "https://a.example/clip.mp4"}
    page = shown(studio, OMNI, view="form", duration="5", aspect_ratio="auto", **video)
    assert "duration" not in page.sent
    assert post(studio, OMNI, duration="5", aspect_ratio="auto", **video).status_code == 302
    assert "duration" not in Task.objects.get().values


@pytest.fixture
def source(order: Any) -> Task:
    """A finished task of ours at Kie."""
    task: Task = order("grok-imagine/text-to-video", resolution="720p")
    Task.objects.filter(pk=task.pk).update(state=State.READY, task_id="kie-7")
    task.refresh_from_db()
    return task


@pytest.mark.parametrize("name", ["#{task.pk}", "{task.uuid}", "http://x/tasks/{task.uuid}/", "kie-7"])
def test_a_task_is_gone_on_from_under_any_of_its_names(studio: Client, source: Task, name: str) -> None:
    assert post(studio, GROK, task_id=name.format(task=source), extend_times="10").status_code == 302
    task = Task.objects.latest("id")
    assert task.values["task_id"] == "kie-7"
    assert task.quote_credits == 45


@pytest.mark.parametrize("name", ["#{task.pk}", "{task.uuid}", "kie-7"])
def test_the_form_names_a_task_of_ours_by_its_number(studio: Client, source: Task, name: str) -> None:
    page = shown(studio, GROK, view="form", task_id=name.format(task=source), extend_times="10")
    assert page.sent["task_id"] == [f"#{source.pk}"]
    assert "45 cr" in page
    assert shown(studio, GROK, view="form", task_id="a stranger's id").sent["task_id"] == ["a stranger's id"]


def test_a_copy_of_a_copy_costs_what_its_clip_decides(studio: Client, source: Task) -> None:
    assert post(studio, GROK, task_id="kie-7").status_code == 302
    Task.objects.exclude(pk=source.pk).update(state=State.READY, task_id="kie-8")
    post(studio, "/studio/grok-imagine/upscale/", task_id="kie-8", resolution="1080p")
    assert Task.objects.latest("id").quote_credits == 20


@pytest.mark.parametrize(("model_id", "credits"), [("veo3", 250), ("veo3_fast", 60), ("veo3_lite", 30)])
def test_going_on_costs_what_the_tier_of_the_clip_costs(
    studio: Client, order: Any, model_id: str, credits: int
) -> None:
    task = order(model_id)
    Task.objects.filter(pk=task.pk).update(state=State.READY, task_id="veo-1")
    assert post(studio, "/studio/veo/extend/", task_id=f"#{task.pk}").status_code == 302
    extended = Task.objects.latest("id")
    assert extended.quote_credits == credits
    Task.objects.filter(pk=extended.pk).update(state=State.READY, task_id="veo-2")
    assert post(studio, "/studio/veo/extend/", task_id="veo-2", prompt="And on").status_code == 302
    assert Task.objects.latest("id").quote_credits == credits


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("#999999", "There is no task #999999 here."),
        (
            "00000000-0000-4000-8000-000000000000",
            "There is no task 00000000-0000-4000-8000-000000000000 here.",
        ),
        ("a stranger's id", "No price is known for this choice."),
        ("", "Name the task to go on from."),
    ],
)
def test_a_task_that_is_not_ours_is_told_apart(studio: Client, source: Task, name: str, said: str) -> None:
    answer = post(studio, GROK, task_id=name)
    assert answer.status_code == 422
    assert said in read(answer)
    assert Task.objects.count() == 1


def test_a_task_that_has_no_id_yet_waits(studio: Client, order: Any) -> None:
    task = order("grok-imagine/text-to-video")
    answer = post(studio, GROK, task_id=f"#{task.pk}")
    assert f"#{task.pk} is not at Kie yet. Wait until it is ready." in read(answer)


def test_frames_leave_no_room_for_references(studio: Client) -> None:
    page = read(studio.get(SEEDANCE))
    assert {"first_frame_url", "reference_image_urls", "reference_video_urls"} <= page.sent.keys()
    page = shown(studio, SEEDANCE, view="form", first_frame_url="https://a.example/a.png")
    assert "last_frame_url" in page.sent
    assert not {"reference_image_urls", "reference_video_urls"} & page.sent.keys()
    assert "reference_image_urls" in shown(studio, SEEDANCE, view="form").sent


def test_images_never_change_places_with_a_video(studio: Client) -> None:
    media = {"image_urls": "https://a.example/a.png", "video_urls": "https://a.example/a.mp4"}
    page = shown(studio, OMNI, view="form", **media)
    assert not [button for button in page.having("name") if button["name"] == "swap"]
    page = shown(studio, OMNI, swap="image_urls https://a.example/a.png", **media)
    assert page.sent["video_urls"] == ["https://a.example/a.mp4"]


def test_records_and_addresses_are_given_on_the_command_line(creator: User) -> None:
    spec = catalogue.models()["kling-3.0/video"]
    shots = {"prompt": ["Dusk"], "multi_shots": ["true"], "multi_prompt": [json.dumps(RECORDS)]}
    form = values_from_texts(spec, creator, shots)
    assert form.is_valid(), form.errors
    assert form.values()["multi_prompt"] == RECORDS
    avatar = catalogue.models()["kling/ai-avatar-standard"]
    given = {"prompt": ["Dusk"], "image_url": ["https://a.example/a.png"], "audio_url": ["speech.mp3"]}
    form = values_from_texts(avatar, creator, given)
    assert form.errors["audio_url"] == ["There is no file speech.mp3."]


def test_a_model_that_cannot_be_ordered_says_why(studio: Client) -> None:
    url = "/studio/ai-music-api/create-music-video/"
    reason = "It makes a picture video for a finished music track, and this studio makes no music."
    assert reason in read(studio.get(url))
    answer = post(studio, url, task_id="abc", audio_id="abc")
    assert answer.status_code == 422
    assert reason in read(answer)
    assert not Task.objects.exists()


def test_what_has_no_price_is_not_ordered(studio: Client) -> None:
    answer = post(studio, "/studio/wan/2-6-flash-video-to-video/", video_urls="https://a.example/clip.mp4")
    assert answer.status_code == 422
    assert "No price is known for this choice." in read(answer)
    assert not Task.objects.exists()


@pytest.mark.parametrize("name", ["\0", "kie\0-7", "#0", "#99999999999999999999", "#²", "x" * 5000])
@pytest.mark.parametrize("path", ["grok-imagine/extend/", "grok-imagine/upscale/"])
def test_a_task_that_is_none_breaks_neither_the_price_nor_the_order(
    studio: Client, path: str, name: str
) -> None:
    assert studio.post(f"/quotes/{path}", {"task_id": name, "resolution": "720p"}).status_code == 200
    assert post(studio, f"/studio/{path}", task_id=name).status_code in (302, 422)
