"""The order form of every model: what it takes, what it refuses, and what it keeps for another model."""

import io
import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from PIL import Image

from generations import catalogue
from generations.catalogue.carry import carry
from generations.catalogue.checking import example
from generations.catalogue.judge import judge
from generations.catalogue.spec import ModelSpec
from generations.forms.order import OrderForm
from generations.models import Asset
from generations.orders import MOST_TAKES

PICTURE = "https://example.com/first.jpg"
MODELS = sorted(catalogue.models())


def spec_of(model_id: str) -> ModelSpec:
    spec = catalogue.find(model_id)
    assert spec is not None
    return spec


def png(name: str = "dunes.png", size: tuple[int, int] = (64, 36)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#884422").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def post(spec: ModelSpec, person: User, values: Mapping[str, Any], *files: tuple[str, Any]) -> OrderForm:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    sent: MultiValueDict[str, Any] = MultiValueDict()
    for name, file in files:
        sent.appendlist(name, file)
    return OrderForm(spec, person, data, sent)


def least(spec: ModelSpec) -> dict[str, Any]:
    """The least that a model asks for, as it is posted."""
    values = example(spec)
    assert values is not None
    return {name: _posted(value) for name, value in values.items()}


def _posted(value: object) -> object:
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return json.dumps(value)
    return value if isinstance(value, list) else "true" if value is True else str(value)


@pytest.mark.parametrize("model_id", MODELS)
def test_every_model_takes_what_it_cannot_do_without(model_id: str, creator: User) -> None:
    spec = spec_of(model_id)
    form = post(spec, creator, least(spec))
    assert form.is_valid(), form.errors
    values = form.values()
    assert judge(spec, values) == []
    for param in spec.offered:
        if param.kind == "choice" and param.default is not None and param.name not in least(spec):
            assert values[param.name] == param.default
            assert type(values[param.name]) is type(param.default)


@pytest.mark.parametrize("model_id", MODELS)
def test_fields_are_named_as_the_api_names_them(model_id: str, creator: User) -> None:
    spec = spec_of(model_id)
    names = list(OrderForm(spec, creator).fields)
    assert names == ["order_key", "takes", *(p.name for p in spec.offered)]
    assert not any(p.deprecated for p in spec.offered)


@pytest.mark.parametrize("model_id", [m for m in MODELS if "prompt" in least(spec_of(m))])
def test_nothing_is_ordered_without_the_prompt_that_is_needed(model_id: str, creator: User) -> None:
    spec = spec_of(model_id)
    form = post(spec, creator, least(spec) | {"prompt": "  "})
    assert len(form.errors["prompt"]) == 1
    if spec.by_name["prompt"].required:
        assert form.errors["prompt"] == ["Write a prompt."]


def test_options_come_back_in_their_own_type(creator: User) -> None:
    kling = post(spec_of("kling-2.6/text-to-video"), creator, {"prompt": "Sea", "duration": "10"})
    veo = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "duration": "6"})
    assert kling.values()["duration"] == "10"
    assert veo.values()["duration"] == 6


def test_a_switch_that_is_off_is_sent_as_off(creator: User) -> None:
    spec = spec_of("kling-2.6/text-to-video")
    assert post(spec, creator, {"prompt": "Sea"}).values()["sound"] is False
    assert post(spec, creator, {"prompt": "Sea", "sound": "true"}).values()["sound"] is True


def test_a_switch_without_a_default_is_left_out_while_off(creator: User) -> None:
    spec = spec_of("wan/2-6-text-to-video")
    assert "multi_shots" not in post(spec, creator, {"prompt": "Sea"}).values()
    assert post(spec, creator, {"prompt": "Sea", "multi_shots": "true"}).values()["multi_shots"] is True


def test_the_limit_of_the_prompt_counts_a_line_break_once(creator: User) -> None:
    spec = spec_of("kling-2.6/text-to-video")
    text = "\r\n".join(["x" * 499, "y" * 500])
    assert post(spec, creator, {"prompt": text}).is_valid()
    over = post(spec, creator, {"prompt": text + "z"})
    assert "This model takes 1,000 characters. Shorten it by 1." in over.errors["prompt"][0]


def test_rules_between_parameters_are_said_at_the_field(creator: User) -> None:
    spec = spec_of("veo3_fast")
    form = post(spec, creator, {"prompt": "Sea", "generationType": "REFERENCE_2_VIDEO", "duration": "4"})
    assert "Reference mode needs" in form.errors["imageUrls"][0]
    assert form.errors["duration"] == ["Reference mode makes 8 s clips only."]


def test_an_option_that_is_never_taken_is_refused(creator: User) -> None:
    form = post(spec_of("veo3"), creator, {"prompt": "Sea", "generationType": "REFERENCE_2_VIDEO"})
    assert "does not offer reference mode" in form.errors["generationType"][0]


@pytest.mark.parametrize("seed", ["1", "100000", "abc", "12.5", "2e4", "20_000", "20,000", "nan", "9" * 5000])
def test_a_seed_outside_its_limits_is_refused(seed: str, creator: User) -> None:
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "seeds": seed})
    assert "seeds" in form.errors


@pytest.mark.parametrize("address", ["http://example.com/a.jpg", "ftp://x/a", "upload:nonsense", "a.jpg"])
def test_an_address_that_is_not_https_is_refused(address: str, creator: User) -> None:
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "imageUrls": address})
    assert "imageUrls" in form.errors


def test_an_https_address_is_passed_on_as_it_stands(creator: User) -> None:
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "imageUrls": [PICTURE, ""]})
    assert form.values()["imageUrls"] == [PICTURE]


def test_a_file_becomes_an_upload_of_ours(creator: User) -> None:
    spec = spec_of("hailuo/02-image-to-video-standard")
    form = post(spec, creator, {"prompt": "Sea"}, ("image_url", png()))
    assert form.is_valid(), form.errors
    upload = Asset.objects.get()
    assert form.values()["image_url"] == [upload.reference]
    assert upload.person == creator


def test_a_good_image_is_kept_when_another_field_is_wrong(creator: User) -> None:
    spec = spec_of("hailuo/02-image-to-video-standard")
    form = post(spec, creator, {"prompt": ""}, ("image_url", png()))
    assert not form.is_valid()
    assert form.entered()["image_url"] == [Asset.objects.get().reference]


def test_a_good_image_is_kept_when_the_one_beside_it_is_bad(creator: User) -> None:
    bad = SimpleUploadedFile("boat.jpg", b"no image at all", "image/jpeg")
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea"}, ("imageUrls", png()), ("imageUrls", bad))
    assert form.errors["imageUrls"] == [
        "boat.jpg is not an image that can be read here. Save it as JPEG, PNG, WebP or HEIC."
    ]
    assert form.entered()["imageUrls"] == [Asset.objects.get().reference]


def test_an_upload_that_is_not_ours_is_refused(creator: User) -> None:
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "imageUrls": f"upload:{uuid.uuid4()}"})
    assert form.errors["imageUrls"] == ["This image is not here any more. Add it again."]
    assert form.entered()["imageUrls"] == []


@pytest.mark.parametrize(
    ("mode", "count", "fits"),
    [("", 2, True), ("", 3, False), ("REFERENCE_2_VIDEO", 3, True), ("TEXT_2_VIDEO", 1, False)],
)
def test_how_many_images_fit_follows_the_mode(mode: str, count: int, fits: bool, creator: User) -> None:
    images = [f"https://example.com/{n}.jpg" for n in range(count)]
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "generationType": mode, "imageUrls": images})
    assert form.is_valid() is fits, form.errors


@pytest.mark.parametrize("key", ["", "nonsense", "🙂", "x" * 10_000])
def test_an_order_key_that_is_nonsense_is_tolerated(key: str, creator: User) -> None:
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "order_key": key})
    assert form.is_valid()
    assert form.key is None


@pytest.mark.parametrize(
    ("takes", "fits"), [("", True), ("1", True), ("12", True), ("13", False), ("x", False)]
)
def test_takes_are_few(takes: str, fits: bool, creator: User) -> None:
    form = post(spec_of("veo3_fast"), creator, {"prompt": "Sea", "takes": takes})
    assert form.is_valid() is fits
    assert 1 <= form.take_count <= MOST_TAKES


def test_values_go_from_model_to_model_by_what_they_mean() -> None:
    found = carry(
        spec_of("sora-2-text-to-video"),
        spec_of("kling-2.6/text-to-video"),
        {"prompt": "Sea", "aspect_ratio": "portrait", "n_frames": "10", "remove_watermark": True},
    )
    assert found.values == {"prompt": "Sea", "aspect_ratio": "9:16", "duration": "10"}
    assert found.dropped == []


def test_images_go_from_one_parameter_to_two_and_back() -> None:
    hailuo, veo = spec_of("hailuo/02-image-to-video-standard"), spec_of("veo3_fast")
    there = carry(veo, hailuo, {"imageUrls": ["upload:a", "upload:b"]})
    assert there.values["image_url"] == ["upload:a"]
    assert there.values["end_image_url"] == ["upload:b"]
    assert carry(hailuo, veo, there.values).values["imageUrls"] == ["upload:a", "upload:b"]


def test_what_a_model_cannot_take_is_named_and_images_come_back() -> None:
    veo, kling = spec_of("veo3_fast"), spec_of("kling-2.6/text-to-video")
    values = {"prompt": "Sea", "imageUrls": ["upload:a"], "resolution": "4k", "duration": 8}
    there = carry(veo, kling, values)
    assert there.dropped == ["your image", "4k"]
    back = carry(kling, veo, there.values, there.kept)
    assert back.values["imageUrls"] == ["upload:a"]


def test_a_prompt_that_is_too_long_for_the_next_model_is_not_cut() -> None:
    text = "x" * 4000
    found = carry(spec_of("wan/2-6-text-to-video"), spec_of("kling-2.6/text-to-video"), {"prompt": text})
    assert found.values["prompt"] == text


def test_the_mode_limits_what_is_left_to_choose() -> None:
    veo = spec_of("veo3_fast")
    found = carry(veo, veo, {"generationType": "REFERENCE_2_VIDEO", "duration": 4, "prompt": "Sea"})
    assert found.values["duration"] == 8
