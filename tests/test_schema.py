"""A model's OpenAPI document becomes a model that can be ordered, or a reason why not."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from generations.catalogue.differences import differences
from generations.catalogue.judge import judge
from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Text, Toggle
from generations.catalogue.schema import Listed, model_spec
from generations.catalogue.spec import ModelSpec
from generations.catalogue.unreadable import Unreadable
from generations.simulator.market.documents import document, facts
from generations.wording.market import reason
from tests.test_price_text import spec_of

TODAY = date(2026, 10, 6)
KLING = "kling-3.0/video"
NOT_TASKS = {
    "gemini-omni-character": "/api/v1/omni/character/create",
    "google/gemini-3-8-flash-tts": "missing",
}
VIDEO = [model for model, fact in facts().items() if "body" in fact and model not in NOT_TASKS]


def altered(change: Callable[[dict[str, Any]], Any], model: str = KLING) -> ModelSpec:
    """The model from its document with a change in its input."""
    fact: Any = copy.deepcopy(facts()[model])
    change(fact["body"]["properties"]["input"])
    return model_spec(document(fact), Listed(id=model), fact["listed"]["pricingDesc"], seen_on=TODAY)


@contextmanager
def unreadable(why: str = "") -> Iterator[None]:
    """What is read here cannot be, and this is said of it."""
    with pytest.raises(Unreadable) as caught:
        yield
    assert why in reason(caught.value.facts)


@pytest.mark.parametrize("model", VIDEO)
def test_every_video_model_of_the_list_can_be_read(model: str) -> None:
    fact: Any = facts()[model]
    spec = spec_of(model)
    node = fact["body"]["properties"]["input"]
    branches = node.get("oneOf", [node])
    names = {k.strip() for b in branches for k in b.get("properties", {})}
    assert names <= set(spec.by_name) or "oneOf" in node
    for name in {k.strip() for k in node.get("required", [])}:
        param = spec.by_name[name]
        assert param.required or (isinstance(param, Objects) and param.send_empty)
    assert all(name == name.strip() for name in spec.by_name)
    for name, param in spec.by_name.items():
        field = node.get("properties", {}).get(name, {})
        if isinstance(param, Choice) and "enum" in field:
            assert list(param.options) == field["enum"]


@pytest.mark.parametrize(("model", "why"), NOT_TASKS.items())
def test_what_is_no_task_is_named_and_not_ordered(model: str, why: str) -> None:
    with unreadable(why):
        spec_of(model)


def test_kinds_limits_and_required_fields_come_from_the_schema() -> None:
    spec = spec_of(KLING)
    length, mode, sound, images, shots = (
        spec.by_name[name] for name in ("duration", "mode", "sound", "image_urls", "multi_prompt")
    )
    assert isinstance(length, Choice)
    assert length.options == tuple(str(n) for n in range(3, 16))
    assert length.default == "5"
    assert length.required
    assert isinstance(mode, Choice)
    assert mode.options == ("std", "pro", "4K")
    assert isinstance(sound, Toggle)
    assert sound.role == "sound"
    assert isinstance(images, Media)
    assert (images.media, images.single) == ("image", False)
    assert isinstance(shots, Objects)
    assert [(type(p), p.required) for p in shots.item_fields] == [(Text, True), (Number, True)]
    assert spec.by_name["prompt"].help == "Used when multi_shots is false."


def test_names_are_trimmed_and_media_known_by_their_names() -> None:
    seedance = spec_of("bytedance/seedance-2-fast")
    assert isinstance(seedance.by_name["reference_video_urls"], Media)
    assert {p.name: p.media for p in spec_of("wan/2-7-r2v").media_params()} == {
        "reference_image": "image",
        "reference_video": "video",
        "first_frame": "image",
        "reference_voice": "audio",
    }
    assert isinstance(spec_of("wan/3-0-video").by_name["first_frame_url"], Media)
    assert spec_of("wan/3-0-video").wire({"reference_image_urls": ["a"]})["reference_image_urls"] == ["a"]


def test_at_least_one_of_two_is_a_rule() -> None:
    spec = spec_of("minimax-h3/image-to-video")
    values: dict[str, object] = {"prompt": "A boat", "duration": 6}
    assert [p.param for p in judge(spec, values)] == ["first_frame_url"]
    assert not judge(spec, values | {"last_frame_url": ["https://a.b/c.png"]})


def test_one_of_several_ways_has_to_fit() -> None:
    spec = spec_of("pixverse-v6/extend")
    values: dict[str, object] = {"prompt": "A boat", "duration": 5, "quality": "720p"}
    assert judge(spec, values)
    assert not judge(spec, values | {"taskId": "abc"})
    assert not judge(spec, values | {"video_url": ["https://a.b/c.mp4"]})
    assert judge(spec, values | {"video_url": ["https://a.b/c.mp4"], "taskId": "abc"})


def test_what_only_one_way_knows_is_not_sent_by_itself() -> None:
    spec = spec_of("kling-3.0-omni/transformation")
    sent = spec.wire({"prompt": "A boat", "video_urls": ["https://a.b/c.mp4"]})
    assert "duration" not in sent
    assert "aspect_ratio" not in sent


def _field(**field: object) -> Callable[[dict[str, Any]], Any]:
    return lambda node: node["properties"].update({"new_field": field})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_field(type="binary"), "“new_field”: the type “binary”"),
        (_field(description="no type"), "“new_field”: it has no type"),
        (_field(type="string", pattern="^a"), "“pattern” is not known here"),
        (_field(type="integer", minimum=9, maximum=3), "minimum 9 is above"),
        (_field(type="integer", minimum="x"), "“minimum” is no number"),
        (_field(type="integer", maximum=10**300), "“maximum” is no number"),
        (_field(type="string", enum=[]), "“enum” is not a list of values"),
        (_field(type="string", enum=["a", 5]), "“5” is no string"),
        (_field(type="string", enum=["a", "a"]), "an option is there twice"),
        (_field(type="string", enum="abc"), "“enum” is not a list of values"),
        (_field(type="string", maxLength=-1), "“maxLength” is no whole number"),
        (_field(type="array", items={"type": "integer"}), "a list of “integer”"),
        (_field(oneOf=[{"type": "string"}, {"type": "integer"}]), "it has several forms"),
        (lambda node: node["properties"].update({"new_field": "text"}), "not an object"),
        (lambda node: node["required"].append("lost"), "requires “lost”"),
        (lambda node: node.update(required="prompt"), "“required” is not a list of names"),
        (lambda node: node["properties"].update({"prompt ": {"type": "string"}}), "“prompt” is there twice"),
        (lambda node: node["properties"].update({"a<b": {"type": "string"}}), "no name of a field"),
        (lambda node: node["properties"].update({"takes": {"type": "string"}}), "the order form uses itself"),
        (lambda node: node.update(properties={}), "it has no fields"),
        (lambda node: node.update(anyOf=[{"minProperties": 3}]), "“anyOf” joins more"),
        (_field(**{"$ref": "https://evil.example/schema.json#/a"}), "outside of its own document"),
        (_field(**{"$ref": "file:///etc/passwd"}), "outside of its own document"),
        (_field(**{"$ref": "#/components/schemas/none"}), "leads nowhere"),
        (_field(**{"$ref": 5}), "outside of its own document"),
        (
            _field(
                **{
                    "$ref": "#/paths/~1api~1v1~1jobs~1createTask/post/requestBody/content/application~1json"
                    "/schema/properties/input/properties/new_field"
                }
            ),
            "in a circle",
        ),
    ],
)
def test_what_cannot_be_read_is_named_and_never_guessed(change: Any, why: str) -> None:
    with unreadable(why):
        altered(change)


def test_the_unchanged_document_can_be_read() -> None:
    """The control of the test above."""
    assert altered(lambda node: None).by_name.keys() == spec_of(KLING).by_name.keys()


@pytest.mark.parametrize("junk", [None, [], "text", 5, {}, {"paths": []}, {"paths": {"/a": {"post": {}}}}])
def test_junk_in_place_of_a_document_is_refused(junk: object) -> None:
    with unreadable():
        model_spec(junk, Listed(id=KLING), None, seen_on=TODAY)


@pytest.mark.parametrize("model_id", ["", "../x", "a//b", "a b", "<b>", "x" * 200, "/a", "a/../b", "ключ\n"])
def test_an_id_that_is_no_part_of_an_address_is_refused(model_id: str) -> None:
    with unreadable("no id"):
        model_spec(document(facts()[KLING]), Listed(id=model_id), None, seen_on=TODAY)


def test_a_document_about_another_model_is_refused() -> None:
    with unreadable("another model"):
        model_spec(document(facts()[KLING]), Listed(id="wan/2-6-text-to-video"), None, seen_on=TODAY)


def test_a_self_nesting_list_ends() -> None:
    loop = {"$ref": "#/components/schemas/loop"}
    fact: Any = copy.deepcopy(facts()[KLING])
    fact["schemas"] = {"loop": {"type": "array", "items": {"type": "object", "properties": {"again": loop}}}}
    fact["body"]["properties"]["input"]["properties"]["elements"] = loop
    with unreadable("nested too deeply"):
        model_spec(document(fact), Listed(id=KLING), None, seen_on=TODAY)


def test_foreign_text_loses_what_controls_a_page() -> None:
    spec = altered(
        lambda node: node["properties"]["prompt"].update(description="Hi\u202e\x00 <b>there</b>\n" * 99)
    )
    assert "\u202e" not in spec.by_name["prompt"].help
    assert "\x00" not in spec.by_name["prompt"].help
    assert len(spec.by_name["prompt"].help) <= 300


def test_differences_name_parameter_field_old_and_new() -> None:
    new = altered(lambda node: node["properties"]["duration"].update(enum=["3", "5"]))
    (change,) = differences(spec_of(KLING), new)
    assert (change["param"], change["what"], change["new"]) == ("duration", "options", ["3", "5"])
    assert differences(new, new) == []


def test_numbers_of_exact_json_become_plain_values() -> None:
    spec = altered(_field(type="number", minimum=Decimal("0.5"), maximum=2, default=Decimal("1.5")))
    param = spec.by_name["new_field"]
    assert isinstance(param, Number)
    assert [str(value) for value in (param.min, param.max, param.default)] == ["0.5", "2", "1.5"]


def test_labels_are_words_of_the_names() -> None:
    labels = {name: param.label for name, param in spec_of("bytedance/seedance-2").by_name.items()}
    assert labels["reference_image_urls"] == "Reference images"
    assert labels["first_frame_url"] == "First frame"
    assert spec_of("pixverse-v6/extend").by_name["taskId"].label == "Task id"


def test_a_switch_that_is_required_is_off_until_it_is_turned_on() -> None:
    def change(node: dict[str, Any]) -> None:
        node["properties"]["loop"] = {"type": "boolean"}
        node["required"].append("loop")

    assert altered(change).by_name["loop"].default is False
    assert spec_of("pixverse-v6/extend").by_name["generate_audio_switch"].default is None


def test_a_required_list_without_a_least_number_may_be_empty_and_is_sent() -> None:
    spec = spec_of(KLING)
    values: dict[str, object] = {"prompt": "A boat"}
    assert not judge(spec, values)
    assert spec.wire(values)["multi_prompt"] == []
    assert "kling_elements" not in spec.wire(values)


def test_frames_references_and_tasks_have_their_roles() -> None:
    seedance, extend = spec_of("bytedance/seedance-2"), spec_of("pixverse-v6/extend")
    roles = {name: param.role for name, param in seedance.by_name.items()}
    assert roles["first_frame_url"] == "first frame"
    assert roles["last_frame_url"] == "last frame"
    assert roles["reference_image_urls"] == "reference"
    assert extend.by_name["taskId"].role == "task"
