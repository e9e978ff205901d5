"""Whatever an answer quotes of what it was sent, our key is not in what we keep, show or log."""

import base64
import html
import json
import logging
import traceback
from typing import Any
from urllib.parse import quote

import pytest

from generations.kie.errors import Ambiguous, KieError
from generations.kie.secret import HIDDEN, Secret
from kiestudio.logs import Line
from tests import kie_server as kie
from tests.kie.answers import KEY, TASK
from tests.kie_server import KieServer, says

SECRET = Secret(KEY)


def percent(text: str) -> str:
    return "".join(f"%{ord(c):02X}" for c in text)


def backslash_u(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


SPELLINGS = {
    "plain": f"Bearer {KEY}",
    "in capitals": KEY.upper(),
    "in mixed case": "".join(c.upper() if n % 2 else c for n, c in enumerate(KEY)),
    "percent": percent(KEY),
    "percent twice": quote(percent(KEY)),
    "in JSON": backslash_u(KEY),
    "in JSON in JSON": json.dumps(backslash_u(KEY)),
    "entities": "".join(f"&#{ord(c)};" for c in KEY),
    "hex entities": html.escape("".join(f"&#x{ord(c):x};" for c in KEY)),
    "spaced": " ".join(KEY),
    "dashed": "-".join(KEY[n : n + 4] for n in range(0, len(KEY), 4)),
    "zero width": "\u200b".join(KEY),
    "broken into lines": KEY[:15] + "\r\n " + KEY[15:],
    "full width": "".join(chr(ord(c) + 0xFEE0) for c in KEY),
    "backwards": KEY[::-1],
    "first half": f"key {KEY[:17]}… is wrong",
    "second half": f"key …{KEY[15:]} is wrong",
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 of the header": base64.b64encode(f"Bearer {KEY}\n".encode()).decode(),
    "base64 of user and key": base64.b64encode(f"x:{KEY}".encode()).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(f"xy:{KEY}".encode()).decode(),
    "hex": KEY.encode().hex(),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_found_and_taken_out(spelling: str) -> None:
    text = f"Unauthorized: {spelling}, see the documentation"
    assert SECRET.is_in(text)
    assert not SECRET.is_in(SECRET.without(text))


def test_what_stands_around_a_plain_key_stays() -> None:
    assert SECRET.without(f"The key {KEY} is wrong.") == f"The key {HIDDEN} is wrong."


@pytest.mark.parametrize(
    "text",
    [
        "Your prompt was flagged as violating content policies.",
        "https://tempfile.aiquickdraw.com/r/1763900000_0123456789.mp4?Expires=1763999999&Signature=ab%2Fcd",
        "e21c8fd0d3ab4cbb87d7a5ba6e7ef8b1 0123456789",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert SECRET.without(text) == text


def test_a_short_key_is_no_secret() -> None:
    assert Secret("sandbox").without("the sandbox answers") == "the sandbox answers"
    assert not Secret("").is_in("")


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_refusal_that_quotes_the_key_does_not_pass_it_on(client_of: Any, spelling: str) -> None:
    with KieServer((says(401, msg=f"Invalid: {spelling}"),)) as server, pytest.raises(KieError) as refused:
        client_of(server.url).credits()
    assert not SECRET.is_in(str(refused.value))


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_record_that_quotes_the_key_keeps_all_the_rest(client_of: Any, spelling: str) -> None:
    good, bad = "https://tempfile.aiquickdraw.com/a.mp4", f"https://tempfile.aiquickdraw.com/{spelling}.mp4"
    data = {
        "taskId": TASK,
        "state": "success",
        "failMsg": f"Authorization: {spelling}",
        "creditsConsumed": 55.5,
        "resultJson": json.dumps({"resultUrls": [bad, good], "echo": {"Authorization": spelling}}),
    }
    with KieServer((says(200, data=data),)) as server:
        report = client_of(server.url).record(TASK, endpoint="jobs")
    assert not SECRET.is_in(repr(report))
    assert good in report.urls
    assert str(report.charge) == "55.500"


def test_neither_headers_nor_reasons_of_an_answer_reach_error_or_log(client_of: Any, settings: Any) -> None:
    settings.KIE_API_KEY = KEY
    raw = f"HTTP/1.1 2{KEY} {KEY}\r\nLocation: https://x/{KEY}\r\nX-Echo: Bearer {KEY}\r\n\r\n".encode()
    with KieServer((kie.raw(raw),)) as server, pytest.raises(KieError) as broken:
        client_of(server.url).credits()
    error = broken.value
    assert not SECRET.is_in(str(error))
    assert SECRET.is_in("".join(traceback.format_exception(error))), "else the log has nothing to hide"
    found = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Not heard: %s", (error,), found)
    text = Line("{message}", style="{").format(record)
    assert not SECRET.is_in(text)
    assert "Traceback" in text


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_no_line_of_a_log_holds_it(settings: Any, spelling: str) -> None:
    settings.KIE_API_KEY = KEY
    try:
        raise ValueError(f"invalid header value: {spelling}")
    except ValueError as error:
        found = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "GET /?%s", (spelling,), found)
    text = Line("{levelname} {message}", style="{").format(record)
    assert not SECRET.is_in(text)
    assert "ERROR" in text or HIDDEN in text


def test_a_task_id_that_is_our_key_is_none(client_of: Any) -> None:
    with KieServer((says(200, data={"taskId": KEY}),)) as server, pytest.raises(Ambiguous):
        client_of(server.url).create(endpoint="jobs", model="m", params={"prompt": "p"})
