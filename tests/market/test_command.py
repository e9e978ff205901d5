"""manage.py catalogue: check proves the model files, import drafts them."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from generations import catalogue
from generations.catalogue.load import load_file
from generations.catalogue.rules import Allow, Forbid
from generations.catalogue.spec import ModelSpec
from tests.market.test_kinds import HEAD, PARAMS

FACTS: dict[str, Any] = {
    "id": "new/one",
    "label": "New One",
    "family": "New",
    "endpoint": "jobs",
    "kind": "text-to-video",
    "modes": ["text-to-video"],
    "status": "live",
    "source": ["https://docs.example/new"],
    "as_of": "2026-11",
    "confidence": "high",
    "params": [
        {"name": "prompt", "type": "string", "required": True, "max_length": 90, "help": 'A "word".'},
        {
            "name": "duration",
            "type": "integer",
            "default": 5,
            "min": 4,
            "max": 9,
            "step": 1,
            "live": {"also": [-1]},
        },
        {"name": "sound", "type": "boolean"},
        {"name": "first_frame_url", "type": "string", "format": "url", "media": "image"},
        {"name": "callBackUrl", "type": "string"},
    ],
    "rules": [{"type": "allow", "if": {"first_frame_url": None}, "then": {"sound": None}, "text": "x"}],
    "prices": [
        {
            "when": {"sound": s},
            "credits": c,
            "unit": "second",
            "source": "feed 2026-10-06",
            "confidence": "high",
        }
        for s, c in ((False, 2.5), (True, 4))
    ],
}


def said(*words: str) -> str:
    out = StringIO()
    call_command("catalogue", *words, stdout=out)
    return out.getvalue()


def drafted(folder: Path, *models: Any) -> ModelSpec:
    source = folder / "facts.json"
    source.write_text(json.dumps({"models": list(models)}))
    said("import", str(source), "--to", str(folder / "drafts"))
    return load_file(folder / "drafts" / "new.toml")[0]


def test_the_catalogue_has_no_fault() -> None:
    assert f"{len(catalogue.models())} models: 0 with faults" in said("check")


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The one model of the catalogue, to be changed."""
    path = tmp_path / "family.toml"
    path.write_text(HEAD + PARAMS)
    good = load_file(path)[0]

    def change(**fields: Any) -> None:
        monkeypatch.setattr(catalogue, "models", lambda: {"m": replace(good, **fields)})

    change()
    return change


def test_check_finds_what_cannot_be_ordered(spec: Any) -> None:
    assert said("check", "m") == "1 models: 0 with faults, 0 not priced in full, 0 not ordered here.\n"
    spec(
        rules=(
            Forbid(text="No.", condition={"tier": "best"}),
            Allow(text="No.", condition={}, then={"clip": []}),
        )
    )
    with pytest.raises(CommandError, match="1 models: 1 with faults"):
        said("check")


def test_check_finds_what_has_no_price(spec: Any) -> None:
    spec(prices=())
    assert "m: no price for any order" in said("check")


def test_check_of_a_stranger(spec: Any) -> None:
    with pytest.raises(CommandError, match="There is no model “x”"):
        said("check", "x")


def test_facts_become_a_model_file(tmp_path: Path) -> None:
    model = drafted(tmp_path, FACTS)
    assert model.id == "new/one"
    assert [p.name for p in model.params] == ["prompt", "duration", "sound", "first_frame_url"]
    assert [p.role for p in model.params] == ["prompt", "length", "sound", "first frame"]
    assert model.by_name["prompt"].help == 'A "word".'
    assert model.wire({"prompt": "Sea", "duration": -1}) == {"prompt": "Sea", "duration": -1}
    assert model.wire({"prompt": "Sea", "first_frame_url": ["u"]})["sound"] is False
    assert [str(p.credits) for p in model.prices] == ["2.5", "4"]
    assert {str(p.verified_on) for p in model.prices} == {"2026-10-06"}


def test_without_a_folder_the_draft_is_printed(tmp_path: Path) -> None:
    source = tmp_path / "facts.json"
    source.write_text(json.dumps({"models": [FACTS]}))
    printed = said("import", str(source))
    assert 'family = "New"' in printed
    assert "# new/one: new" in printed
    assert "# 1 models in 1 files." in printed


BAD = {
    "no list": ({"models": {}}, "“models” is {}, expected a list"),
    "no table": ({"models": ["x"]}, "model 1: expected a table"),
    "no id": ({"models": [{"family": "New"}]}, "“id” is missing"),
    "no parameters": ({"models": [{"id": "new/one", "family": "New"}]}, "new/one: cannot be read"),
    "a price below nothing": (
        {"models": [FACTS | {"prices": [FACTS["prices"][0] | {"credits": -5}]}]},
        "credits",
    ),
    "a price beyond all": (
        {"models": [FACTS | {"prices": [FACTS["prices"][0] | {"credits": 1e9}]}]},
        "credits",
    ),
    "a strange kind": (
        {"models": [FACTS | {"params": [{"name": "x", "type": "colour"}], "rules": []}]},
        "“type”",
    ),
    "a rule about nothing": (
        {"models": [FACTS | {"params": FACTS["params"][:1], "prices": []}]},
        "is no parameter",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_facts_that_cannot_be_meant_are_refused_and_nothing_is_written(tmp_path: Path, case: str) -> None:
    data, reason = BAD[case]
    source = tmp_path / "facts.json"
    source.write_text(json.dumps(data))
    with pytest.raises(CommandError) as refused:
        said("import", str(source), "--to", str(tmp_path / "drafts"))
    assert reason in str(refused.value)
    assert not (tmp_path / "drafts").exists()


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\x00"])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    source = tmp_path / "facts.json"
    source.write_text(text)
    with pytest.raises(CommandError, match=r"facts\.json: not valid JSON"):
        said("import", str(source))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: no such file"):
        said("import", str(tmp_path / "gone.json"))
