"""The corpus, made once a session, and a file host that hands its files out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.files.corpus import FILES, UNDRAWN


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """The bytes of a file of the corpus, by its name."""
    folder = tmp_path_factory.mktemp("corpus")
    known: dict[str, bytes] = {}

    def make(name: str) -> bytes:
        if name not in known:
            path: Path = folder / str(len(known))
            (FILES | UNDRAWN)[name][0](path)
            known[name] = path.read_bytes()
        return known[name]

    return make


@pytest.fixture
def saving(creator: Any) -> Callable[[str], Any]:
    """A paid task whose result lies at an address."""
    from generations.models import State
    from tests.case_rows import ago, task_in

    def put(url: str, **fields: Any) -> Any:
        return task_in(creator, State.SAVING, **{"result_urls": [url], "due_at": ago(seconds=1), **fields})

    return put
