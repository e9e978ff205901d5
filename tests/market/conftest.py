"""What tests of the market share: books that agree when a test has ended."""

from collections.abc import Iterator

import pytest

from generations.money import ledger


@pytest.fixture
def books_agree(db: None) -> Iterator[None]:
    yield
    assert ledger.differences() == []
