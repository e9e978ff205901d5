"""Boards hold clips that people picked, in their order, and nothing gets lost between two tabs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.shortcuts import get_object_or_404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.deliver.shots import shots_of
from generations.models import Board, BoardClip, Comment, Review, Task, Video
from generations.models.board import MOST_CLIPS
from tests.page import Page, read
from tests.task_page.rows import ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(board: Board, creator: User) -> list[Video]:
    videos = [ready(creator, prompt=word).videos.get() for word in ("One", "Two", "Three")]
    for video in videos:
        board.add(video, creator)
    return videos


@pytest.fixture
def signed_in(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def shown(client: Client, board: Board) -> Page:
    answer = client.get(board.get_absolute_url())
    assert answer.status_code == 200
    return read(answer)


def titles(page: Page) -> list[str]:
    return [card.link().text.split()[-1] for card in page.one("list", "Clips in their order").all("listitem")]


def order(board: Board) -> list[str]:
    return list(board.clips.order_by("place").values_list("video__task__prompt", flat=True))


def send(client: Client, board: Board, deed: str, **fields: Any) -> Any:
    return client.post(f"/boards/{board.uuid}/{deed}/", fields)


def test_a_clip_goes_from_its_page_to_a_new_board_and_to_one_that_is_there(
    signed_in: Client, creator: User
) -> None:
    first, second = (ready(creator, prompt=word).videos.get() for word in ("Boat", "Harbour"))
    task_page = read(signed_in.get(first.task.get_absolute_url()))
    adding = task_page.one("navigation", "Actions").link("Add to board").href
    assert "Give it a title." in read(signed_in.post("/boards/add/", {"clip": first.uuid, "title": " "}))
    made = signed_in.post("/boards/add/", {"clip": first.uuid, "title": "Launch  film", "is_shared": "on"})
    assert made["Location"] == f"{first.task.get_absolute_url()}?file={first.uuid}"
    board = Board.objects.get()
    assert (board.title, board.is_shared, order(board)) == ("Launch film", True, ["Boat"])
    assert "On Launch film" in read(signed_in.get(adding))
    assert read(signed_in.get(f"/boards/add/?clip={second.uuid}")).button("Launch film 1")
    for said in ("Added to “Launch film”.", "It is on “Launch film” already."):
        answer = signed_in.post(
            "/boards/add/", {"clip": second.uuid, "board": board.uuid}, headers={"hx-request": "true"}
        )
        assert said in read(answer)
    page = shown(signed_in, board)
    assert titles(page) == ["Boat", "Harbour"]
    assert "2 clips" in page
    assert "Length 0:16" in page
    assert "110 cr $0.55" in page


def test_the_page_says_of_each_clip_what_the_team_said_and_what_it_cost(
    signed_in: Client, board: Board, three: list[Video], reviewer: User
) -> None:
    Review.objects.create(task=three[1].task, person=reviewer, stars=4, verdict="approved")
    second = shown(signed_in, board).one("list", "Clips in their order").all("listitem")[1]
    for words in ("2", "Length 0:08", "Approved", "Kling 2.6", "55 cr actual", "file missing"):
        assert words in second
    assert second.link().href == f"{three[1].task.get_absolute_url()}?file={three[1].uuid}"


def test_clips_are_moved_by_naming_two_so_two_tabs_lose_nothing(
    signed_in: Client, board: Board, three: list[Video], creator: User
) -> None:
    page = read(
        signed_in.post(
            f"/boards/{board.uuid}/move/",
            {"clip": three[0].uuid, "after": three[1].uuid},
            headers={"hx-request": "true"},
        )
    )
    assert "Clip 2 of 3 now." in page
    send(signed_in, board, "move", clip=three[0].uuid, before=three[1].uuid)
    one, two, last = three
    old_page = shown(signed_in, board)
    added = ready(creator, prompt="Four").videos.get()
    board.add(added, creator, before=two)
    assert order(board) == ["One", "Four", "Two", "Three"]
    later = old_page.button("Later: clip 1")
    assert later["value"] == str(two.uuid)
    for _ in range(2):
        assert send(signed_in, board, "move", clip=one.uuid, after=later["value"]).status_code == 302
        assert order(board) == ["Four", "Two", "One", "Three"]
    send(signed_in, board, "move", clip=last.uuid, before=added.uuid)
    assert order(board) == ["Three", "Four", "Two", "One"]
    assert list(board.clips.values_list("place", flat=True)) == [0, 1, 2, 3]
    board.remove(two)
    for named in ({"after": two.uuid}, {"before": "x"}, {"before": one.uuid}, {}):
        refused = send(signed_in, board, "move", clip=one.uuid, **named)
        assert refused.status_code == 422
        assert "has left this board meanwhile" in read(refused).alert
    assert order(board) == ["Three", "Four", "One"]
    assert shown(signed_in, board).button("Earlier: clip 1")["aria-disabled"] == "true"


def test_what_is_taken_off_stays_in_the_gallery_and_comes_back_to_its_place(
    signed_in: Client, board: Board, three: list[Video]
) -> None:
    url = f"/boards/{board.uuid}/remove/"
    page = read(signed_in.post(url, {"clip": three[1].uuid}, headers={"hx-request": "true"}))
    assert f"#{three[1].task_id} is off this board." in page
    assert order(board) == ["One", "Three"]
    assert Video.objects.filter(pk=three[1].pk).exists()
    undo = page.part("board-said").sent
    assert send(signed_in, board, "put-back", **undo).status_code == 302
    assert order(board) == ["One", "Two", "Three"]
    assert send(signed_in, board, "remove", clip=three[2].uuid)["Location"] == board.get_absolute_url()
    assert "stays in the gallery" in read(signed_in.get(board.get_absolute_url()))


def test_a_private_board_is_its_person_s_alone_and_the_team_arranges_its_own(
    client: Client, board: Board, three: list[Video], make_person: Callable[..., User], admin: User
) -> None:
    colleague = make_person("creator", "colleague")
    client.force_login(colleague)
    assert send(client, board, "move", clip=three[2].uuid, before=three[0].uuid).status_code == 302
    assert order(board) == ["Three", "One", "Two"]
    rename = {"title": "Mine", "names": "{number}"}
    assert client.post(board.get_absolute_url(), rename).status_code == 403
    assert send(client, board, "delete").status_code == 403
    assert not shown(client, board).has("button", "Save")
    Board.objects.update(is_shared=False)
    for person in (colleague, admin):
        client.force_login(person)
        assert read(client.get("/boards/")).main.names("listitem") == []
        for path in ("", "clips.zip", "cut.otio"):
            assert client.get(f"{board.get_absolute_url()}{path}").status_code == 404
        assert client.post(board.get_absolute_url(), rename).status_code == 404
        for deed in ("move", "remove", "put-back", "delete"):
            assert send(client, board, deed, clip=three[0].uuid).status_code == 404
        adding = {"clip": three[0].uuid, "board": board.uuid}
        assert client.post("/boards/add/", adding).status_code == 404
        assert "Launch film" not in read(client.get(f"/boards/add/?clip={three[0].uuid}"))
    assert order(board) == ["Three", "One", "Two"]


def test_an_admin_renames_and_deletes_a_board_of_the_team_and_its_clips_stay(
    client: Client, board: Board, three: list[Video], admin: User
) -> None:
    client.force_login(admin)
    refused = client.post(board.get_absolute_url(), {"title": "A" * 81, "names": "{title}_{take"})
    page = read(refused)
    assert refused.status_code == 422
    assert page.field("Title").problem == "A title takes 80 characters. This is 81: shorten it."
    assert page.field("Names of its files").problem.startswith("A brace is left open.")
    assert page.field("Names of its files").value == "{title}_{take"
    new = {"title": "Final <b>cut</b>", "names": "{task} {title}"}
    refused = client.post(board.get_absolute_url(), new)
    assert refused.status_code == 422
    assert "Only its person can make it private." in read(refused).alert
    page = shown(client, board)
    assert not page.has("switch", "Shared with the team")
    client.post(board.get_absolute_url(), page.part("board-settings").sent | new)
    board.refresh_from_db()
    assert (board.title, board.names, board.is_shared) == ("Final <b>cut</b>", "{task} {title}", True)
    assert "All clips stay in the gallery." in shown(client, board)
    assert send(client, board, "delete")["Location"] == "/boards/"
    assert (Board.objects.count(), BoardClip.objects.count(), Video.objects.count()) == (0, 0, 3)


@pytest.mark.parametrize("deed", ["move", "remove", "put-back", "delete", "", "add"])
def test_a_board_that_is_deleted_while_it_is_arranged_is_gone(
    deed: str, signed_in: Client, board: Board, three: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_and_lose(*args: Any, **how: Any) -> Board:
        found: Board = get_object_or_404(*args, **how)
        Board.objects.filter(pk=found.pk).delete()
        return found

    monkeypatch.setattr("generations.views.boards.get_object_or_404", find_and_lose)
    sent = {
        "clip": three[2].uuid,
        "before": three[0].uuid,
        "board": board.uuid,
        "title": "A",
        "names": "{task}",
    }
    path = "/boards/add/" if deed == "add" else f"/boards/{board.uuid}/{deed}{'/' if deed else ''}"
    answer = signed_in.post(path, sent, follow=True)
    assert answer.status_code == (200 if deed == "delete" else 404)
    assert not Board.objects.exists()


def test_clips_that_a_person_may_not_see_are_not_on_the_board(board: Board, three: list[Video]) -> None:
    seen = Task.objects.exclude(pk=three[1].task_id)
    shots = shots_of(board, seen, None)
    assert [(shot.number, shot.task.prompt) for shot in shots] == [(1, "One"), (2, "Three")]
    assert [shot.task.prompt for shot in shots_of(board, seen.none(), None)] == []


def test_a_full_board_takes_no_more_and_says_so(
    signed_in: Client, board: Board, three: list[Video], creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_CLIPS == 500
    monkeypatch.setattr("generations.models.board.MOST_CLIPS", 3)
    more = ready(creator).videos.get()
    refused = signed_in.post("/boards/add/", {"clip": more.uuid, "board": board.uuid})
    assert (refused.status_code, len(order(board))) == (422, 3)
    assert "Nothing was added." in read(refused).alert
    assert send(signed_in, board, "put-back", clip=more.uuid).status_code == 422


def test_the_list_shows_what_is_on_each_board_the_last_changed_first(
    signed_in: Client, board: Board, three: list[Video], creator: User
) -> None:
    made = signed_in.post("/boards/", {"title": "Second"})
    second = Board.objects.get(title="Second")
    assert (made["Location"], second.is_shared) == (second.get_absolute_url(), False)
    board.put_before(three[2], three[0])
    page = read(signed_in.get("/boards/"))
    rows = page.one("region", "Boards").all("listitem")
    assert [row.link().text for row in rows] == ["Launch film", "Second"]
    assert "3 clips 0:24" in rows[0]
    assert "0 clips private" in rows[1]
    assert page.one("navigation", "Main").link("Boards").href == "/boards/"
    assert signed_in.get("/boards/?page=999").status_code == 200


@pytest.mark.parametrize("path", ["", "cut.otio"])
def test_more_clips_cost_no_more_queries(path: str, signed_in: Client, board: Board, creator: User) -> None:
    def asked() -> int:
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                assert signed_in.get(f"{board.get_absolute_url()}{path}").status_code == 200
        return len(seen)

    def put(many: int) -> None:
        for _ in range(many):
            video = ready(creator).videos.get()
            Comment.objects.create(task=video.task, person=creator, text="Here", second=1)
            board.add(video, creator)

    put(2)
    before = asked()
    put(6)
    assert asked() == before <= 20
