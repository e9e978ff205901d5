"""JSON and curl commands that are pasted into the studio: the form takes them, or says what it does not."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.catalogue.checking import example
from generations.kie import endpoints
from generations.models import Asset, Draft, Task
from generations.orders import pasted
from generations.orders.curl import Unreadable
from generations.views.studio.price import LATER
from tests.page import Page, read

KLING, VEO, HAILUO = "kling-2.6/text-to-video", "veo3_fast", "hailuo/02-image-to-video-standard"
INPUT = {"prompt": "It's “dusk”\nover $dunes", "duration": "10", "aspect_ratio": "9:16", "sound": True}
BODY = {"model": KLING, "input": INPUT, "callBackUrl": "https://mine.example/hook"}
KEY = "0123456789abcdef0123456789abcdef"
TEXT = json.dumps(BODY)
URL = "https://api.kie.ai/api/v1/jobs/createTask"
QUOTED = TEXT.replace("'", "'\\''")
IN_DOUBLE = TEXT.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
CARETS = "".join(f"^{c}" if c in '"{}&|<>' else c for c in TEXT.replace("\\", "\\\\").replace('"', '\\"'))


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def fill(client: Client, text: object, here: str = KLING, **form: Any) -> Page:
    text = text if isinstance(text, str) else json.dumps(text)
    answer = client.post(
        f"/studio/{here}/", {"fill": "1", "pasted": text, **form}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    return read(answer)


def said(page: Page) -> str:
    return page.part("pasted-note").text


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(INPUT),
        TEXT,
        json.dumps({**BODY, "input": json.dumps(INPUT)}),
        f"POST /api/v1/jobs/createTask\n{json.dumps(BODY, indent=2)}",
        f"curl {URL} -H 'Authorization: Bearer $KIE_API_KEY' -d '{QUOTED}'",
        f"curl -X POST '{URL}' \\\n  -H \"Content-Type: application/json\" \\\n  --data '{QUOTED}'",
        f"$ curl --request POST --url {URL} --data-raw='{QUOTED}' --compressed",
        f'curl.exe --json "{IN_DOUBLE}" {URL}',
        f"curl -sSL -XPOST {URL} -d'{QUOTED}'",
        "curl '" + URL + "' --data-raw $'" + TEXT.replace("\\", "\\\\").replace("'", "\\'") + "'",
        f'curl ^"{URL}^" ^\r\n  -H ^"Content-Type: application/json^" ^\r\n  --data-raw ^"{CARETS}^"',
        f"curl.exe {URL} `\r\n  -d '{QUOTED}'",
    ],
)
def test_what_documents_and_browsers_write_is_the_same_form(studio: Client, text: str) -> None:
    page = fill(studio, text, KLING if text == json.dumps(INPUT) else VEO, prompt="Before")
    assert {name: page.sent[name] for name in INPUT} == {
        "prompt": [INPUT["prompt"]],
        "duration": ["10"],
        "aspect_ratio": ["9:16"],
        "sound": ["true"],
    }
    shown = page.part("sent-json").text
    assert json.loads(shown.partition("createTask")[2]) == {"model": KLING, "input": INPUT}


@pytest.mark.parametrize("model_id", [s.id for s in catalogue.models().values() if s.orderable])
def test_what_the_tab_shows_of_any_model_fills_its_form_again(model_id: str) -> None:
    spec = catalogue.models()[model_id]
    values = example(spec)
    assert values is not None
    params = spec.wire(values)
    order = endpoints.order(spec.endpoint, model=spec.id, params=params, callback_url="https://x.example/")
    address = f"https://api.kie.ai{order.target}"
    sent = "" if order.method == "GET" else f" -d '{endpoints.shown(order.body)}'"
    found = pasted.read(f"curl '{address}'{sent}")
    named, back = pasted.target(found, catalogue.models()[KLING])
    assert named is spec
    want = json.loads(endpoints.shown(params))
    assert back == ({name: str(value) for name, value in want.items()} if order.method == "GET" else want)


def test_every_wrong_value_is_named_at_its_field_and_the_rest_is_listed(studio: Client) -> None:
    odd = {
        "prompt": 5,
        "duration": "7",
        "sound": "loud",
        "aspect_ratio": ["1:1"],
        "foo": 1,
        "<b>": 2,
        "seed": None,
    }
    page = fill(studio, odd, takes="3")
    assert "Prompt is a text; a number was pasted." in page.field("Prompt").problem
    assert page.sent["prompt"] == ["5"]
    assert "“7” is not offered" in page.part("f-duration-error")
    assert "true or false; a text was pasted" in page.part("f-sound-error")
    assert "is not offered" in page.part("f-aspect_ratio-error")
    assert "Kling 2.6 does not have “foo”, “<b>”" in said(page)
    assert page.sent["takes"] == ["3"]
    assert not Task.objects.exists()


def test_files_and_the_other_spelling_of_a_name_come_to_their_fields(studio: Client, creator: User) -> None:
    page = fill(studio, {"model": HAILUO, "input": {"prompt": "Sea", "image_url": "https://e.com/a.jpg"}})
    assert page.sent["image_url"] == ["https://e.com/a.jpg"]
    asset = Asset.objects.create(
        person=creator, name="a.png", path="uploads/a.png", content_type="image/png", size=9, width=640,
        height=640, sha256="0" * 64,
    )  # fmt: skip
    ours = {"image_url": asset.reference, "prompt": "Sea"}
    page = fill(studio, {"prompt": "Lake", "image_url": LATER}, HAILUO, **ours)
    assert page.sent["image_url"] == [asset.reference], "the preview's words mean the file of the open form"
    page = fill(studio, {"prompt": "Lake", "image_url": "nonsense"}, HAILUO, **ours)
    assert "https" in page.group("First frame").described
    both = {"model": VEO, "prompt": "Sea", "aspectRatio": "9:16", "aspect_ratio": "9:16"}
    page = fill(studio, both)
    assert page.sent["aspectRatio"] == ["9:16"]
    assert "does not have" not in said(page)


def test_one_press_brings_the_old_form_back_and_it_was_kept_before(studio: Client, creator: User) -> None:
    old = {"prompt": "Half a sentence", "duration": "10", "takes": "2"}
    page = fill(studio, {"model": VEO, "prompt": "Other"}, **old)
    assert Draft.objects.get(person=creator, model_id=KLING).fields["prompt"] == ["Half a sentence"]
    press = page.button("Bring back what stood here")
    answer = studio.post(
        f"/studio/{VEO}/", {**page.sent, "undo": press.value}, headers={"HX-Request": "true"}
    )
    back = read(answer)
    assert answer.headers["HX-Push-Url"] == f"/studio/{KLING}/"
    assert {name: back.sent[name] for name in old} == {name: [value] for name, value in old.items()}
    assert not back.find("pasted-note")
    here = fill(studio, {"prompt": "Other"}, **old)
    again = {**here.sent, "undo": here.button("Bring back").value}
    assert read(studio.post(f"/studio/{KLING}/", again)).sent["prompt"] == ["Half a sentence"]
    for odd in ("", "[]", "{}", "[" * 3000, '{"model": "veo3", "fields": 1}', '{"model": "x", "fields": {}}'):
        assert studio.post(f"/studio/{KLING}/", {**old, "undo": odd}).status_code == 200


def test_a_key_is_dropped_said_and_never_shown_or_kept(studio: Client, creator: User) -> None:
    command = f"curl {URL} -H 'Authorization: Bearer {KEY}' -d '{QUOTED}'"
    page = fill(studio, command, VEO)
    assert "There was a key in it. It was dropped" in said(page)
    broken = studio.post(
        f"/studio/{VEO}/", {"fill": "1", "pasted": command[:-2]}, headers={"HX-Request": "true"}
    )
    assert "A quote in the command is not closed" in read(broken).field("JSON or cURL").problem
    assert read(broken).field("JSON or cURL").value.startswith(f"curl {URL} -H 'Authorization: Bearer [key]'")
    studio.post(f"/studio/{KLING}/draft/", {"prompt": "Sea", "pasted": command, "tab": "one"})
    for text in (str(broken.content), str(list(Draft.objects.values())), str(page.node)):
        assert KEY not in text
    for spelling in ("Bearer $KIE_API_KEY", "Bearer <your key>", "Bearer YOUR_API_KEY", "Bearer %KEY%"):
        text = f"-H 'Authorization: {spelling}'"
        assert pasted.without_key(text) == text
    for spelling in (f'"authorization": "Bearer {KEY}"', f"-H 'x-api-key: {KEY}'", f"--oauth2-bearer {KEY}"):
        assert KEY not in pasted.without_key(spelling)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no values in it"),
        ("[1, 2]", "no object"),
        ('"text"', "no object"),
        ("null", "no object"),
        ('{"prompt": NaN}', "NaN is no number"),
        ('{"prompt": 1e999}', "too large"),
        ('{"prompt": ' + "9" * 5000 + "}", "no JSON"),
        ('{"a":' * 30_000, "no JSON|nested too deeply"),
        ("[" * 100_000, "nested too deeply|no JSON"),
        ("x" * 1_000_000, "no order is longer"),
        ('{"prompt": "\\ud83d"}', "half a character"),
        ('{"prompt": "a", }', "line 1, column"),
        ("{'prompt': 'a'}", "line 1, column"),
        ('{"model": "no/such", "input": {}}', "no model “no/such”"),
        ('{"model": {"a": 1}, "input": {}}', "no model"),
        ("curl", "no JSON"),
        ("curl https://api.kie.ai/api/v1/jobs/createTask", "no values in it"),
        ("curl http://[ -d '{}'", "no values|no model"),
        (f"curl {URL} -d @body.json", "a file that is not here"),
        (f"curl {URL} -d '{{", "not closed"),
        (f'curl {URL} -d "' + "\\" * 99_999, "not closed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        pasted.target(pasted.read(text), catalogue.models()[KLING])


def test_a_refusal_stands_at_the_text_and_changes_nothing(studio: Client) -> None:
    answer = studio.post(
        f"/studio/{KLING}/", {"fill": "1", "pasted": "{", "prompt": "Mine", "duration": "10"}
    )
    page = read(answer)
    assert answer.status_code == 200
    field = page.field("JSON or cURL")
    assert field.value == "{"
    assert "The form is as it was." in field.problem
    assert page.part("f-prompt").value == "Mine", "it is there, behind the tab"
    odd = ['{"prompt": "a\\u0000b"}', '{"a": {"b": [[[[1]]]]}}', '{"": 1}', json.dumps({"x" * 500: 1})]
    for text in odd:
        assert fill(studio, text, prompt="Mine").find("pasted-note")
    many = fill(studio, json.dumps({f"name{n}": n for n in range(500)}))
    assert "and 488 more" in said(many)
    assert "“prompt” stood there twice" in said(fill(studio, '{"prompt": "a", "prompt": "b"}'))


def test_the_parameter_of_a_model_that_is_called_model_is_no_other_model(studio: Client) -> None:
    page = fill(studio, {"model": "veo3_lite", "prompt": "Sea"}, "veo-3-1")
    assert page.sent["model"] == ["veo3_lite"]
    page = fill(studio, {"model": "veo3_lite", "prompt": "Sea"}, KLING)
    assert "Veo 3.1 Lite" in page.button("Veo 3.1 Lite").text
