"""From changes that were asked of a clip to the order that answers them; the tree of what came of what."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations import orders
from generations.files import frames
from generations.library.lineage import MOST, Lineage
from generations.models import Comment, Draft, Review, Task, TaskInput, Video
from tests.page import Page, Part, read
from tests.task_page.rows import KLING, failed, queued, shown

pytestmark = pytest.mark.django_db
FORM = f"/studio/{KLING}/"
NOBODY = "0b31dc50-4f6f-4d6f-9a53-3e3ed5a4b0aa"
"""No row has this id."""


@pytest.fixture
def asked(clip: Video, reviewer: User) -> Task:
    """Of which changes were asked, with two comments."""
    Review.objects.create(task=clip.task, person=reviewer, verdict="changes")
    Comment.objects.create(task=clip.task, person=reviewer, text="Softer <light>", second=0.5)
    Comment.objects.create(task=clip.task, person=reviewer, text="Slower in all")
    return clip.task


def send(client: Client, page: Page, **changed: str) -> Task:
    wish = {**page.part("order").sent, "order_key": str(uuid.uuid4()), **changed}
    assert client.post(FORM, wish).status_code == 302
    return Task.objects.order_by("-pk")[0]


def test_changes_lead_to_an_order_that_has_the_comments_beside_it_and_answers_them(
    studio: Client, asked: Task
) -> None:
    page = read(studio.get(shown(studio, asked).link("Order the changes").href))
    assert page.field("Prompt").value == asked.prompt
    pinned = page.part("answering").one("list", f"What was asked of #{asked.pk}")
    assert [item.text for item in pinned.all("listitem")] == [
        "At 0:00.06 Reviewer Softer <light>",
        "Reviewer Slower in all",
    ]
    comment = asked.comments.get(second=0.5)
    assert pinned.link("0:00.06").href == f"{asked.get_absolute_url()}#c{comment.pk}"
    new = send(studio, page, prompt="Softer and slower")
    assert (new.answers, new.prompt) == (asked, "Softer and slower")
    assert f"Answers the changes on #{asked.pk}" in shown(studio, new)
    assert f"Answered by #{new.pk}" in shown(studio, asked).part("votes")
    made = shown(studio, asked).part("continue").one("list", "Made from this clip")
    assert made.item(f"#{new.pk}").text.split()[2:] == ["answers", "the", "changes"]


def test_the_answer_is_kept_with_the_draft_and_until_it_is_taken_off(studio: Client, asked: Task) -> None:
    page = read(studio.get(f"{FORM}?changes={asked.uuid}"))
    studio.post(f"/studio/{KLING}/draft/", {**page.part("order").sent, "prompt": "Half typed"})
    assert Draft.objects.get().fields["answers"] == [str(asked.uuid)]
    again = read(studio.get(FORM))
    form = again.part("order").sent
    assert again.field("Prompt").value == "Half typed"
    assert "Softer <light>" in again.part("answering")
    arranged = read(studio.post(FORM, {**form, "view": "form"}, headers={"HX-Request": "true"}))
    assert arranged.find("answering"), "values are edited, and it stays"
    other = read(studio.post("/studio/veo3_fast/", {**form, "carry": KLING}, headers={"HX-Request": "true"}))
    assert other.sent["answers"] == [str(asked.uuid)], "with another model, too"
    off = read(studio.post(FORM, {**form, "unanswer": "1"}, headers={"HX-Request": "true"}))
    assert not off.find("answering")
    assert not read(studio.get(FORM)).find("answering")
    assert send(studio, off).answers is None


def test_a_retry_answers_what_the_first_try_answered(creator: User, asked: Task) -> None:
    new = failed(creator)
    Task.objects.filter(pk=new.pk).update(answers=asked)
    new.refresh_from_db()
    assert orders.retry(new, creator).answers == asked


@pytest.mark.parametrize("answers", ["x", "\0", "", NOBODY])
def test_an_answer_to_nothing_is_an_order_as_any_other(studio: Client, creator: User, answers: str) -> None:
    wish = {"prompt": "Sand", "order_key": str(uuid.uuid4()), "duration": "5", "aspect_ratio": "16:9"}
    assert studio.post(FORM, {**wish, "answers": answers}).status_code == 302
    assert Task.objects.get().answers is None
    assert studio.get(f"{FORM}?changes={answers}").status_code == 200


def test_who_orders_nothing_is_offered_no_order(client: Client, reviewer: User, asked: Task) -> None:
    client.force_login(reviewer)
    page = shown(client, asked)
    for words in ("Order the changes", "Remix", "Last frame as first", "Same prompt"):
        assert words not in page


def test_all_ways_on_stand_in_one_place(studio: Client, asked: Task) -> None:
    ways = shown(studio, asked).part("continue").one("list", "From here")
    assert ways.link("Remix").href == f"{FORM}?from={asked.uuid}"
    assert ways.link("Same prompt on another model").href == f"{FORM}?from={asked.uuid}#model"
    assert ways.button("Last frame as first")["value"] == "last"
    assert shown(studio, asked).part("votes").link("Order the changes")


def test_the_tree_names_what_a_clip_came_from_and_what_came_of_it(
    studio: Client, creator: User, clip: Video, asked: Task
) -> None:
    before = failed(creator)
    Task.objects.filter(pk=asked.pk).update(parent=before)
    frame = frames.cut(creator, clip, 1.0)
    hailuo = "hailuo/02-image-to-video-standard"
    framed = queued(creator, hailuo, image_url=[frame.reference])
    answer = queued(creator)
    Task.objects.filter(pk=answer.pk).update(answers=asked)
    page = shown(studio, asked).part("continue")
    above, below = page.one("list", "Came from"), page.one("list", "Made from this clip")
    assert [item.text for item in above.all("listitem")] == [f"Failed #{before.pk} tried before"]
    assert [item.text for item in below.all("listitem")] == [
        f"Queued #{framed.pk} was given the frame at 1.00 s",
        f"Queued #{answer.pk} answers the changes",
    ]
    assert lanes(above) + lanes(below) == [["begins"], ["joins"], ["ends"]]
    (here,) = page.having("aria-current", "page")
    assert here.text == f"Ready #{asked.pk} You are here"
    assert page["hx-trigger"] == "every 5s", "what is still to come is waited for"
    grown = shown(studio, framed).one("list", "Came from")
    assert [item.text for item in grown.all("listitem")] == [
        f"Failed #{before.pk} tried before",
        f"Ready #{asked.pk} its frame at 1.00 s was given",
    ]
    assert lanes(grown) == [["", "begins"], ["begins"]]


def lanes(part: Part) -> list[list[str]]:
    """What each task of a list shows of the lines beside it."""
    return [[lane["data-line"] for lane in item.having("data-line")] for item in part.all("listitem")]


def test_the_tree_shows_three_on_each_side_and_folds_the_others(
    studio: Client, creator: User, asked: Task
) -> None:
    above, below = [failed(creator) for _ in range(5)], [queued(creator) for _ in range(7)]
    inputs = [TaskInput(task=asked, param="taskId", place=n, source=task) for n, task in enumerate(above)]
    TaskInput.objects.bulk_create(inputs)
    Task.objects.filter(pk__in=[task.pk for task in below]).update(answers=asked)
    page = shown(studio, asked).part("continue")
    for name, count, last in (("Came from", 2, "begins"), ("Made from this clip", 4, "ends")):
        side = page.one("list", name)
        shown_here = [item for item in side.all("listitem") if not item.text.startswith("+")]
        assert len([item for item in shown_here if item.having("data-line")]) == 3
        folded = side.item(f"+{count} more")
        assert len(folded.all("link")) == count
        assert folded.having("data-line", last)


def test_the_tree_is_a_few_queries_and_a_few_lines_whatever_came_of_a_clip(
    creator: User, clip: Video
) -> None:
    for _ in range(MOST + 3):
        Task.objects.filter(pk=queued(creator).pk).update(answers=clip.task)
    with CaptureQueriesContext(connection) as asked:
        lineage = Lineage.of(clip.task, creator)
        assert [node.task.person for node in lineage.below] == [creator] * MOST
    assert lineage.more_below
    assert len(asked) <= 4
    stranger = User.objects.create_user("stranger")
    assert Lineage.of(clip.task, stranger).below == []


def test_a_waiting_card_shows_what_it_is_made_from(studio: Client, creator: User, clip: Video) -> None:
    Video.objects.update(poster_path="posters/a.webp")
    clip.refresh_from_db()
    frame = frames.cut(creator, clip, frames.LAST)
    framed = queued(creator, "hailuo/02-image-to-video-standard", image_url=[frame.reference], prompt="New")
    again, bare = queued(creator), queued(creator, prompt="Never seen")
    answer = queued(creator, prompt="Seen so never")
    Task.objects.filter(pk=answer.pk).update(answers=clip.task)
    page = read(studio.get("/now/"))
    stills = {
        task.pk: page.part(f"card-{task.pk}").having("src")
        for task in (framed, again, bare, answer, clip.task)
    }
    assert [still["src"] for still in stills[framed.pk]] == [frame.url]
    assert [still["src"] for still in stills[again.pk]] == [clip.poster_url], "an earlier take's"
    assert stills[bare.pk] == []
    assert [still["src"] for still in stills[answer.pk]] == [clip.poster_url]
    assert [still["src"] for still in stills[clip.task.pk]] == [clip.poster_url]
    assert page.part(f"card-{clip.task.pk}").link("here").href == f"?shown={clip.task.uuid}"
    assert not page.part(f"card-{again.pk}").has("link", "here")
