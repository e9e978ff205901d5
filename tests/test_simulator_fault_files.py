"""Faults of the sandbox's result files: what the caller gets, and what counts as served."""

import io
import json
import random
import time
from collections.abc import Iterator
from typing import Any

import av
import pytest
import requests

from generations.simulator import Simulator
from tests.faulty_caller import Victim, order, unlimited
from tests.sandbox_caller import until


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with unlimited(tmp_path_factory.mktemp("sandbox")) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator, caplog: pytest.LogCaptureFixture) -> Iterator[Victim]:
    """Also sees that the sandbox goes wrong only where it was told to."""
    made = Victim(sandbox)
    yield made
    made.close()
    assert [entry.getMessage() for entry in caplog.get_records("call") if entry.levelname == "ERROR"] == []


@pytest.fixture
def result(caller: Victim) -> str:
    """The address of a result file that nobody has fetched."""
    made = caller.ended(caller.order(order(f"{random.getrandbits(64):x}")))
    return str(json.loads(made["resultJson"])["resultUrls"][0])


def served(caller: Victim, url: str) -> Any:
    tasks: Any = caller.sandbox.truth()["tasks"]
    return next(task["served_whole"] for task in tasks if task["id"] in url)


def fetch(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=5, allow_redirects=False)


def test_whole_deliveries_are_counted(caller: Victim, result: str) -> None:
    content = fetch(result).content
    until(lambda: served(caller, result) == 1)
    middle = len(content) // 2
    end = fetch(result, Range=f"bytes={middle}-").content
    start = fetch(result, Range=f"bytes=0-{middle}").content
    assert start[:-1] + end == content
    until(lambda: served(caller, result) == 2)
    with av.open(io.BytesIO(content), "r") as film:
        assert max(film.streams.video[0].width, film.streams.video[0].height) == 160


@pytest.mark.parametrize("status", [403, 404])
def test_an_address_expires_and_a_link_helps(caller: Victim, result: str, status: int) -> None:
    caller.faults("file", f"http_{status}")
    assert fetch(result).status_code == status
    link = caller.post("/api/v1/common/download-url", {"url": result})["data"]
    assert fetch(link).headers["Content-Type"] == "video/mp4"
    until(lambda: served(caller, result) == 1)
    caller.faults("file", f"http_{status}", links=True)
    assert fetch(link).status_code == status


def test_files_that_are_cut(caller: Victim, result: str) -> None:
    length = int(requests.head(result, timeout=5).headers["Content-Length"])
    for fault in ("truncated", "reset"):
        caller.faults("file", fault)
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            fetch(result)
    for how in ("close", "chunked"):
        caller.faults("file", "truncated_no_length", share=0.25, how=how)
        answer = fetch(result)
        assert "Content-Length" not in answer.headers
        assert len(answer.content) == length // 4
    assert served(caller, result) == 0


def test_files_that_are_something_else(caller: Victim, result: str) -> None:
    content = fetch(result).content
    until(lambda: served(caller, result) == 1)
    for fault, kind, start in (
        ("empty", "video/mp4", b""),
        ("html", "text/html", b"<!doctype"),
        ("wrong_type_json", "application/json", b'{"code":404'),
    ):
        caller.faults("file", fault)
        answer = fetch(result)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert answer.content.startswith(start)
        assert len(answer.content) < 200
    for how in ("middle", "moov"):
        caller.faults("file", "corrupt", how=how)
        wrong = fetch(result).content
        assert len(wrong) == len(content)
        assert wrong != content
        assert (b"moov" in wrong) == (how == "middle")
    assert served(caller, result) == 1


def test_files_that_lead_away(caller: Victim, result: str) -> None:
    caller.faults("file", "redirect_private")
    assert fetch(result).headers["Location"].startswith("http://169.254.169.254/")
    caller.faults("file", "redirect_private", location="http://10.0.0.1/x")
    assert fetch(result).headers["Location"] == "http://10.0.0.1/x"
    caller.faults("file", "redirect_loop")
    with pytest.raises(requests.TooManyRedirects):
        requests.get(result, timeout=5)


def test_a_file_without_end(caller: Victim, result: str) -> None:
    caller.faults("file", "endless")
    with requests.get(result, timeout=5, stream=True) as answer:
        read = 0
        for piece in answer.iter_content(65536):
            read += len(piece)
            if read > 8_000_000:
                break
    assert served(caller, result) == 0


def test_files_that_are_slow(caller: Victim, result: str) -> None:
    content = fetch(result).content
    caller.faults("file", "trickle", bytes_per_second=len(content) * 4)
    started = time.monotonic()
    assert fetch(result).content == content
    assert time.monotonic() - started > 0.15
    until(lambda: served(caller, result) == 2)
    caller.faults("file", "slow_first_byte", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        requests.get(result, timeout=0.1)
    assert served(caller, result) == 2


def test_a_file_stops_and_goes_on_by_range(caller: Victim, result: str) -> None:
    caller.faults("file", "stops_at", byte=5000)
    with requests.get(result, timeout=5, stream=True) as answer:
        start = answer.raw.read(5000)
    assert len(start) == 5000
    tag = answer.headers["ETag"]
    rest = fetch(result, **{"Range": "bytes=5000-", "If-Range": tag})
    assert rest.status_code == 206
    until(lambda: served(caller, result) == 1)
    caller.sandbox.break_by(None)
    assert start + rest.content == fetch(result).content
