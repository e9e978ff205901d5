"""Real clips of several rates and sizes, on boards."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from generations.models import Board, Video
from tests.files.corpus import film
from tests.given.clips import stored
from tests.task_page.rows import ready


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A film of so many frames at a rate, each made once."""
    folder = tmp_path_factory.mktemp("films")
    known: dict[str, Path] = {}

    def make(rate: Fraction | int, frames: int, **how: Any) -> Path:
        key = f"{rate}-{frames}-{sorted(how.items())}"
        if key not in known:
            known[key] = folder / f"{len(known)}.mp4"
            film(known[key], rate=rate, frames=frames, **how)
        return known[key]

    return make


@pytest.fixture
def clip(films: Callable[..., Path]) -> Callable[..., Video]:
    """The clip of a finished task of a person, with this prompt."""

    def put(
        person: User, prompt: str = "A paper boat", rate: Fraction | int = 24, frames: int = 48, **how: Any
    ) -> Video:
        return stored(person, films(rate, frames, **how), task=ready(person, prompt=prompt))

    return put


@pytest.fixture
def board(creator: User) -> Board:
    return Board.objects.create(title="Launch film", person=creator)


@pytest.fixture
def on_board(board: Board, creator: User, clip: Callable[..., Video]) -> Callable[..., Video]:
    """A clip that is put on the board."""

    def put(*args: Any, **how: Any) -> Video:
        video = clip(creator, *args, **how)
        assert board.add(video, creator)
        return video

    return put
