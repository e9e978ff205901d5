"""Comments in threads: answered, marked done, edited, deleted and brought back; people named in them."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations import policy
from generations.library.mentions import find_mentions
from generations.models import Comment, CommentVersion, Mention, Review, Task
from generations.models.comment import Found
from tests.page import Page, read
from tests.review.conftest import signed_in
from tests.task_page.rows import person, ready, shown

pytestmark = pytest.mark.django_db
STROKE = {"kind": "arrow", "ink": "red", "points": [[0.1, 0.2], [0.5, 0.75]]}


def comment_of(page: Page, comment: Comment) -> Any:
    return page.part(f"c{comment.pk}")


def test_a_comment_is_answered_and_its_thread_is_done_and_opened_again(
    say: Any, as_mara: Client, task: Task, author: User
) -> None:
    say(text="Too plastic", second="3.125")
    first = Comment.objects.get()
    theirs = signed_in(author)
    form = shown(theirs, task).part(f"reply_to-{first.pk}").sent
    for _ in range(2):
        theirs.post(f"{task.get_absolute_url()}comments/", form | {"text": ["Softer in take 3"]})
    answer = Comment.objects.get(text="Softer in take 3")
    assert (answer.reply_to, answer.person) == (first, author)
    say(text="Good", reply_to=answer.pk)
    assert Comment.objects.latest("pk").reply_to == first, "an answer to an answer is in the same thread"
    page = shown(as_mara, task)
    assert "Softer in take 3" not in comment_of(page, first), "answers follow it, one after the other"
    assert "3, 1 open" in page.part("comment-count")
    theirs.post(f"{task.get_absolute_url()}comments/{first.pk}/done/")
    page = shown(as_mara, task)
    assert "Done by Author" in comment_of(page, first)
    assert "3, 0 open" in page.part("comment-count")
    assert page.part("marks").having("class", "done")
    say(f"{first.pk}/done/")
    assert "Done by Author" in comment_of(shown(as_mara, task), first), "who was first stays"
    say(f"{first.pk}/reopen/")
    page = shown(as_mara, task)
    assert "Reopened by You" in comment_of(page, first)
    assert "3, 1 open" in page.part("comment-count")


def test_a_comment_that_is_sent_again_is_as_it_was_sent_last_until_it_is_edited(say: Any) -> None:
    key, times = str(uuid4()), {"second": "1.5", "text": "Slower"}
    drawing = json.dumps([STROKE])
    say(key=key, **times)
    say(key=key, **times, drawing=drawing, guests="on")
    comment = Comment.objects.get()
    assert (comment.drawing, comment.guests) == ([STROKE], True)
    say(key=key, **times, drawing=drawing)
    comment.refresh_from_db()
    assert not comment.guests
    say(f"{comment.pk}/edit/", text="Slower, please", turn="", guests="on")
    say(key=key, **times)
    comment.refresh_from_db()
    assert (comment.text, comment.drawing, comment.guests) == ("Slower, please", [STROKE], True)
    say(f"{comment.pk}/delete/")
    say(key=key, **times, drawing=drawing)
    assert Comment.objects.get().drawing == []


def test_own_words_are_edited_and_what_stood_there_is_kept(
    say: Any, as_mara: Client, task: Task, author: User, admin: User
) -> None:
    say(text="Slower")
    comment = Comment.objects.get()
    first = shown(as_mara, task).part(f"turn-{comment.pk}").sent
    second = dict(first)
    say(f"{comment.pk}/edit/", text="Slower, please", turn=first["turn"][0], guests="on")
    comment.refresh_from_db()
    assert (comment.text, comment.guests, bool(comment.edited_at)) == ("Slower, please", True, True)
    page = shown(as_mara, task)
    assert "Slower" in comment_of(page, comment).item("Until")
    assert "guests too" in comment_of(page, comment)

    answer = say(f"{comment.pk}/edit/", text="From the other tab", turn=second["turn"][0])
    assert answer.status_code == 422
    form = read(answer).part(f"turn-{comment.pk}")
    assert "“Slower, please”" in form.alert
    assert form.field("Other words").value == "From the other tab"
    say(f"{comment.pk}/edit/", **{name: values[0] for name, values in form.sent.items()})
    assert list(CommentVersion.objects.values_list("text", flat=True)) == ["Slower", "Slower, please"]

    for other in (author, admin):
        edit = signed_in(other).post(
            f"{task.get_absolute_url()}comments/{comment.pk}/edit/", {"text": "Never said"}
        )
        assert edit.status_code == 403
        assert not shown(signed_in(other), task).find(f"turn-{comment.pk}")
    comment.refresh_from_db()
    assert comment.text == "From the other tab"


def test_a_deleted_comment_leaves_a_trace_where_it_was_answered_and_can_come_back(
    say: Any, as_mara: Client, task: Task, author: User, admin: User
) -> None:
    say(text="To be deleted", second=1, drawing=json.dumps([STROKE]))
    comment = Comment.objects.get()
    address = f"{task.get_absolute_url()}comments/{comment.pk}"
    assert signed_in(author).post(f"{address}/delete/").status_code == 403
    toast = read(say(f"{comment.pk}/delete/", headers={"X-Requested-With": "fetch"}))
    assert "Comment deleted." in toast
    assert "No comments yet." in shown(as_mara, task)
    say(f"{comment.pk}/back/")
    comment.refresh_from_db()
    assert (comment.text, comment.drawing) == ("To be deleted", [STROKE])
    assert not CommentVersion.objects.exists()

    Comment.objects.create(task=task, person=author, text="An answer", reply_to=comment)
    signed_in(admin).post(f"{address}/delete/")
    page = shown(as_mara, task)
    assert "To be deleted" not in page.part("review")
    assert "Deleted by Boss" in comment_of(page, comment)
    assert "An answer" in page.part("review")
    assert CommentVersion.objects.get().text == "To be deleted", "what was said is kept"
    assert not page.has("button", "Bring it back")
    assert shown(signed_in(admin), task).button("Bring it back")
    assert say(f"{comment.pk}/back/").status_code == 403, "only who has deleted it"
    for deed in ("done", "edit"):
        gone = say(f"{comment.pk}/{deed}/", text="Again")
        assert gone.status_code == 422
        assert "deleted meanwhile" in read(gone)


def test_a_range_is_a_bar_on_the_timeline_and_an_end_at_its_beginning_is_a_moment(
    say: Any, as_mara: Client, task: Task
) -> None:
    say(text="All of this", second="2", until="4")
    say(text="Just here", second="2", until="2")
    page = shown(as_mara, task)
    assert page.item("All of this").link("0:02.00–0:04.00")
    assert page.item("Just here").link("0:02.00")
    (bar,) = page.part("marks").having("class", "span")
    assert (bar["x"], bar["width"]) == ("25.00%", "25.00%")


def test_who_is_named_is_kept_as_a_person_and_shown_by_their_name_of_today(
    say: Any, as_mara: Client, task: Task, author: User
) -> None:
    say(text="See @AUTHOR, and mail to me@example.com, at 24 @ 25 fps, @2x")
    mention = Mention.objects.get()
    assert mention.person == author
    User.objects.filter(pk=author.pk).update(first_name="Ada", last_name="<b>Byron", username="ada")
    comment = mention.comment
    page = shown(as_mara, task)
    assert "See @Ada <b>Byron, and mail to me@example.com" in comment_of(page, comment)
    assert page.part(f"turn-{comment.pk}").field("Other words").value.startswith("See @ada, and mail")
    assert "Ada <b>Byron" in page.part("people"), "who can be named"
    at = mention.at
    say(f"{comment.pk}/edit/", text="Now @ada and @mara", turn="")
    assert list(Mention.objects.values_list("person__username", "start")) == [("ada", 4), ("mara", 13)]
    assert Mention.objects.get(person=author).at == at, "who was named already is not told again"


def test_names_are_found_as_people_write_them() -> None:
    people = [
        User(pk=n, username=username, first_name=first, last_name=last)
        for n, (username, first, last) in enumerate(
            [
                ("mara", "Mara", "Lind"),
                ("mara.l", "Mara", "Lönn"),
                ("jo-el", "Joel", ""),
                ("ünal", "Ünal", ""),
            ]
        )
    ]
    for text, named, nobody in (
        ("@mara.l and @mara", ["mara.l", "mara"], []),
        ("(@Joel)", ["jo-el"], []),
        ("@Mara Lönn!", ["mara.l"], []),
        ("@ÜNAL: yes", ["ünal"], []),
        ("@mara_x @marax", [], ["mara_x", "marax"]),
        ("a@mara @ mara @", [], []),
        ("@@mara", [], []),
    ):
        found, unknown = find_mentions(text, people)
        assert ([one.person.username for one in found], unknown) == (named, nobody), text
        for one in found:
            assert text[one.start] == "@"


def test_more_comments_answers_and_people_take_no_more_queries(
    as_mara: Client, task: Task, mara: User, author: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(as_mara, task)
        return len(asked)

    def discuss(who: User) -> None:
        root = Comment.objects.create(task=task, person=who, text="Look", second=1, drawing=[STROKE])
        answer = Comment.objects.create(task=task, person=mara, text="Yes", reply_to=root)
        for one in (root, answer):
            named = [Found(person=mara, start=0, length=5)]
            one.rewrite("@mara Look again", guests=False, mentioned=named)
        root.settle(author, done=True)
        Review.objects.create(task=task, person=who, stars=3, verdict="approved")

    discuss(author)
    shown(as_mara, task)
    with_one = queries()
    for n in range(20):
        discuss(person(f"p{n}", f"P{n}", policy.Role.CREATOR))
    assert queries() == with_one


def test_who_may_name_whom_is_who_sees_the_clip(task: Task, mara: User, author: User) -> None:
    User.objects.create_user("norole", first_name="Norole")
    User.objects.filter(pk=author.pk).update(is_active=False)
    assert [who.username for who in policy.viewers_of(task)] == ["mara"]


def test_a_form_of_another_clip_answers_nothing_here(say: Any, author: User) -> None:
    other = Comment.objects.create(task=ready(author), person=author, text="Elsewhere")
    assert say(text="Yes", reply_to=other.pk).status_code == 422
    assert say(f"{other.pk}/done/").status_code == 404
    assert say(f"{other.pk}/nonsense/").status_code == 404
    assert Comment.objects.count() == 1


def test_the_same_words_at_another_range_are_another_comment(say: Any) -> None:
    key = str(uuid4())
    for until in ("2", "2", "3"):
        say(text="Here", second="1", until=until, key=key)
    assert list(Comment.objects.order_by("until").values_list("until", flat=True)) == [2, 3]
