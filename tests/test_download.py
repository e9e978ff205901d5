"""Result files: whole or not at all, whatever the file host does."""

import gzip
import os
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from generations.connection import MediaRule
from generations.files import archive, download, store
from generations.files.download import Broken, Download, Elsewhere, Gone
from generations.files.store import NotSaved
from generations.simulator import FaultProgram, Settings, Simulator
from tests import kie_server
from tests.kie_server import KieServer

RULE = MediaRule(hosts=frozenset({"127.0.0.1"}), private=frozenset({"127.0.0.1"}))
WHOLE = bytes(range(256)) * 4000


def fetch(url: str, folder: Path) -> tuple[int, str]:
    return Download(url, RULE, folder / "a.part").fetch()


@pytest.fixture
def broken_files(tmp_path: Path) -> Any:
    """A simulator that breaks result files in one way, and the address of one of them."""
    started: list[Simulator] = []

    def start(fault: str, **more: Any) -> str:
        rule = {"on": "file", "fault": fault, **more}
        simulator = Simulator(
            Settings(
                folder=tmp_path / "kie",
                fastest=0.01,
                slowest=0.02,
                tiny_clips=True,
                faults=FaultProgram.load({"seed": 1, "rules": [rule]}),
            )
        )
        simulator.start()
        started.append(simulator)
        return _result_of(simulator)

    yield start
    for simulator in started:
        simulator.stop()


def _result_of(simulator: Simulator) -> str:
    import time

    from generations.kie.client import KieClient

    kie = KieClient(api_url=simulator.url, upload_url=simulator.url, key="sandbox")
    params = {"prompt": "A lake", "sound": False, "aspect_ratio": "1:1", "duration": "5"}
    task_id = kie.create(endpoint="jobs", model="kling-2.6/text-to-video", params=params)
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if urls := kie.record(task_id, endpoint="jobs").urls:
            return urls[0]
        time.sleep(0.02)
    raise AssertionError("The task did not end")


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "more", "error"),
    [
        ("truncated_no_length", {}, NotSaved),
        ("empty", {}, NotSaved),
        ("html", {}, NotSaved),
        ("wrong_type_json", {}, NotSaved),
        ("corrupt", {}, NotSaved),
        ("http_404", {}, Gone),
        ("http_403", {}, Gone),
        ("http_503", {}, NotSaved),
        ("redirect_private", {}, Elsewhere),
        ("redirect_loop", {}, NotSaved),
        ("reset", {}, NotSaved),
    ],
)
def test_what_is_not_a_whole_video_is_not_stored(
    broken_files: Any, tmp_path: Path, fault: str, more: dict[str, Any], error: type[Exception]
) -> None:
    url = broken_files(fault, **more)
    with pytest.raises(error):
        archive.add(url, RULE)
    stored = [p for p in (tmp_path / "media").rglob("*") if p.suffix in (".mp4", ".part")]
    assert stored == []


def test_a_line_that_breaks_goes_on_where_it_broke(broken_files: Any, tmp_path: Path) -> None:
    url = broken_files("truncated", count=1)
    stored = archive.add(url, RULE)
    assert stored.probe.seconds == pytest.approx(5, abs=0.2)
    assert (tmp_path / "media" / stored.path).stat().st_size == stored.size


def test_an_endless_file_ends_at_the_limit(
    broken_files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 3_000_000)
    with pytest.raises(NotSaved, match="larger"):
        fetch(broken_files("endless"), tmp_path)


def test_a_file_that_trickles_ends_at_the_deadline(
    broken_files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "DEADLINE", 1.5)
    with pytest.raises(NotSaved, match="longer"):
        fetch(broken_files("trickle"), tmp_path)


def test_a_full_disk_leaves_nothing_behind(settings: Any) -> None:
    settings.MEDIA_ROOT = "/dev/full/media"
    with KieServer((kie_server.answer(200, WHOLE),)) as server, pytest.raises((NotSaved, OSError)):
        archive.add(server.url, RULE)


def test_what_a_killed_process_left_behind_is_cleared_after_a_day(tmp_path: Path) -> None:
    incoming = tmp_path / "media" / "incoming"
    incoming.mkdir(parents=True)
    old, young = incoming / "old.part", incoming / "young.part"
    for part in (old, young):
        part.write_bytes(b"half a film")
    os.utime(old, (1, 1))
    with KieServer((video(200, b""),)) as server, pytest.raises(NotSaved):
        archive.add(server.url, RULE)
    assert not old.exists()
    assert young.exists()


def half(etag: str) -> kie_server.Behaviour:
    """The first 400 of 1000 bytes, then the end of the line."""
    return kie_server.raw(
        f"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: {etag}\r\n\r\n".encode() + b"a" * 400
    )


def video(status: int, body: bytes, **headers: str) -> kie_server.Behaviour:
    return kie_server.answer(status, body, {"Content-Type": "video/mp4", **headers})


def test_the_rest_is_asked_for_by_range(tmp_path: Path) -> None:
    rest = video(206, b"b" * 600, **{"Content-Range": "bytes 400-999/1000", "ETag": '"one"'})
    with KieServer((half('"one"'), rest)) as server:
        size, digest = fetch(server.url, tmp_path)
        asked = server.requests[1].headers
    assert (asked["range"], asked["if-range"]) == ("bytes=400-", '"one"')
    assert (size, digest) == (1000, sha256(b"a" * 400 + b"b" * 600).hexdigest())


def test_a_changed_file_is_fetched_anew_and_not_mixed(tmp_path: Path) -> None:
    with KieServer((half('"one"'), video(200, b"b" * 1000))) as server:
        size, digest = fetch(server.url, tmp_path)
    assert (size, digest) == (1000, sha256(b"b" * 1000).hexdigest())


def test_a_part_that_ends_before_the_file_does_is_not_the_whole(tmp_path: Path) -> None:
    part = video(206, b"b" * 600, **{"Content-Range": "bytes 400-999/2000", "ETag": '"one"'})
    with KieServer((half('"one"'), part)) as server, pytest.raises(NotSaved):
        fetch(server.url, tmp_path)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html; charset=utf-8"])
def test_a_host_that_calls_a_video_a_text_is_not_believed(tmp_path: Path, kind: str) -> None:
    film = b"\0\0\0\x20ftypisom" + bytes(500)
    with KieServer((kie_server.answer(200, film, {"Content-Type": kind}),)) as server:
        assert fetch(server.url, tmp_path) == (len(film), sha256(film).hexdigest())
    page = b"<html>" + bytes(500)
    bad = KieServer((kie_server.answer(200, page, {"Content-Type": kind}),))
    with bad as server, pytest.raises(NotSaved, match="instead of a video"):
        fetch(server.url, tmp_path)


def test_a_host_that_compresses_although_it_was_told_not_to_is_understood(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE)
    behaviour = video(200, packed, **{"Content-Encoding": "gzip", "ETag": '"one"'})
    with KieServer((behaviour,)) as server:
        assert fetch(server.url, tmp_path) == (len(WHOLE), sha256(WHOLE).hexdigest())


def test_headers_that_trickle_end_at_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "DEADLINE", 1.2)
    slow = kie_server.trickle(b"HTTP/1.1 200 OK\r\nX-Pad: ")
    began = time.monotonic()
    with KieServer((slow,)) as server, pytest.raises(NotSaved, match="longer"):
        fetch(server.url, tmp_path)
    assert time.monotonic() - began < 8


def test_a_disk_that_is_almost_full_is_left_to_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "RESERVE", 2**60)
    with KieServer((video(200, WHOLE),)) as server, pytest.raises(NotSaved, match="almost full"):
        fetch(server.url, tmp_path)


def test_another_part_than_asked_for_is_refused(tmp_path: Path) -> None:
    wrong = video(206, b"b" * 500, **{"Content-Range": "bytes 500-999/1000"})
    with KieServer((half('"one"'), wrong)) as server, pytest.raises(NotSaved):
        fetch(server.url, tmp_path)


def test_without_a_strong_etag_nothing_is_resumed(tmp_path: Path) -> None:
    with KieServer((half('W/"one"'),)) as server, pytest.raises(Broken):
        fetch(server.url, tmp_path)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (kie_server.reset, "cannot be reached|line to Kie"),
        (kie_server.hang_up, "cannot be reached|line to Kie"),
        (kie_server.raw(b"no HTTP at all"), "cannot be reached|line to Kie"),
        (kie_server.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz"), "line to Kie"),
    ],
)
def test_a_broken_line_is_told_in_words(tmp_path: Path, behaviour: Any, words: str) -> None:
    with KieServer((behaviour,)) as server, pytest.raises(Broken, match=words) as told:
        fetch(server.url, tmp_path)
    assert "Error" not in str(told.value)


def test_a_host_without_an_address_is_told_in_words(tmp_path: Path) -> None:
    rule = MediaRule(hosts=frozenset({"files.example.com"}), private=frozenset({"127.0.0.1"}))
    with pytest.raises(Broken, match="cannot be reached"):
        Download("https://files.example.com/a.mp4", rule, tmp_path / "a.part").fetch()
