"""A catalogue with a model of each dialect, and somebody who hears callbacks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generations import catalogue
from generations.catalogue.load import load
from tests.listener import Listener

HERE = Path(__file__).parent


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The catalogue and the models of this folder, as they stand in the service's reference."""
    known = {**catalogue.models(), **load(HERE)}
    monkeypatch.setattr(catalogue, "models", lambda: known)
    return known


@pytest.fixture
def ear() -> Iterator[Listener]:
    with Listener(deaf=0) as listener:
        yield listener
