"""Lengths that we have measured, from the clip of a task to its price, and what they let be ordered."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from generations import catalogue, orders
from generations.catalogue.lengths import MEASURED
from generations.catalogue.media import Media
from generations.catalogue.params import Text
from generations.catalogue.quote import Basis, quote
from generations.catalogue.spec import ModelSpec, Price
from generations.market.standing import standing
from generations.models import Task, Video
from generations.orders.sources import facts_of
from tests.market.test_prices import TODAY

FOLLOWING = ("topaz/video-upscale", "wan/2-2-animate-move", "wan/2-2-animate-replace")
"""Models of our files whose price counts the length of a video that has no limit."""


def without_files(spec: ModelSpec) -> ModelSpec:
    params = tuple(replace(p, takes_files=False) if isinstance(p, Media) else p for p in spec.params)
    return replace(spec, params=params)


@pytest.mark.parametrize("model_id", FOLLOWING)
def test_a_model_that_counts_its_input_can_be_ordered_where_that_can_be_ours(model_id: str) -> None:
    spec = catalogue.curated()[model_id]
    assert "the length of its input" in standing(model_id, without_files(spec), None).reason
    assert standing(model_id, spec, None).orderable
    for reference, credits in (("upload:1", spec.list_prices[0].credits * 9), ("https://a.example/a", None)):
        values = {**spec.defaults(), **spec.list_prices[0].when, "video_url": [reference]}
        values = {n: v[0] if isinstance(v, list) and n != "video_url" else v for n, v in values.items()}
        sources = {MEASURED: {"upload:1": Decimal("8.04")}}
        offer = quote(spec, values, today=TODAY, sources=sources)
        assert (offer.credits, offer.at_most) == (credits, False)


def test_the_whole_video_of_an_edit_is_as_long_as_it_was_measured() -> None:
    spec = catalogue.curated()["wan/2-7-videoedit"]
    sources = {MEASURED: {"upload:1": Decimal("6.5")}}
    offer = quote(spec, {"video_url": ["upload:1"]}, today=TODAY, sources=sources)
    assert offer.credits == 24 * 7
    assert (offer.basis, offer.at_most) == (Basis.ESTIMATE, False)
    assert quote(spec, {"video_url": ["https://a.example/a"]}, today=TODAY).at_most


@pytest.mark.django_db
def test_the_clip_of_a_task_is_as_long_as_its_file(order: Callable[..., Task]) -> None:
    enlarging = Text(name="task_id", label="Clip", role="task", required=True)
    per_second = Price(when={"$seconds": True}, credits=Decimal(3), unit="second", confidence="high")
    spec = catalogue.curated()["grok-imagine/upscale"]
    spec = replace(spec, id="new/upscale", params=(enlarging,), prices=(per_second,))
    task = order()
    Task.objects.filter(pk=task.pk).update(task_id="kie-1", state="running")
    values: dict[str, object] = {"task_id": "kie-1"}
    assert orders.price(spec, values).credits is None
    facts = {"path": "videos/a.mp4", "size": 1, "width": 1280, "height": 720, "fps": 24, "has_sound": False}
    Video.objects.create(task=task, seconds=5, **facts)
    for seconds, credits in ((8.0, 24), (8.0004, 24), (8.01, 27), (0.0, None), (float("inf"), None)):
        Video.objects.update(seconds=seconds)
        assert orders.price(spec, values).credits == credits, seconds
    assert facts_of(spec, {"task_id": "kie-2"}) == {}
