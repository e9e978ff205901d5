"""CATALOGUE: the limits of the reference card or of the live service; the Models page shows both, and why."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.catalogue.checking import example, faults
from generations.catalogue.judge import judge
from generations.catalogue.load import load_text
from generations.catalogue.tables import BadCatalogue
from generations.models import Task
from tests.page import Page, read

SEEDANCE, FAST, KLING = "bytedance/seedance-1.5-pro", "veo3_fast", "kling-2.6/text-to-video"
ONLY_LIVE: list[dict[str, Any]] = [{"duration": 5}, {"resolution": "1080p"}, {"prompt": "x" * 2501}]

ENTRY = """
family = "F"
maker = "M"
[[models]]
id = "a"
label = "A"
kind = "x"
modes = []
status = "live"
source = []
as_of = "2026"
confidence = "high"
[[models.params]]
name = "n"
type = "integer"
default = 5
min = 1
max = 9
live = { LIVE }
"""


@pytest.fixture
def live() -> Iterator[None]:
    catalogue.let_win("live")
    yield
    catalogue.let_win("card")


def refused(values: dict[str, Any]) -> list[str]:
    spec = catalogue.models()[SEEDANCE]
    return [problem.param for problem in judge(spec, spec.defaults() | {"prompt": "Sea"} | values)]


def limits(client: Client, person: User, model_id: str) -> Page:
    client.force_login(person)
    return read(client.get(f"/models/?model={model_id}"))


def test_the_limits_of_the_card_are_kept_unless_the_live_ones_are_asked_for() -> None:
    assert [refused(values) for values in ONLY_LIVE] == [["duration"], ["resolution"], ["prompt"]]


@pytest.mark.usefixtures("live")
def test_with_live_the_documented_limits_of_the_service_count() -> None:
    assert [refused(values) for values in ONLY_LIVE] == [[], [], []]
    beyond: list[dict[str, Any]] = [{"duration": 13}, {"resolution": "4k"}, {"prompt": "x" * 20_001}]
    assert [refused(values) for values in beyond] == [["duration"], ["resolution"], ["prompt"]]
    assert catalogue.models()[KLING].by_name["duration"].required
    for spec in catalogue.models().values():
        assert faults(spec) == []
        assert example(spec) is not None


@pytest.mark.django_db
@pytest.mark.usefixtures("live")
def test_a_length_that_only_the_live_service_takes_is_ordered(client: Client, creator: User) -> None:
    client.force_login(creator)
    page = read(client.get(f"/studio/{SEEDANCE}/"))
    form = page.sent | {"prompt": "Sea at dusk", "duration": "5", "resolution": "1080p"}
    assert client.post(f"/studio/{SEEDANCE}/", form).status_code == 302
    assert Task.objects.get().values["duration"] == 5


@pytest.mark.django_db
def test_the_models_page_shows_both_which_counts_and_why(client: Client, creator: User) -> None:
    page = limits(client, creator, SEEDANCE)
    assert "4, 8, 12, may be left out" in page
    assert "whole number 4–12, required" in page
    assert "any number from 4 to 12 since mid-2026" in page
    assert "480p, 720p, 1080p" in page
    assert "Ours counts: CATALOGUE is “card”." in page
    veo = limits(client, creator, FAST)
    assert "up to 3 images" in veo
    assert "Both count" in veo
    assert "CATALOGUE" not in limits(client, creator, "kling-3.0/video")
    catalogue.let_win("live")
    try:
        page = limits(client, creator, SEEDANCE)
    finally:
        catalogue.let_win("card")
    assert "4, 8, 12, may be left out" in page
    assert "The live one counts: CATALOGUE is “live”." in page


def test_a_live_fact_that_is_no_limit_or_that_refuses_the_default_is_refused() -> None:
    def entry(live: str) -> str:
        return ENTRY.replace("LIVE", live)

    assert load_text(entry("max = 7"), "a.toml")
    with pytest.raises(BadCatalogue, match=r"a\.toml, a, n: “live” names “most”, which is no limit"):
        load_text(entry("most = 7"), "a.toml")
    with pytest.raises(BadCatalogue, match="“default” 5"):
        load_text(entry("max = 4"), "a.toml")
