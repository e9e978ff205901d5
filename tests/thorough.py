"""Matrices of which the suite runs a few rows: `make thorough` runs the others."""

from collections.abc import Iterable
from typing import Any

import pytest


def rows(names: Iterable[str], *, in_short: Iterable[str]) -> list[Any]:
    """The rows of a matrix by name. Those that are not `in_short` wait for `make thorough`."""
    names, short = list(names), set(in_short)
    unknown = short - set(names)
    assert short, "Nothing of it would be left in the suite."
    assert not unknown, f"No rows of the matrix: {sorted(unknown)}"
    return [name if name in short else pytest.param(name, marks=pytest.mark.thorough) for name in names]
