"""Clips are streamed by byte range, to people of the team only."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils.http import http_date

from generations import catalogue, orders, policy
from generations.models import State, Task, Video
from generations.views.files.ranges import PLAYER_PIECE

SIZE = 2 * PLAYER_PIECE + 345
SHA = "ab" * 32

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    person = User.objects.create_user("author", first_name="Author")
    policy.give_role(person, policy.Role.CREATOR)
    return person


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def content():
    return os.urandom(SIZE)


@pytest.fixture
def clip(author, media, content):
    """A stored clip of two MiB and a bit, with its stills."""
    values = {
        "prompt": "Slow dolly over black dunes",
        "duration": "5",
        "aspect_ratio": "16:9",
        "sound": False,
    }
    task = orders.place(author, catalogue.models()["kling-2.6/text-to-video"], values)
    Task.objects.filter(pk=task.pk).update(state=State.READY)
    for folder in ("videos", "posters", "strips"):
        (media / folder).mkdir()
    (media / "videos/a.mp4").write_bytes(content)
    (media / "posters/a.webp").write_bytes(b"poster")
    return Video.objects.create(
        task=task,
        source_url="https://example.com/a.mp4",
        path="videos/a.mp4",
        poster_path="posters/a.webp",
        strip_path="strips/a.webp",
        size=SIZE,
        sha256=SHA,
        width=1280,
        height=720,
        seconds=5,
        fps=24,
        has_sound=False,
    )


@pytest.fixture
def get(client, author, clip):
    """Ask for the clip with headers; the response with its body read to the end."""
    client.force_login(author)

    def ask(method="get", url=None, **headers):
        response = getattr(client, method)(
            url or clip.url, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        response.body = response.getvalue()
        return response

    return ask


def test_without_a_range_the_whole_file_is_sent(get, content):
    answer = get()
    assert answer.status_code == 200
    assert answer.body == content
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Type"] == "video/mp4"
    assert answer["ETag"] == f'"{SHA}"'
    assert "private" in answer["Cache-Control"]
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        ("BYTES = 5 - 9", 5, 10),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        (f"bytes={SIZE - 10}-{SIZE + 500}", SIZE - 10, SIZE),
        ("bytes=0-", 0, SIZE),
        ("bytes=500000-", 500_000, SIZE),
        (f"bytes=7-{SIZE - 1}", 7, SIZE),
        (f"bytes=-{SIZE + 99}", 0, SIZE),
    ],
)
def test_a_range_gets_all_of_its_bytes(get, content, asked, start, stop):
    answer = get(Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer["Content-Length"] == str(stop - start)
    assert answer.body == content[start:stop]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, PLAYER_PIECE),
        ("bytes=5-", 5, PLAYER_PIECE + 5),
        (f"bytes={SIZE - 10}-", SIZE - 10, SIZE),
        ("bytes=0-1", 0, 2),
        (f"bytes=7-{SIZE - 1}", 7, PLAYER_PIECE + 7),
        (f"bytes=-{SIZE}", 0, PLAYER_PIECE),
    ],
)
def test_a_player_that_comes_back_for_more_gets_a_piece(get, asked, start, stop):
    for agent in ("Mozilla/5.0 AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Mozilla/5.0 Firefox/150.0"):
        answer = get(Range=asked, Sec_Fetch_Dest="video", User_Agent=agent)
        assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
        assert len(answer.body) == stop - start


@pytest.mark.parametrize(
    "asking",
    [
        {"Sec-Fetch-Dest": "video", "User-Agent": "Mozilla/5.0 AppleWebKit/605.1 Version/19.0 Safari/605.1"},
        {"Sec-Fetch-Dest": "document", "User-Agent": "Mozilla/5.0 AppleWebKit/537.36 Chrome/156.0"},
        {"User-Agent": "Mozilla/5.0 AppleWebKit/537.36 Chrome/156.0 Safari/537.36"},
        {"User-Agent": "curl/8.0"},
        {},
    ],
)
def test_everybody_else_gets_all_of_it(get, content, asking):
    assert get(Range="bytes=5-", **asking).body == content[5:]


PHONES = (
    "AppleCoreMedia/1.0.0.22F76 (iPhone; U; CPU OS 18_5 like Mac OS X; en_us)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15",
)


@pytest.mark.parametrize("agent", PHONES)
def test_the_player_of_a_phone_gets_what_it_needs(get, content, agent):
    """Two bytes first, to learn whether pieces are given and how many bytes there are; then exactly what it
    asks for (developer.apple.com, “Creating Video Content for Safari on iPhone”, and RFC 9110 §14)."""
    asking = {"User_Agent": agent, "Sec_Fetch_Dest": "video", "Accept_Encoding": "gzip, deflate, br"}
    first = get(Range="bytes=0-1", **asking)
    assert (first.status_code, first.body) == (206, content[:2])
    assert first["Content-Range"] == f"bytes 0-1/{SIZE}"
    assert first["Content-Length"] == "2"
    tag = first["ETag"]
    assert tag.startswith('"'), "a strong one: pieces of one file are put together by it"
    middle = SIZE // 2
    pieces = [get(Range=f"bytes=0-{SIZE - 1}", **asking)]
    pieces += [get(Range=f"bytes={middle}-{SIZE - 1}", If_Range=tag, **asking)]
    assert [piece.body for piece in pieces] == [content, content[middle:]]
    for answer in (first, *pieces, get("head", **asking)):
        assert answer["Accept-Ranges"] == "bytes"
        assert answer["Content-Type"] == "video/mp4"
        assert answer["ETag"] == tag
        assert "Content-Encoding" not in answer.headers
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("container", "kind"), [("mov", "video/quicktime"), ("webm", "video/webm"), ("gif", "image/gif")]
)
def test_a_piece_is_called_what_the_file_is(get, container, kind):
    Video.objects.update(container=container)
    assert get(Range="bytes=0-1")["Content-Type"] == kind


@pytest.mark.parametrize(
    "asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0", f"bytes={10**19}-"]
)
def test_a_range_past_the_end_is_not_satisfiable(get, asked):
    answer = get(Range=asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert answer.body == b""


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-9",
        "bytes=9-5",
        "bytes=-",
        "bytes=a-b",
        "items=0-5",
        "bytes",
        "bytes=٣-٤",
        "bytes=" + "9" * 5000 + "-",
        "",
    ],
)
def test_several_ranges_and_nonsense_get_the_whole_file(get, asked):
    answer = get(Range=asked)
    assert answer.status_code == 200
    assert len(answer.body) == SIZE


def test_if_range_sends_a_piece_only_of_the_same_file(get, clip):
    modified = http_date(clip.created_at.timestamp())
    for same in (f'"{SHA}"', modified):
        assert get(Range="bytes=0-4", If_Range=same).status_code == 206
    for other in ('"another"', f'W/"{SHA}"', "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"):
        assert get(Range="bytes=0-4", If_Range=other).status_code == 200


def test_a_browser_that_has_the_file_gets_304_and_no_body(get, clip):
    for headers in (
        {"If_None_Match": f'"x", "{SHA}"'},
        {"If_None_Match": f'W/"{SHA}"'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": http_date(clip.created_at.timestamp())},
    ):
        answer = get(**headers)
        assert answer.status_code == 304
        assert answer.body == b""
        assert answer["ETag"] == f'"{SHA}"'
    assert (
        get(If_None_Match='"x"', If_Modified_Since=http_date(clip.created_at.timestamp())).status_code == 200
    )


def test_head_says_the_size_and_sends_nothing(get):
    for headers in ({}, {"Range": "bytes=0-4"}):
        answer = get("head", **headers)
        assert answer.status_code == 200
        assert answer["Content-Length"] == str(SIZE)
        assert answer.body == b""


def test_only_get_and_head_are_answered(get):
    assert get("post").status_code == 405


def test_the_window_gives_servers_with_and_without_sendfile_the_same_bytes(clip, author, content, rf):
    from generations.views.files import video

    request = rf.get(clip.url, headers={"Range": "bytes=10-19"})
    request.user = author
    response = video(request, uuid=clip.uuid)
    window = response.file_to_stream
    assert os.pread(window.fileno(), 10, os.lseek(window.fileno(), 0, os.SEEK_CUR)) == content[10:20]
    assert window.read(1000) == content[10:20]
    assert window.read() == b""
    response.close()


def test_a_download_has_a_name_that_says_what_it_is(get, clip):
    name = f"kiestudio-{clip.task_id}-slow-dolly-over.mp4"
    assert get(url=f"{clip.url}?download=1")["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_prompt_without_latin_words_falls_back_to_the_model(get, clip):
    Task.objects.filter(pk=clip.task_id).update(prompt="夜の港")
    assert f"kiestudio-{clip.task_id}-kling-26" in get(url=f"{clip.url}?download=1")["Content-Disposition"]


def test_nginx_is_told_where_the_file_lies(get, settings):
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    answer = get(Range="bytes=0-4")
    assert answer.status_code == 200
    assert answer["X-Accel-Redirect"] == "/protected/videos/a.mp4"
    assert answer.body == b""


def test_a_missing_file_is_404_with_a_line_in_the_log(get, clip, caplog):
    (Path(settings.MEDIA_ROOT) / clip.path).unlink()
    assert get().status_code == 404
    assert clip.path in caplog.text


def test_stills(get, clip):
    poster = get(url=clip.poster_url)
    assert poster.body == b"poster"
    assert poster["Content-Type"] == "image/webp"
    assert "private" in poster["Cache-Control"]
    assert get(url=clip.strip_url).status_code == 404
    Video.objects.update(poster_path="")
    assert get(url=clip.poster_url or f"/posters/{clip.uuid}.webp").status_code == 404


def test_nobody_without_a_role_gets_a_byte(client, clip):
    assert Client().get(clip.url).status_code == 302
    stranger = User.objects.create_user("stranger")
    client.force_login(stranger)
    for url in (clip.url, clip.poster_url, clip.strip_url):
        assert client.get(url).status_code == 403


def test_an_unknown_clip_is_404(get):
    assert get(url="/videos/00000000-0000-0000-0000-000000000000.mp4").status_code == 404
    assert get(url="/videos/nonsense.mp4").status_code == 404
