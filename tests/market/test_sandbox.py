"""The sandbox sells what the market sells, at the same prices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generations.simulator import Simulator
from tests.sandbox_caller import KLING, Caller, links, settings


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    with Simulator(settings(tmp_path)) as sandbox:
        made = Caller(sandbox.url)
        yield made
        made.session.close()


def test_an_upscaled_clip_costs_what_its_source_decides(caller: Caller) -> None:
    clip = {"prompt": "A lake", "duration": 6, "resolution": "720p"}
    source = caller.order({"model": "grok-imagine/text-to-video", "input": clip})
    assert caller.ended(source)["creditsConsumed"] == 27
    larger = {"task_id": source, "resolution": "1080p"}
    upscaled = caller.order({"model": "grok-imagine/upscale", "input": larger})
    assert caller.ended(upscaled)["creditsConsumed"] == 20


def test_a_clip_as_long_as_its_speech_costs_its_own_length(caller: Caller) -> None:
    given = {
        "image_url": "https://a.example/a.png",
        "audio_url": "https://a.example/a.mp3",
        "prompt": "Speak",
    }
    spoken = caller.order({"model": "kling/ai-avatar-standard", "input": given})
    assert caller.ended(spoken)["creditsConsumed"] == 5 * 8


def test_a_clip_of_the_sandbox_given_to_a_model_costs_its_own_length(caller: Caller) -> None:
    """The price of a file from elsewhere is not known, so it costs what everything without one costs."""
    clip = caller.order({"model": "kling-2.6/text-to-video", "input": KLING | {"duration": "10"}})
    (address,) = links(caller.ended(clip))
    for given, credits in ((address, 10 * 8), ("https://a.example/a.mp4", 10)):
        larger = caller.order({"model": "topaz/video-upscale", "input": {"video_url": given}})
        assert caller.ended(larger)["creditsConsumed"] == credits


def test_numbers_and_records_are_refused_in_kind(caller: Caller) -> None:
    grok = {"prompt": "A lake", "image_urls": ["https://a.example/a.png"]}
    for wrong in (6, "1e1", "31", "many"):
        body = {"model": "grok-imagine/image-to-video", "input": grok | {"duration": wrong}}
        assert caller.post("/api/v1/jobs/createTask", body)["code"] in (422, 500)
    taken = {"model": "grok-imagine/image-to-video", "input": grok | {"duration": "7"}}
    assert caller.ended(caller.order(taken))["creditsConsumed"] == pytest.approx(16.8)
