"""Kinds of parameters: numbers in steps, free choices, lists of records, and files by their address."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from generations import catalogue
from generations.catalogue.judge import judge
from generations.catalogue.load import load_file, load_text
from generations.catalogue.spec import ModelSpec
from generations.catalogue.tables import BadCatalogue
from generations.forms.order import OrderForm
from generations.views.studio import page

HEAD = """
family = "F"
maker = "M"
[shared.prompt]
role = "prompt"
type = "string"
max_length = 100
[[models]]
id = "m"
label = "M"
kind = "text-to-video"
modes = ["text-to-video"]
status = "live"
source = ["docs"]
as_of = "2026-11"
confidence = "high"
price_list = { unit = "second", source = "feed", confidence = "high" }
prices = [{ credits = 2 }, { when = { tier = "best" }, credits = 5, confidence = "low" }]
"""
PARAMS = """
[[models.params]]
like = "prompt"
required = true
[[models.params]]
name = "duration"
role = "length"
type = "integer"
default = 6
min = 4
max = 10
step = 2
also = [-1]
also_labels = { -1 = "Auto" }
[[models.params]]
name = "scale"
type = "number"
min = 0
max = 1
step = 0.1
[[models.params]]
name = "seconds"
type = "string"
default = 6
min = 6
max = 30
step = 1
[[models.params]]
name = "tier"
type = "string"
options = ["plain", "best"]
free = true
[[models.params]]
name = "clip"
type = "string"
media = "video"
[[models.params]]
name = "shots"
type = "array"
max_items = 2
item_label = "Shot"
item_fields = [
    { name = "prompt", type = "string", required = true, max_length = 5 },
    { name = "seconds", type = "integer", required = true, min = 1, max = 9 },
    { name = "start", type = "integer", default = 0 },
    { name = "pictures", type = "array", media = "image", max_items = 2 },
]
"""


@pytest.fixture
def spec() -> ModelSpec:
    return spec_of()


def spec_of(more: str = "") -> ModelSpec:
    return load_text(HEAD + PARAMS + more, "family.toml")[0]


def refusals(spec: ModelSpec, **values: object) -> dict[str, str]:
    return {problem.param: problem.text for problem in judge(spec, {"prompt": "Sea", **values})}


def test_what_models_share_is_written_once(spec: ModelSpec) -> None:
    prompt = spec.by_name["prompt"]
    assert prompt.required
    assert prompt.role == "prompt"
    assert {price.unit for price in spec.prices} == {"second"}
    assert [price.confidence for price in spec.prices] == ["high", "low"]


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ('like = "sound"', "“like” names “sound”"),
        ('name = "x"\nrole = "colour"\ntype = "string"', "“role” is 'colour'"),
        ('name = "x"\ntype = "integer"\nmin = 2\ndefault = 1', "“default” 1"),
        ('name = "x"\ntype = "string"\nmedia = "smell"', "“media” is 'smell'"),
        ('name = "x"\ntype = "array"\nitem_fields = [{ name = "y" }]', "“type” is missing"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(keys: str, reason: str) -> None:
    with pytest.raises(BadCatalogue, match=r"family\.toml, m") as refused:
        spec_of(f"[[models.params]]\n{keys}\n")
    assert reason in str(refused.value)


@pytest.mark.parametrize("credits", ["-5", "1e9", "nan", "inf", "true", '"7"'])
def test_a_price_that_is_none_is_refused(tmp_path: Path, credits: str) -> None:
    path = tmp_path / "family.toml"
    path.write_text(HEAD.replace("credits = 2", f"credits = {credits}") + PARAMS)
    with pytest.raises(BadCatalogue, match=r"family\.toml, m, price: “credits”"):
        load_file(path)


def test_a_rule_about_nothing_is_refused() -> None:
    with pytest.raises(BadCatalogue, match="names “colour”, which is no parameter"):
        spec_of(
            '[[models.rules]]\ntype = "requires"\ntext = "x"\nif_present = "colour"\nneeds = "clip"\n',
        )


@pytest.mark.parametrize(
    ("name", "good", "bad", "said"),
    [
        ("duration", 8, 7, "steps of 2, from 4"),
        ("duration", -1, -2, "4 and at most 10, or -1"),
        ("duration", 10, 12, "at most 10"),
        ("scale", 0.3, 0.35, "steps of 0.1"),
        ("seconds", 30, 31, "at most 30"),
        ("tier", "mine", "two words", "without blanks"),
        ("clip", ["upload:1"], ["ftp://example.com/a.mp4"], "https://"),
        ("clip", ["https://example.com/a.mp4"], ["http://example.com/a.mp4"], "https://"),
    ],
)
def test_values_of_each_kind_are_judged(spec: ModelSpec, name: str, good: Any, bad: Any, said: str) -> None:
    assert refusals(spec, **{name: good}) == {}
    assert said in refusals(spec, **{name: bad})[name]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, -(10**16), 1e300, True, "5", [5], {}])
@pytest.mark.parametrize("name", ["duration", "scale", "seconds"])
def test_numbers_that_are_none_are_refused(spec: ModelSpec, name: str, value: Any) -> None:
    assert list(refusals(spec, **{name: value})) == [name]


ODD = [
    "\0",
    "[]",
    "{}",
    "[1]",
    "null",
    '[{"a": 1}]',
    '[{"prompt": [1], "duration": {}}]',
    "[" * 5000,
    "-1",
    "9" * 400,
]


@pytest.mark.django_db
@pytest.mark.parametrize("model_id", ["kling-3.0/video", "gemini-omni-video", "grok-imagine/image-to-video"])
@pytest.mark.parametrize("text", ODD, ids=[text[:12] for text in ODD])
def test_odd_texts_break_no_form(creator: User, model_id: str, text: str) -> None:
    """What is posted under any name is refused or taken, and can be shown again."""
    model = catalogue.models()[model_id]
    for param in model.offered:
        data = QueryDict(mutable=True)
        for name in (param.name, f"{param.name}[0].prompt", f"{param.name}[1].element_input_urls"):
            data[name] = text
        form = OrderForm(model, creator, data)
        assert page.judged(creator, form).layout.controls
        assert page.filled(creator, OrderForm(model, creator, MultiValueDict(form.texts()))).layout.controls


def test_numbers_go_out_as_the_model_writes_them(spec: ModelSpec) -> None:
    wire = spec.wire({"prompt": "Sea", "scale": 1.0, "duration": -1})
    assert wire["seconds"] == "6"
    assert wire["scale"] == 1
    assert isinstance(wire["scale"], int)
    assert wire["duration"] == -1


GOOD = [{"prompt": "a", "seconds": 2, "pictures": ["https://a.example/1.png"]}]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"seconds": 2}], "Shot 1: Write a prompt."),
        ([*GOOD, {"prompt": "b"}], "Shot 2: Seconds is missing."),
        ([{"prompt": "too long", "seconds": 2}], "Shot 1: This model takes 5 characters"),
        ([{"prompt": "a", "seconds": 10}], "Shot 1: Seconds is a whole number"),
        (
            [{"prompt": "a", "seconds": 2, "pictures": ["upload:7"]}],
            "Shot 1: Give an https address of an image",
        ),
        ([{"prompt": "a", "seconds": 2, "colour": "red"}], "Unknown: colour"),
        (GOOD * 3, "Give at most 2"),
        (["a"], "cannot be read any more"),
        ("a", "cannot be read any more"),
    ],
)
def test_a_record_is_judged_field_by_field(spec: ModelSpec, records: Any, said: str) -> None:
    assert refusals(spec, shots=GOOD) == {}
    assert said in refusals(spec, shots=records)["shots"]


def test_records_are_read_as_typed_and_blank_rows_dropped(spec: ModelSpec) -> None:
    shots = spec.by_name["shots"]
    written = {"prompt": " a ", "seconds": "2", "start": "0", "pictures": "https://a.example/1.png\n"}
    typed = json.dumps([written, {"start": "0"}])
    assert shots.parse([typed]) == GOOD
    assert shots.parse(["[]"]) is None
    assert spec.wire({"prompt": "Sea", "shots": GOOD})["shots"] == GOOD


def test_a_default_that_a_rule_bars_is_not_sent() -> None:
    limits = 'if = { "$present" = "clip" }\nthen = { duration = [] }\ntext = "x"\n'
    spec = spec_of(f'[[models.rules]]\ntype = "allow"\n{limits}')
    clip = {"prompt": "Sea", "clip": ["https://a.example/a.mp4"]}
    assert spec.wire({"prompt": "Sea"})["duration"] == 6
    assert "duration" not in spec.wire(clip)
    assert judge(spec, clip) == []
    assert [p.param for p in judge(spec, {**clip, "duration": 8})] == ["duration"]
