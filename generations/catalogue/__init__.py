"""What can be ordered: pure data, with no database and no I/O besides reading its own files once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from generations.catalogue.load import load
from generations.catalogue.spec import ModelSpec


@cache
def models() -> Mapping[str, ModelSpec]:
    """Every model by its id; families in the order of their file names.

    Raises BadCatalogue with file, key and reason.
    """
    return MappingProxyType(load(Path(__file__).parent / "models"))


def find(model_id: str) -> ModelSpec | None:
    return models().get(model_id)
