import json

import pytest

from generations.kie.errors import Ambiguous, KieError, Refusal, Refused, judge


def body(code: object, msg: str = "", **more: object) -> bytes:
    return json.dumps({"code": code, "msg": msg, "data": None, **more}).encode()


@pytest.mark.parametrize("code", [200, "200", 200.0])
def test_only_both_codes_together_say_yes(code):
    assert judge(200, body(code, data=7))["data"] == 7


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500, 502])
def test_a_yes_under_another_status_proves_nothing(status):
    with pytest.raises(Ambiguous):
        judge(status, body(200))


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (400, Refusal.PARAMETER),
        (401, Refusal.UNAUTHORISED),
        (402, Refusal.NO_CREDITS),
        (404, Refusal.PARAMETER),
        (422, Refusal.PARAMETER),
        (429, Refusal.TOO_FAST),
        (433, Refusal.CAPPED),
        (451, Refusal.PARAMETER),
        (455, Refusal.MAINTENANCE),
        (505, Refusal.SWITCHED_OFF),
    ],
)
@pytest.mark.parametrize("mirrored", [False, True])
def test_refusing_codes_refuse_with_http_200_or_mirrored_in_the_status(code, refusal, mirrored):
    status = code if mirrored else 200
    with pytest.raises(Refused) as caught:
        judge(status, body(code, "their words"))
    assert (caught.value.refusal, caught.value.text) == (refusal, "their words")
    assert (caught.value.code, caught.value.status) == (code, status)


@pytest.mark.parametrize(
    "text",
    [
        "This field is required",
        "aspect_ratio is required",
        "aspect_ratio is not within the range of allowed options",
        "This aspect_ratio is not within the range of allowed options",
        "Value must be within the specified range",
        "The text length cannot exceed the maximum limit",
        "n_frames it must be a string",
    ],
)
def test_a_500_that_names_a_bad_parameter_is_a_refusal(text):
    with pytest.raises(Refused) as caught:
        judge(200, body(500, text))
    assert caught.value.refusal is Refusal.PARAMETER


def test_a_500_about_credits_is_a_refusal_for_lack_of_credits():
    with pytest.raises(Refused) as caught:
        judge(200, body(500, "Credits insufficient"))
    assert caught.value.refusal is Refusal.NO_CREDITS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Internal Error, Please try again later.",
        "Server Error - An unexpected error occurred while processing the request",
        "A database connection that the upstream holds is required",
    ],
)
def test_any_other_500_proves_nothing(text):
    with pytest.raises(Ambiguous):
        judge(200, body(500, text))


@pytest.mark.parametrize("code", [0, 201, 403, 408, 409, 501, 503, 550, -1, 10**30])
def test_codes_that_are_not_known_to_refuse_prove_nothing(code):
    with pytest.raises(Ambiguous):
        judge(200, body(code, "?"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 307])
def test_a_gateway_around_refusing_words_proves_nothing(status):
    with pytest.raises(Ambiguous):
        judge(status, body(422, "recordInfo is null"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>error 1010</html>",
        b'{"code":200,"data":{"ta',
        b"[200]",
        b"200",
        b"null",
        b'{"data":{}}',
        b'{"code":null}',
        b'{"code":true}',
        b'{"code":"yes"}',
        b'{"code":{}}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"code":' + b"9" * 10_000 + b"}",
        b'{"code":1e99999999999999999999}',
    ],
)
@pytest.mark.parametrize("status", [200, 204, 301, 400, 403, 404, 500, 503])
def test_an_answer_without_a_readable_code_proves_nothing(status, content):
    with pytest.raises(Ambiguous) as caught:
        judge(status, content)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(401, Refusal.UNAUTHORISED), (402, Refusal.NO_CREDITS), (429, Refusal.TOO_FAST)],
)
@pytest.mark.parametrize("content", [b"", b"<html>", b'{"message":"slow down"}'])
def test_three_statuses_refuse_without_a_body(status, refusal, content):
    with pytest.raises(Refused) as caught:
        judge(status, content)
    assert caught.value.refusal is refusal


def test_the_words_are_read_from_message_as_well():
    with pytest.raises(Refused, match="top up"):
        judge(200, b'{"code":402,"message":"please top up"}')


def test_an_error_reads_as_text_and_code():
    error = KieError("too many", code=429, status=200)
    assert str(error) == "too many (code 429)"
    assert str(KieError("nobody there")) == "nobody there"
    assert str(KieError("odd", code=422, status=502)) == "odd (code 422, HTTP status 502)"
    assert str(KieError("fine", code=402, status=200)) == "fine (code 402)"


def test_words_that_no_database_can_hold_are_made_harmless():
    with pytest.raises(Refused) as caught:
        judge(200, body(422, "a\0b\ud800c" + "x" * 10_000))
    assert caught.value.text.startswith("ab?c")
    assert len(caught.value.text) <= 2_000
