"""What is no comment, no range and no drawing is said at the form; what is said is shown as text."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Comment, Task
from generations.models.drawing import MOST_STROKES, NotADrawing, read_drawing
from tests.page import read
from tests.task_page.rows import shown

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "composer"}
STROKE = {"kind": "arrow", "ink": "red", "points": [[0.1, 0.2], [0.5, 0.75]]}
XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)//'\"`",
    "{{ 7|add:7 }}{% load x %}",
    "</textarea><script>alert(1)</script>",
    "&lt;b&gt; \u202eevil\u2066\u2028x",
)
BEYOND = "The clip ends at 0:08.00: choose a moment before that."
NONSENSE: dict[str, tuple[dict[str, Any], str]] = {
    "beyond the clip": ({"second": "900"}, BEYOND),
    "a range beyond the clip": ({"second": "1", "until": "1e300"}, BEYOND),
    "ends before it begins": ({"second": "5", "until": "4"}, "The range ends before it begins"),
    "ends, and never begins": ({"until": "4"}, "A range needs the moment at which it begins."),
    "too long": ({"text": "x" * 10_001}, "A comment takes 4,000 characters. This is 10001"),
    "nobody": ({"text": "Look, @nobody"}, "Nobody here is called “@nobody”."),
    "answers nothing": ({"reply_to": "999999999999999999999"}, "That comment is not there any more."),
    "answers a word": ({"reply_to": "x"}, "That comment is not there."),
    "no key": ({"key": "x"}, "This form is broken."),
    "a drawing of nothing": ({"second": "1", "drawing": "{"}, "The drawing arrived broken"),
    "a drawing without a moment": ({"drawing": json.dumps([STROKE])}, "A drawing belongs to a moment"),
    "a drawing too large": ({"second": "1", "drawing": "[" * 1_000_000}, "The drawing is too large"),
}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("what", NONSENSE)
def test_what_is_no_comment_is_said_at_the_form_and_nothing_is_lost(
    say: Any, what: str, headers: dict[str, str]
) -> None:
    data, words = NONSENSE[what]
    answer = say(headers=headers, **{"text": "Kept words"} | data)
    assert answer.status_code == 422
    form = read(answer).part("composer")
    assert words in form.alert
    assert form.field("Comment").value == data.get("text", "Kept words")
    assert form.sent["second"] == [data.get("second", "")]
    assert not Comment.objects.exists()


def test_a_drawing_of_ten_megabytes_is_refused_unread(say: Any) -> None:
    answer = say(text="Big", second="1", drawing="x" * 10_000_000)
    assert answer.status_code in (400, 413)
    assert not Comment.objects.exists()


def test_a_drawing_is_kept_with_its_comment(say: Any, as_mara: Client, task: Task) -> None:
    say(text="Here", second="1.5", drawing=json.dumps([STROKE]))
    comment = Comment.objects.get()
    assert comment.drawing == [STROKE]
    part = shown(as_mara, task).part(f"c{comment.pk}")
    assert (json.loads(part["data-drawing"]), part["data-from"]) == ([STROKE], "1.5")


BOX = {"kind": "box", "ink": "blue", "points": [[0, 0], [1, 1]]}


@pytest.mark.parametrize(
    "sent",
    [
        "null",
        "7",
        "{}",
        "[7]",
        "[[]]",
        "[" * 50_000,
        '[{"kind": ["pen"]}]',
        [BOX | {"kind": "circle"}],
        [BOX | {"ink": "lime"}],
        [BOX | {"points": [[0, 0]]}],
        [BOX | {"points": [[0, 0], [0.5, 0.5], [1, 1]]}],
        [BOX | {"points": [[0, 0], [1, 1.01]]}],
        [BOX | {"points": [[0, 0], [1, -0.01]]}],
        [BOX | {"points": [[0, 0], [1, "1"]]}],
        [BOX | {"points": [[0, 0], [1, True]]}],
        [BOX | {"points": [[0, 0], [1, 1, 1]]}],
        '[{"kind": "box", "ink": "blue", "points": [[0, 0], [NaN, Infinity]]}]',
        f'[{{"kind": "box", "ink": "blue", "points": [[0, 0], [0.{"1" * 5000}, {"9" * 5000}]]}}]',
        [BOX] * (MOST_STROKES + 1),
        [{"kind": "pen", "ink": "red", "points": [[0.5, 0.5]] * 401}],
        [{"kind": "pen", "ink": "red", "points": [[0, 0]] * 400}] * 11,
        "x" * 200_000,
    ],
)
def test_what_is_no_drawing_is_refused(sent: Any) -> None:
    with pytest.raises(NotADrawing):
        read_drawing(sent if isinstance(sent, str) else json.dumps(sent))


def test_a_drawing_is_read_as_it_is_kept() -> None:
    line = {"kind": "pen", "ink": "white", "points": [[0.123456, 1], [0, 0.5], [1, 0]], "more": "dropped"}
    strokes = read_drawing(json.dumps([line, BOX]))
    assert strokes == [
        {"kind": "pen", "ink": "white", "points": [[0.1235, 1.0], [0.0, 0.5], [1.0, 0.0]]},
        BOX,
    ]
    assert read_drawing(json.dumps(strokes)) == strokes
    assert read_drawing("") == read_drawing(" ") == []


@pytest.mark.parametrize("text", XSS)
def test_what_is_said_and_names_are_shown_as_text(
    say: Any, as_mara: Client, task: Task, mara: User, text: str
) -> None:
    User.objects.filter(pk=mara.pk).update(first_name=text[:150], last_name=text[:150])
    say(text=f"{text} @mara")
    comment = Comment.objects.get()
    say(text=text, reply_to=comment.pk)
    say(f"{comment.pk}/edit/", text=f"Edited {text}", turn="")
    page = shown(as_mara, task)
    assert f"Edited {text}" in page.part(f"c{comment.pk}")
    assert page.part(f"turn-{comment.pk}").field("Other words").value == f"Edited {text}"
    assert not page.part("review").having("onerror")
    assert not page.part("review").having("onload")
    assert not [one for one in page.part("review").having("src") if one.node.name == "img"]


def test_a_form_that_came_back_without_script_leads_to_the_clip_when_it_is_sent_again(
    say: Any, as_mara: Client, task: Task
) -> None:
    address = f"{task.get_absolute_url()}comments/"
    form = read(say(text="", second="900")).part("composer").sent
    sent = as_mara.post(address, form | {"text": ["Better"], "second": ["2"]}, follow=True)
    assert sent.redirect_chain == [(task.get_absolute_url(), 302)]
    edit = read(say(f"{Comment.objects.get().pk}/edit/", text="@nobody")).part(
        f"turn-{Comment.objects.get().pk}"
    )
    again = as_mara.post(edit["action"], edit.sent | {"text": ["Best"]}, follow=True)
    assert again.redirect_chain == [(f"{task.get_absolute_url()}#c{Comment.objects.get().pk}", 302)]
    assert "Best" in read(again).part("review")
