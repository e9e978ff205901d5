"""A sandbox with a short list, and its catalogue read at once."""

from typing import Any

import pytest

from generations.models import market as rows
from generations.simulator import Settings, Simulator
from tests.alive.asked import CURATED


@pytest.fixture
def simulator(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A sandbox with a short list, asked as fast as it goes: the pace has tests of its own."""
    monkeypatch.setattr(rows, "BETWEEN_LOOKS", 0)
    settings = Settings(
        folder=tmp_path / "kie",
        fastest=0.05,
        slowest=0.2,
        seed=1,
        tiny_clips=True,
        look_ups_per_second=10_000,
    )
    with Simulator(settings) as running:
        for model in list(running.shop.models()):
            if model not in (CURATED, "veo-3-1", "pixverse-v6/extend", "gemini-omni-character"):
                running.shop.play("gone", model)
        yield running
