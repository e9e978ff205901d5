"""What the catalogue makes sure of, so that no order is written for the wrong call."""

from pathlib import Path

import pytest

from generations.catalogue.load import load
from generations.catalogue.tables import BadCatalogue

HERE = Path(__file__).parent


def changed(folder: Path, old: str, new: str) -> Path:
    """This folder's Runway models, with one line changed."""
    text = (HERE / "runway.toml").read_text()
    assert old in text
    (folder / "runway.toml").write_text(text.replace(old, new))
    return folder


def test_the_models_of_this_folder_have_endpoints_of_their_own() -> None:
    assert {spec.id: spec.endpoint for spec in load(HERE).values()} == {
        "runway-generate": "runway",
        "runway-extend": "runway-extend",
        "runway-aleph": "aleph",
        "veo-extend": "veo-extend",
        "veo-3-1": "jobs",
    }


def test_a_second_model_at_a_call_that_names_no_model_is_refused(tmp_path: Path) -> None:
    """Aleph's order would be sent to Runway, and paid."""
    folder = changed(tmp_path, 'endpoint = "aleph"', 'endpoint = "runway"')
    with pytest.raises(BadCatalogue, match="runway-aleph: “endpoint” runway is that of “runway-generate”"):
        load(folder)


def test_an_endpoint_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path, 'endpoint = "aleph"', 'endpoint = "luma"')
    with pytest.raises(BadCatalogue, match="“endpoint” is 'luma', expected one of aleph, jobs"):
        load(folder)
