"""The task page in every state."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from generations.models import Asset, Lease, Obstacle, State, Task
from generations.models.obstacle import held_up
from generations.wording.failures import Class, explain, klass_of
from tests.task_page.rows import KLING, VEO, add_video, failed, queued, ready, running, shown

pytestmark = pytest.mark.django_db


def test_a_ready_task_has_a_player_that_works_without_script(as_author, author):
    task = ready(author)
    clip = task.videos.get()
    page = shown(as_author, task)
    video = page.one("video")
    assert (video["src"], video["poster"], video["controls"]) == (clip.url, clip.poster_url, "")
    assert page.link("Download").href == f"{clip.url}?download=1"
    assert page.having("src", clip.strip_url), "the film below the player, for those with script"
    assert page.part("task").link("Remix").href == f"/studio/{KLING}/?from={task.uuid}"
    polled = [part for part in page.main.having("hx-trigger") if part["hx-trigger"].startswith("every")]
    assert [(part["id"], part["hx-trigger"].split(",")[0]) for part in polled] == [("votes", "every 20s")]


def test_the_facts(as_author, author):
    page = shown(as_author, ready(author))
    assert page.part("prompt").text == "Slow dolly <over> dunes"
    facts = {
        "Model": "Kling 2.6",
        "Length": "5 s",
        "Shape": "1:1",
        "Picture": "1280 × 720, 24 fps",
        "SHA-256": "abababab … abab",
    }
    for term, fact in facts.items():
        assert fact in page.facts(term), term
    for words in ("1.4 MB", "1:44", "Stored whole", "Reported by Kie. Charged to Author’s", "kie-"):
        assert words in page, words


def test_an_estimate_that_was_booked_says_so(as_author, author):
    task = ready(author)
    Task.objects.filter(pk=task.pk).update(charge_basis="estimate")
    page = shown(as_author, task)
    assert "Kie gave no figure, so our estimate is booked." in page
    assert "Estimate, booked" in page


def test_images_that_were_given(as_author, author):
    upload = Asset.objects.create(
        person=author,
        name="linen.jpg",
        path="x.jpg",
        content_type="image/jpeg",
        size=1,
        width=640,
        height=360,
        sha256="0" * 64,
    )
    address = "https://example.com/end.png?<b>"
    task = ready(
        author, "hailuo/02-image-to-video-standard", image_url=[upload.reference], end_image_url=[address]
    )
    page = shown(as_author, task)
    given = page.item("linen.jpg, 640 × 360")
    assert given.having("src", upload.url)
    assert "https://example.com/end.png?<b>" in page
    assert not any(link.href.startswith("https://example.com") for link in page.all("link"))


def test_several_result_files_can_be_chosen(as_author, author):
    task = ready(author)
    second = add_video(task, number=1)
    assert shown(as_author, task).link("Clip 2")
    assert shown(as_author, task, f"?file={second.uuid}").one("video")["src"] == second.url
    for nonsense in ("?file=x", "?file=", f"?file={ready(author).videos.get().uuid}"):
        assert shown(as_author, task, nonsense).one("video")["src"] == task.videos.get(number=0).url


def test_a_model_that_left_the_catalogue(as_author, author):
    task = ready(author)
    Task.objects.filter(pk=task.pk).update(model_id="gone/model", label="Gone")
    page = shown(as_author, task)
    assert page.fact("Model") == "Gone"
    assert "Remix" not in page


def _since(fields):
    """Ages become moments when the test runs, which may be long after it was collected."""
    now = timezone.now()
    return {name: now - value if isinstance(value, timedelta) else value for name, value in fields.items()}


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (State.QUEUED, {}, ["Queued", "Nothing was sent or spent", "Cancel"]),
        (State.QUEUED, held_up(Obstacle.TOO_FAST), ["Kie asked to wait: too many orders came at once."]),
        (State.SENDING, {"sent_at": timedelta()}, ["cannot be cancelled"]),
        (State.RUNNING, {"accepted_at": timedelta()}, ["Running", "Kie is making it."]),
        (State.RUNNING, {"accepted_at": timedelta(hours=9)}, ["Late", "longer than usual"]),
        (
            State.SAVING,
            held_up(Obstacle.LINE, {"silence": "cut"}),
            ["Saving", "The line to Kie’s file host broke", "trying again is free"],
        ),
    ],
)
def test_a_task_under_way_says_how_it_stands_and_polls(as_author, author, state, fields, words):
    task = queued(author)
    Task.objects.filter(pk=task.pk).update(state=state, **_since(fields))
    page = shown(as_author, task)
    for word in words:
        assert word in page, word
    assert page.part("live")["hx-trigger"] == "every 3s"
    assert not page.has("video")


def test_the_usual_time_comes_from_our_own_tasks_else_from_the_maker(as_author, author):
    task = running(author, VEO)
    assert "Usually 1–5 min" in shown(as_author, task)
    for _ in range(4):
        ready(author, VEO)
    assert "Usually 2 min" in shown(as_author, task)


def test_without_a_worker_it_says_so(as_author, author):
    Lease.objects.all().delete()
    assert "No worker is running" in shown(as_author, queued(author))


def test_the_poll_morphs_and_reloads_into_the_player(as_author, author):
    task = running(author)
    headers = {"HX-Request": "true", "HX-Target": "live"}
    fragment = shown(as_author, task, **headers)
    assert fragment.part("live")
    assert not fragment.has("main")
    Task.objects.filter(pk=task.pk).update(state=State.READY)
    assert as_author.get(task.get_absolute_url(), headers=headers)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("text", "code", "klass", "advice", "retry"),
    [
        (
            "Your prompt was flagged <by> Website",
            "400",
            "Filter refused",
            "same words will fail again",
            False,
        ),
        ("Internal Error, Please try again later.", "500", "Kie busy", "Trying again is safe", True),
        ("Credits insufficient : Your balance", "402", "Not enough credits", "Top up", True),
        ("duration is not within the range of allowed options", "500", "Wrong input", "Edit them", False),
        ("", "501", "Generation failed", "may help", True),
    ],
)
def test_a_failure_says_what_it_cost_and_what_helps(as_author, author, text, code, klass, advice, retry):
    task = failed(author, text, code)
    page = shown(as_author, task)
    assert klass in page
    assert advice in page
    assert "Kie reported no charge." in page
    assert "Edit and retry" in page
    assert page.has("button", "Retry · ~55 cr") is retry
    assert page.part("live").get("hx-trigger") is None
    if text:
        assert f"“{text}”" in page


def test_wrong_input_names_the_field_as_the_form_does(author):
    task = failed(author, "duration is not within the range of allowed options")
    assert explain(task).sentence == "Kie did not accept “Length”."


@pytest.mark.parametrize(
    ("text", "code", "klass"),
    [
        ("Invalid prompt: prompt contains prohibited content", "422", Class.FILTER),
        ("Your prompt was flagged by Website as violating content policies.", "400", Class.FILTER),
        ("Failed to fetch the image. Kindly verify any access limits", "400", Class.INPUT),
        ("Only English prompts are supported at this time.", "400", Class.INPUT),
        ("The text length cannot exceed the maximum limit", "500", Class.INPUT),
        ("Rate limit exceeded", "429", Class.BUSY),
        ("Your call frequency is too high. Please try again later.", "429", Class.BUSY),
        ("Generation failed, please try again.", "501", Class.GENERATION),
        ("Something else", "455", Class.BUSY),
        ("Something else", "", Class.GENERATION),
    ],
)
def test_classes_of_failures(text, code, klass):
    assert klass_of(code, text) == klass


def test_a_charge_for_a_failure_is_told(author):
    task = failed(author)
    task.charge_credits = Decimal(12)
    assert explain(task).charged == "Kie charged 12 cr."


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (State.REFUSED, {"failure_text": "No", "charge_credits": 0}, ["Not charged. The 55 cr"]),
        (
            State.UNCONFIRMED,
            held_up(Obstacle.LOST, {"silence": "timed out"}),
            ["We cannot know", "timed out", "stay held", "paid twice"],
        ),
        (State.LOST, {"charge_credits": 55}, ["could not be saved", "Already paid: 55 cr"]),
        (State.CANCELLED, {"charge_credits": 0}, ["Cancelled before it was sent"]),
        (State.CLOSED, {}, ["Kie never took it"]),
    ],
)
def test_other_ends(as_author, author, state, fields, words):
    task = queued(author)
    Task.objects.filter(pk=task.pk).update(state=state, **_since(fields))
    page = shown(as_author, task)
    for word in words:
        assert word in page, word
