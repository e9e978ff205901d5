"""The catalogue: what the reference card says, on the wire exactly as written, at a price with its source."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from generations import catalogue
from generations.catalogue.load import load, load_file
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Text
from generations.catalogue.quote import Basis, cheapest, quote
from generations.catalogue.spec import ModelSpec
from generations.catalogue.tables import BadCatalogue

TODAY = date(2026, 11, 22)

CARD = {
    "veo3": (
        400,
        {"prompt", "imageUrls", "generationType", "aspectRatio", "seeds", "enableTranslation", "watermark"},
    ),
    "veo3_fast": (
        80,
        {"prompt", "imageUrls", "generationType", "aspectRatio", "seeds", "enableTranslation", "watermark"},
    ),
    "sora-2-text-to-video": (200, {"prompt", "aspect_ratio", "n_frames", "remove_watermark"}),
    "sora-2-pro-text-to-video": (400, {"prompt", "aspect_ratio", "n_frames", "size"}),
    "kling-2.6/text-to-video": (100, {"prompt", "sound", "aspect_ratio", "duration"}),
    "wan/2-6-text-to-video": (60, {"prompt", "duration", "resolution"}),
    "hailuo/02-image-to-video-standard": (
        60,
        {"prompt", "image_url", "end_image_url", "duration", "resolution"},
    ),
    "bytedance/seedance-1.5-pro": (80, {"prompt", "input_urls", "aspect_ratio", "resolution", "duration"}),
}


def spec_of(model_id: str) -> ModelSpec:
    spec = catalogue.find(model_id)
    assert spec is not None
    return spec


@pytest.mark.parametrize("model_id", CARD)
def test_every_model_of_the_card_is_there_with_its_parameters_and_its_flat_price(model_id: str) -> None:
    spec = spec_of(model_id)
    flat, names = CARD[model_id]
    assert names <= set(spec.by_name)
    assert quote(spec, spec.defaults(), today=TODAY).card == flat


def test_values_go_on_the_wire_with_type_and_spelling() -> None:
    kling = spec_of("kling-2.6/text-to-video")
    assert kling.wire({"prompt": "x", "duration": "5"})["duration"] == "5"
    seedance = spec_of("bytedance/seedance-1.5-pro").wire({"prompt": "xyz", "duration": 8})
    assert seedance["duration"] == 8
    assert isinstance(seedance["duration"], int)
    hailuo = spec_of("hailuo/02-image-to-video-standard").wire({"prompt": "x"})
    assert hailuo["resolution"] == "768P"
    assert kling.wire({"prompt": "x"})["sound"] is False


def test_words_become_the_option_in_its_own_type() -> None:
    length = spec_of("bytedance/seedance-1.5-pro").by_name["duration"].parse(["8"])
    assert length == 8
    assert isinstance(length, int)
    assert spec_of("kling-2.6/text-to-video").by_name["duration"].parse(["5"]) == "5"


def test_veo_sends_both_spellings_of_the_shape_and_never_what_is_deprecated() -> None:
    wire = spec_of("veo3_fast").wire({"prompt": "x", "aspectRatio": "9:16"})
    assert wire["aspectRatio"] == wire["aspect_ratio"] == "9:16"
    assert "enableFallback" not in wire


def test_media_are_sent_as_the_links_that_kie_gave() -> None:
    links = {"upload:1": "https://files/1.png"}
    hailuo = spec_of("hailuo/02-image-to-video-standard")
    assert hailuo.wire({"image_url": ["upload:1"]}, links)["image_url"] == "https://files/1.png"
    seedance = spec_of("bytedance/seedance-1.5-pro")
    assert seedance.wire({"input_urls": ["upload:1", "https://a/b.png"]}, links)["input_urls"] == [
        "https://files/1.png",
        "https://a/b.png",
    ]


@pytest.mark.parametrize(
    ("model_id", "values", "credits"),
    [
        ("kling-2.6/text-to-video", {"duration": "10", "sound": True}, "220"),
        ("kling-2.6/text-to-video", {}, "55"),
        ("wan/2-6-text-to-video", {"duration": "10", "resolution": "1080p"}, "209.5"),
        ("bytedance/seedance-1.5-pro", {"duration": 12, "resolution": "480p", "generate_audio": True}, "42"),
        ("veo3", {"resolution": "4k"}, "370"),
        ("veo3", {"resolution": "4k", "imageUrls": ["https://a/b.png"]}, "370"),
        ("veo3_fast", {"resolution": "1080p"}, "65"),
        ("hailuo/02-image-to-video-standard", {"duration": "6", "resolution": "512P"}, "12"),
        ("sora-2-pro-text-to-video", {"size": "high", "n_frames": "15"}, "630"),
    ],
)
def test_the_finest_price_row_wins(model_id: str, values: dict[str, object], credits: str) -> None:
    offer = quote(spec_of(model_id), values, today=TODAY)
    assert offer.credits == Decimal(credits)
    assert offer.basis is Basis.ESTIMATE
    assert offer.usd == Decimal(credits) * Decimal("0.005")


def test_a_price_verified_within_thirty_days_is_exact() -> None:
    spec = spec_of("kling-2.6/text-to-video")
    assert quote(spec, {}, today=date(2026, 10, 1)).basis is Basis.EXACT


def test_from_price_is_the_cheapest_clip() -> None:
    assert cheapest(spec_of("veo3_fast")) == 60
    assert cheapest(spec_of("bytedance/seedance-1.5-pro")) == 7


def test_rules_of_veo_join_mode_and_images() -> None:
    fast, best = spec_of("veo3_fast"), spec_of("veo3")
    two, three = ["https://a/1.png"] * 2, ["https://a/1.png"] * 3
    assert not fast.problems({"generationType": "REFERENCE_2_VIDEO", "imageUrls": three, "duration": 8})
    assert (
        fast.problems({"generationType": "REFERENCE_2_VIDEO", "imageUrls": two, "duration": 6})[0].param
        == "duration"
    )
    assert fast.problems({"generationType": "TEXT_2_VIDEO", "imageUrls": two})[0].param == "imageUrls"
    assert fast.problems({"imageUrls": three})[0].param == "imageUrls"
    assert (
        best.problems({"generationType": "REFERENCE_2_VIDEO", "imageUrls": two})[0].param == "generationType"
    )
    assert "REFERENCE_2_VIDEO" in best.never("generationType")


@pytest.mark.parametrize("spec", catalogue.models().values(), ids=lambda spec: spec.id)
def test_defaults_of_every_model_break_no_limit_of_their_own(spec: ModelSpec) -> None:
    for param in spec.offered:
        if param.default is not None and isinstance(param, Choice | Number | Text):
            assert param.parse([str(param.default)]) == param.default
            param.check(param.default)
    assert spec.with_role("prompt") or any(p.required for p in spec.offered)
    assert all(isinstance(p, Media) for p in spec.media_params())


WHOLE = """
family = "F"
maker = "M"
[[models]]
id = "m"
label = "M"
kind = "text-to-video"
modes = ["text-to-video"]
status = "live"
source = ["docs"]
as_of = "2026-08"
confidence = "high"
[[models.params]]
name = "prompt"
type = "string"
required = true
[[models.params]]
name = "first"
type = "string"
media = "image"
[[models.params]]
name = "last"
type = "string"
media = "image"
[[models.params]]
name = "shots"
type = "array"
item_fields = [{ name = "duration", type = "number", required = true }]
[[models.params]]
name = "a"
type = "boolean"
[[models.params]]
name = "b"
type = "boolean"
[[models.params]]
name = "duration"
type = "integer"
default = 5
options = [5, 10]
"""

RULES: dict[str, tuple[str, dict[str, object], str]] = {
    "requires": ('if_present = "last"\nneeds = "first"', {"last": ["https://a"]}, "first"),
    "at_least_one": ('params = ["first", "last"]', {}, "first"),
    "mutually_exclusive": ('groups = [["first"], ["last"]]', {"first": ["u"], "last": ["u"]}, "last"),
    "max_total_items": ('params = ["first", "last"]\nmax = 1', {"first": ["u"], "last": ["u"]}, "last"),
    "weighted_total": ("weights = { first = 2, last = 1 }\nmax = 2", {"first": ["u"], "last": ["u"]}, "last"),
    "forbid": ("if = { duration = 10 }", {"duration": 10}, "duration"),
    "not_in": ('param = "duration"\nvalues = [10]', {"duration": 10}, "duration"),
    "item_count": ('if = {}\nparam = "first"\nmin = 1\nmax = 1', {}, "first"),
    "allow": ("if = { duration = 10 }\nthen = { first = [] }", {"duration": 10, "first": ["u"]}, "first"),
    "sum_max": (
        'param = "shots[].duration"\nmax_param = "duration"',
        {"duration": 5, "shots": [{"duration": 3}, {"duration": 2.5}]},
        "shots",
    ),
    "mutually_exclusive_flags": ('params = ["a", "b"]', {"a": True, "b": True}, "b"),
}


@pytest.mark.parametrize("kind", RULES)
def test_every_kind_of_rule_can_be_written_as_data(kind: str, tmp_path: Path) -> None:
    body, values, blamed = RULES[kind]
    path = tmp_path / "f.toml"
    path.write_text(f'{WHOLE}[[models.rules]]\ntype = "{kind}"\ntext = "No."\n{body}\n')
    spec = load_file(path)[0]
    assert [p.param for p in spec.problems(values)] == [blamed]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (WHOLE.replace('status = "live"', 'status = "new"'), "“status” is 'new'"),
        (WHOLE.replace('label = "M"', "label = 3"), "“label” is 3, expected a text"),
        (WHOLE.replace("default = 5", "default = 7"), "“default” 7 is not among the options"),
        (WHOLE.replace('id = "m"', 'id = "m"\ncolour = "red"'), "unknown key “colour”"),
        (WHOLE.replace('family = "F"', ""), "“family” is missing"),
        ("family = ", "not valid TOML"),
        (WHOLE.replace('id = "m"', 'id = "m"\ncontinues = { does = "More" }'), "whose role is “task”"),
        (WHOLE.replace('id = "m"', 'id = "m"\ncontinues = { models = ["m"] }'), "“does” is missing"),
        (WHOLE + '[[models.prices]]\ncredits = -1\nsource = "x"\nconfidence = "high"\n', "“credits”"),
        (WHOLE + '[[models.rules]]\ntype = "maybe"\ntext = "x"\n', "“type” is 'maybe'"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_the_key_and_the_reason(
    wrong: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "family.toml"
    path.write_text(wrong)
    with pytest.raises(BadCatalogue) as refused:
        load_file(path)
    assert "family.toml" in str(refused.value)
    assert reason in str(refused.value)


def test_a_model_that_goes_on_from_clips_of_no_model_is_refused(tmp_path: Path) -> None:
    param = '[[models.params]]\nname = "taskId"\nrole = "task"\ntype = "string"\n'
    continues = 'id = "m"\ncontinues = { does = "More", models = ["m", "gone"] }'
    (tmp_path / "family.toml").write_text(WHOLE.replace('id = "m"', continues) + param)
    with pytest.raises(BadCatalogue, match="m: “continues” names “gone”, which is no model"):
        load(tmp_path)
