"""Kie's price prose becomes rows, or stays prose; held against every text of Kie's catalogue."""

import json
import re
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generations.catalogue.pricetext import read
from generations.catalogue.quote import quote
from generations.catalogue.schema import Listed, model_spec
from generations.catalogue.spec import ModelSpec
from generations.simulator.market.documents import document, facts

TODAY = date(2026, 10, 6)
READINGS = [
    json.loads(line) for line in (Path(__file__).parent / "facts" / "prices.jsonl").read_text().splitlines()
]
TEXTS = [(reading, text) for reading in READINGS for text in reading["texts"]]
IN_DOLLARS = Decimal(200)
"""Credits of a dollar."""
WITHOUT_LENGTH = "wan/2-2-a14b"
"""Priced by the second, with a length that neither schema nor price text names."""


def spec_of(model_id: str) -> ModelSpec:
    fact: Any = facts()[model_id]
    listed = fact["listed"]
    about = Listed(
        id=model_id, title=listed["title"], provider=listed["provider"], tasks=tuple(listed["taskType"])
    )
    return model_spec(document(fact), about, listed["pricingDesc"], seen_on=TODAY)


def amounts(reading: dict[str, Any]) -> list[Decimal]:
    return sorted(
        Decimal(str(rate["credits"])) if "credits" in rate else Decimal(str(rate["usd"])) * IN_DOLLARS
        for rate in reading["rates"]
    )


@pytest.mark.parametrize(("reading", "text"), TEXTS, ids=[str(n) for n in range(len(TEXTS))])
def test_every_text_gives_its_amounts_and_no_other(reading: dict[str, Any], text: str | None) -> None:
    found = read(text)
    siblings = [r for r in READINGS if text in r["texts"]]
    named = {amount for sibling in siblings for amount in amounts(sibling)}
    if "avatar" in str(reading["models"]):
        named = {Decimal(8), Decimal(16)}
    assert {rate.credits for rate in found.rates} == named
    assert bool(found.doubt) == (not named)


def worked() -> Iterator[tuple[str, dict[str, Any], Decimal]]:
    """Every worked sum, for each model that can be asked for it."""
    for reading in READINGS:
        for model_id in reading["models"]:
            for sum_ in reading["worked"]:
                if model_id.startswith("minimax") and "reference" not in model_id and len(sum_["params"]) > 2:
                    continue
                yield model_id, sum_["params"], Decimal(str(sum_["credits"]))


@pytest.mark.parametrize(("model_id", "params", "credits"), list(worked()), ids=lambda value: str(value)[:50])
def test_a_quote_is_the_worked_sum_or_unknown_and_never_another_figure(
    model_id: str, params: dict[str, Any], credits: Decimal
) -> None:
    spec = spec_of(model_id)
    values = {name: value for name, value in params.items() if not name.startswith("$")}
    counts = {name for name in params if name.startswith("$") and name != "$video_input"}
    if params.get("$video_input") or "$input_seconds" in counts:
        values |= {p.name: ["https://example.com/a.mp4"] for p in spec.media_params() if p.media == "video"}
    if images := params.get("$input_images"):
        many = next(p for p in spec.media_params() if p.media == "image" and p.max_items >= images)
        values[many.name] = ["https://example.com/a.png"] * images
        counts -= {"$input_images"}
    found = quote(spec, values, today=TODAY).credits
    lone = model_id.startswith(WITHOUT_LENGTH) or "model" in params or "gemini" in model_id
    lone = lone or (model_id == "wan/2-6-video-to-video" and params["duration"] == "15")
    assert found == (None if counts or lone else credits)


def test_sounding_alike_takes_nothing_from_a_sibling() -> None:
    per_second = {spec_of(f"kling/ai-avatar-{tier}").prices[0].credits for tier in ("standard", "pro")}
    assert per_second == {8, 16}
    assert [p.credits for p in spec_of("hailuo/2-3-image-to-video-pro").prices] == [45, 90, 80]


def test_input_seconds_count_only_where_a_video_is_given() -> None:
    spec = spec_of("bytedance/seedance-2")
    values = {"resolution": "720p", "duration": 5}
    assert quote(spec, values, today=TODAY).credits == 205
    assert quote(spec, values | {"reference_video_urls": ["https://a.b/c.mp4"]}, today=TODAY).credits is None


def test_with_a_video_the_lower_price_without_one_never_counts() -> None:
    spec = spec_of("kling-3.0-omni/reference-to-video")
    values = {"resolution": "720p", "duration": 5, "audio": False}
    assert quote(spec, values, today=TODAY).credits == 70
    assert quote(spec, values | {"video_urls": ["https://a.b/c.mp4"]}, today=TODAY).credits == 100


def test_five_images_are_free_and_the_sixth_is_not() -> None:
    spec = spec_of("minimax-h3/reference-to-video")
    values = {"resolution": "768P", "duration": 5}
    prices = [
        quote(spec, values | {"reference_image_urls": ["https://a.b/c.png"] * n}, today=TODAY).credits
        for n in (5, 6, 7)
    ]
    assert prices == [40, 44, 48]


@pytest.mark.parametrize(
    "text",
    [
        "-5 credits per video",
        "1000000000 credits per video",
        "1e9 credits per video",
        "5-10 credits per video",
        "720p: from 10 credits/s",
        "Up to 20 credits per second",
        "10 credits per video plus 5 credits per second",
        "10 credits per clip, 20 credits per clip",
        "12 credits (~$0.6) per second",
        "720p: 10 credits/s; 1080p: 20",
        "10 credits/min",
        "5 credits per second for 720p, 8 credits per second for 1080p, minimum 20 credits",
        "A 6s clip costs 30 credits; each extra second 5 credits",
        "30 / 60 credits for 5 / 10 / 15 s",
        "720p 10.5.3 credits",
        "Credits are charged twice for sound.\n10 credits per video",
        "High-tier top-ups: 9 credits per video",
        "5 credits for the first 5 seconds, then 2 credits/s",
        "Base fee 10 credits, 720p 5 credits/s",
        "Draft: 2 credits/s. Final: 10 credits/s",
        "720p: 5 credits/s if no audio is made",
        "Off-peak 720p: 5 credits/s",
        "10 credits per clip, half for 480p",
        "Ask our sales team about 5 credits offers",
        "Total Cost = Unit Price × Frames\n3 credits/s",
        "10 credits per video. " * 1000,
        "\x00\ud800",
    ],
)
def test_what_is_not_understood_stays_prose(text: str) -> None:
    found = read(text)
    assert found.rates == ()
    assert found.doubt


@pytest.mark.parametrize(
    "part", ["1/", "$1/", "5s/", "(input ", "a- ", "no/with audio ", "720p or ", "1,000"]
)
def test_a_text_made_to_be_slow_is_read_at_once(part: str) -> None:
    began = time.process_time()
    read((part * 8_000)[:8_000])
    assert time.process_time() - began < 0.5


def test_a_reading_can_be_whole() -> None:
    """The control of the test above: the same words without what makes them unclear."""
    assert [
        rate.credits for rate in read("5 credits per second for 720p, 8 credits per second for 1080p").rates
    ] == [5, 8]
    assert [rate.credits for rate in read("30 / 60 / 90 credits for 5 / 10 / 15 s").rates] == [30, 60, 90]


@pytest.mark.parametrize(("reading", "text"), TEXTS, ids=[str(n) for n in range(len(TEXTS))])
def test_a_text_is_read_the_same_without_its_dollars(reading: dict[str, Any], text: str | None) -> None:
    bare = re.sub(r" ?\((?:[~≈]|US)* ?\$[\d.]+ ?\)", "", text or "")
    if "$" not in bare.partition("High-tier")[0]:
        assert read(bare).rates == read(text).rates


def test_a_price_that_ends_on_a_date_says_so() -> None:
    price = spec_of("bytedance/seedance-2-fast").prices[0]
    assert "October 7" in price.note
    assert price.confidence == "medium"
