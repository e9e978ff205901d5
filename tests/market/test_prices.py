"""Prices as parts that add up: by second, by image, by the length of what is given."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from generations.catalogue.lengths import MEASURED
from generations.catalogue.load import load_text
from generations.catalogue.media import Media
from generations.catalogue.params import Text
from generations.catalogue.price_rows import price_rows
from generations.catalogue.priced import still_listed
from generations.catalogue.pricetext import read
from generations.catalogue.quote import Basis, Quote, cheapest, quote
from generations.catalogue.spec import ModelSpec

TODAY = date(2026, 11, 26)
MODEL = """
family = "F"
maker = "M"
[[models]]
id = "m"
label = "M"
kind = "text-to-video"
modes = ["text-to-video"]
status = "live"
source = ["docs"]
as_of = "2026-11"
confidence = "high"
price_list = { source = "feed", confidence = "high", verified_on = 2026-11-20 }
prices = [
    { when = { "$video_input" = false }, credits = 10, unit = "second" },
    { when = { "$video_input" = true }, credits = 6, unit = "second" },
    { when = { "$video_input" = true }, credits = 6, unit = "input second" },
    { when = { "$images" = true }, credits = 4, unit = "input image", free = 2 },
]
[[models.params]]
name = "duration"
role = "length"
type = "integer"
default = 5
min = 4
max = 15
step = 1
also = [-1]
[[models.params]]
name = "pictures"
type = "array"
media = "image"
max_items = 9
[[models.params]]
name = "clips"
type = "array"
media = "video"
max_items = 3
max_seconds = 15
"""
CLIP, PICTURE = "https://a.example/a.mp4", "https://a.example/a.png"


def spec_of(text: str) -> ModelSpec:
    return load_text(text, "family.toml")[0]


def parts(offer: Quote) -> list[tuple[str, Decimal, bool]]:
    return [(line.row.unit, line.units, line.at_most) for line in offer.lines]


@pytest.mark.parametrize(
    ("values", "credits", "expected"),
    [
        ({}, 50, [("second", 5, False)]),
        ({"duration": 4, "pictures": [PICTURE] * 2}, 40, [("second", 4, False)]),
        ({"duration": 4, "pictures": [PICTURE] * 5}, 52, [("second", 4, False), ("input image", 3, False)]),
        ({"duration": -1}, 150, [("second", 15, True)]),
        ({"clips": [CLIP]}, 120, [("second", 5, False), ("input second", 15, True)]),
        ({"clips": [CLIP] * 2}, 210, [("second", 5, False), ("input second", 30, True)]),
    ],
)
def test_the_parts_add_up_to_the_price(values: Any, credits: int, expected: Any) -> None:
    offer = quote(spec_of(MODEL), values, today=TODAY)
    assert parts(offer) == expected
    assert offer.credits == credits == sum(line.credits for line in offer.lines)
    assert offer.at_most == any(at_most for _, _, at_most in expected)
    assert offer.basis is (Basis.ESTIMATE if offer.at_most else Basis.EXACT)


def test_the_length_of_all_clips_together_is_a_limit_of_its_own() -> None:
    spec = spec_of(MODEL + "max_total_seconds = 20\n")
    assert parts(quote(spec, {"clips": [CLIP] * 3}, today=TODAY))[1] == ("input second", Decimal(20), True)


def test_what_is_charged_by_an_unlimited_length_has_no_price() -> None:
    spec = spec_of(MODEL.replace("max_seconds = 15\n", ""))
    assert quote(spec, {}, today=TODAY).credits == 50
    unknown = quote(spec, {"clips": [CLIP]}, today=TODAY)
    assert unknown.credits is None
    assert unknown.basis is Basis.UNKNOWN
    assert unknown.lines == ()


SPOKEN = (
    MODEL[: MODEL.index("[[models.params]]")].replace('{ "$video_input" = false }', "{}")
    + """
[[models.params]]
name = "speech"
role = "audio"
type = "string"
media = "audio"
required = true
max_seconds = 60
"""
)


def test_a_clip_as_long_as_its_speech_costs_at_most_the_longest_speech() -> None:
    spec = spec_of(SPOKEN)
    assert parts(quote(spec, {"speech": ["https://a.example/a.mp3"]}, today=TODAY)) == [
        ("second", Decimal(60), True)
    ]
    assert quote(spec, {}, today=TODAY).credits is None
    assert cheapest(spec) == 10


MINE, YOURS = "upload:1", "upload:2"
MEASURES = {MINE: Decimal("8.2"), YOURS: Decimal(4), "kie-1": Decimal("6.001"), CLIP: Decimal(0)}
ENLARGED = (
    MODEL[: MODEL.index("[[models.params]]")]
    .replace('kind = "text-to-video"', 'kind = "upscale"')
    .replace('{ "$video_input" = false }', "{}")
    + """
[[models.params]]
name = "task_id"
role = "task"
type = "string"
"""
)
FILMED = SPOKEN.replace('media = "audio"\nrequired = true', 'media = "video"').replace(
    'role = "audio"', 'role = "source video"'
)
WHOLE = (
    FILMED
    + """
[[models.params]]
name = "duration"
role = "length"
type = "integer"
min = 2
max = 30
also = [-1, 0]
follows = 0
"""
)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        (MODEL, {"clips": [MINE]}, [("second", 5, False), ("input second", 9, False)]),
        (MODEL, {"clips": [MINE, YOURS]}, [("second", 5, False), ("input second", 13, False)]),
        (MODEL, {"clips": [MINE, CLIP]}, [("second", 5, False), ("input second", 24, True)]),
        (MODEL, {"duration": -1, "clips": [YOURS]}, [("second", 15, True), ("input second", 4, False)]),
        (SPOKEN, {"speech": [YOURS]}, [("second", 4, False)]),
        (FILMED, {"speech": [MINE]}, [("second", 9, False), ("input second", 9, False)]),
        (WHOLE, {"speech": [MINE], "duration": 0}, [("second", 9, False), ("input second", 9, False)]),
        (WHOLE, {"speech": [MINE], "duration": 3}, [("second", 3, False), ("input second", 9, False)]),
        (WHOLE, {"speech": [MINE], "duration": -1}, [("second", 30, True), ("input second", 9, False)]),
        (ENLARGED, {"task_id": "kie-1"}, [("second", 7, False)]),
        (ENLARGED, {"task_id": "kie-2"}, []),
    ],
)
def test_a_measured_length_counts_in_started_seconds(text: str, values: Any, expected: Any) -> None:
    """It takes the place of the longest that is allowed, and of nothing that a person chose."""
    offer = quote(spec_of(text), values, today=TODAY, sources={MEASURED: MEASURES})
    assert parts(offer) == expected
    assert offer.at_most == any(at_most for _, _, at_most in expected)
    basis = Basis.ESTIMATE if offer.at_most else Basis.EXACT
    assert offer.basis is (basis if expected else Basis.UNKNOWN)
    known = any(line.measured for line in offer.lines)
    assert ("by the measured length" in offer.explanation) == known == bool(expected)


def test_what_is_measured_needs_no_limit() -> None:
    """Without one the price of another's file stays unknown, and beside it that of ours as well."""
    spec = spec_of(MODEL.replace("max_seconds = 15\n", ""))
    found = {
        references: quote(
            spec, {"clips": list(references)}, today=TODAY, sources={MEASURED: MEASURES}
        ).credits
        for references in ((MINE,), (MINE, YOURS), (CLIP,), (MINE, CLIP))
    }
    assert list(found.values()) == [84, 108, None, None]


def test_a_price_text_by_the_length_of_the_input_counts_what_was_measured() -> None:
    """The formula of a model that Kie describes: with its input beside the clip, or the clip alone."""
    video = Media(name="video_url", label="Video", media="video", role="source video", required=True)
    task = Text(name="task_id", label="Clip", role="task", required=True)
    spec = replace(spec_of(SPOKEN), kind="upscale")
    both = (
        "8 credits/s. Note: The billing rule is (input video duration + output video duration) × unit price."
    )
    for param, text, reference, credits in (
        (video, "8 credits per second", MINE, 72),
        (video, both, MINE, 144),
        (task, "8 credits per second", "kie-1", 56),
        (task, both, "kie-1", 112),
    ):
        rows = price_rows(read(text), "m", [param], source="Kie", seen_on=TODAY)
        described = replace(spec, params=(param,), prices=rows)
        value: object = [reference] if param is video else reference
        offer = quote(described, {param.name: value}, today=TODAY, sources={MEASURED: MEASURES})
        assert offer.credits == credits
        assert quote(described, {param.name: value}, today=TODAY).credits is None


FRAMES = (
    MODEL[: MODEL.index("[[models.params]]")].replace('{ "$video_input" = false }', "{}")
    + """
[[models.params]]
name = "num_frames"
role = "frame count"
type = "number"
default = 80
[[models.params]]
name = "fps"
role = "frame rate"
type = "number"
default = 16
"""
)


def test_frames_and_their_rate_make_a_length() -> None:
    spec = spec_of(FRAMES)
    assert quote(spec, {}, today=TODAY).credits == 50
    assert quote(spec, {"num_frames": 40}, today=TODAY).credits == 25


def test_a_row_that_asks_for_what_is_not_known_does_not_fit() -> None:
    text = MODEL.replace('{ "$video_input" = false }', '{ "$source_resolution" = "480p" }')
    assert quote(spec_of(text), {}, today=TODAY).basis is Basis.UNKNOWN


def test_from_price_is_that_of_a_clip_without_a_video_among_its_inputs() -> None:
    assert cheapest(spec_of(MODEL)) == 40


FLAT = (
    MODEL[: MODEL.index("price_list")]
    + 'prices = [{ credits = 80, source = "card", confidence = "high", estimate = true }]\n'
    + MODEL[MODEL.index("[[models.params]]") :]
)


def test_orders_are_alike_in_what_their_price_looks_at() -> None:
    """Under a flat figure any setting may count, and whether files are given; which ones never does."""

    def digest(text: str, **values: Any) -> str:
        return quote(spec_of(text), values, today=TODAY).digest

    for text in (MODEL, FLAT):
        alone = digest(text)
        assert alone == digest(text, duration=5) != digest(text, duration=6)
        assert digest(text, pictures=[PICTURE] * 3) == digest(text, pictures=["https://a.example/b.png"] * 3)
        assert digest(text, pictures=[PICTURE]) != alone
    assert digest(MODEL, pictures=[PICTURE] * 3) != digest(MODEL, pictures=[PICTURE] * 4)
    assert digest(MODEL, clips=[CLIP]) == "", "a price at most is not compared"
    assert digest(FLAT) != digest(FLAT.replace("credits = 80", "credits = 90"))
    flat = quote(spec_of(FLAT), {}, today=TODAY)
    assert still_listed(spec_of(FLAT), flat.priced)
    assert not still_listed(spec_of(FLAT.replace("credits = 80", "credits = 90")), flat.priced)
    assert not still_listed(spec_of(FLAT), quote(spec_of(MODEL), {}, today=TODAY).priced)
    observed = flat.as_observed(Decimal(1250), 3)
    assert (
        observed.explanation
        == "Kie took 1,250 cr for each of the last 3 like this; the reference card says 80"
    )
    assert (observed.digest, observed.listed) == (flat.digest, Decimal(80))
