"""Kie's own catalogue: read, kept, compared, adopted; with a real client on the sandbox or on a liar."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from generations import catalogue, connection, orders
from generations.catalogue.params import Choice
from generations.catalogue.spec import ModelSpec
from generations.decisions.market import CannotAdopt, adopt
from generations.market import offered
from generations.models import Audit, MarketAnswer, MarketChange, MarketModel, Task
from generations.simulator import Settings, Simulator
from generations.worker.sweep import one_pass
from tests.alive.asked import CURATED, NEW, refresh

pytestmark = pytest.mark.django_db


def _options(spec: ModelSpec) -> tuple[object, ...]:
    param = spec.by_name["resolution"]
    assert isinstance(param, Choice)
    return param.options


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    call_command("catalogue", *words, "--json")
    return {fact["id"]: fact for fact in json.loads(capsys.readouterr().out)}


def test_what_kie_lists_is_kept_as_it_came_and_new_models_are_named(
    kie: Any, simulator: Any, capsys: Any
) -> None:
    simulator.shop.play("new")
    refresh()
    listed = told(capsys, "list")
    assert listed[CURATED] == {"id": CURATED, "status": "live", "orderable": True, "reason": ""}
    assert listed[NEW]["status"] == "new"
    assert "adopt" in listed[NEW]["reason"]
    assert listed["gemini-omni-character"]["reason"].startswith(
        "not orderable yet: it is ordered at “/api/v1/omni"
    )
    assert all(fact["orderable"] or fact["reason"] for fact in listed.values())
    row = MarketModel.objects.get(model_id=NEW)
    assert row.schema is not None
    assert row.schema.content == simulator.shop.schema(NEW)["openapi"]
    assert row.price_text == simulator.shop.price(NEW)["pricingDesc"]
    assert len(row.schema.digest) == 64


def test_a_new_model_is_adopted_and_ordered_from_its_schema_alone(
    kie: Any, simulator: Any, admin: User, capsys: Any
) -> None:
    refresh()
    simulator.shop.play("new")
    refresh()
    assert told(capsys, "diff")[NEW]["status"] == "new"
    assert catalogue.find(NEW) is None
    call_command("catalogue", "adopt", NEW)
    offered.follow()
    assert told(capsys, "list")[NEW]["orderable"] is True
    spec = catalogue.find(NEW)
    assert spec is not None
    task = orders.place(admin, spec, {"prompt": "A boat", "resolution": "1080p", "duration": "8"})
    assert task.quote_credits == Decimal(112)
    while Task.objects.get(pk=task.pk).is_open:
        one_pass()
    done = Task.objects.get(pk=task.pk)
    assert (done.state, done.charge_credits) == ("ready", Decimal(112))
    assert json.loads(simulator._store.task(done.task_id).body)["input"]["camera_motion"] == "still"
    assert [(a.action, a.text) for a in Audit.objects.all()] == [("adopted", NEW)]
    assert list(MarketChange.objects.values_list("kind", "person")[:2]) == [
        ("adopted", admin.pk),
        ("new", None),
    ]


def test_a_task_keeps_the_model_that_it_was_ordered_with(kie: Any, simulator: Any, admin: User) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    offered.follow()
    task = orders.place(admin, catalogue.models()[NEW], {"prompt": "A boat", "resolution": "720p"})
    simulator.shop.play("parameter", NEW)
    simulator.shop.play("gone", NEW)
    refresh()
    offered.follow()
    assert catalogue.models()[NEW].status == "retired"
    spec = Task.objects.get(pk=task.pk).spec
    assert spec is not None
    assert _options(spec) == ("720p", "1080p", "4k")
    with pytest.raises(orders.NotAdmitted, match="retired"):
        orders.check_live(catalogue.models()[NEW])


def test_a_change_is_shown_old_against_new_until_an_admin_takes_it(
    kie: Any, simulator: Any, admin: User, capsys: Any
) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    simulator.shop.play("parameter", NEW)
    simulator.shop.play("price", NEW)
    refresh()
    changed = told(capsys, "diff")[NEW]
    assert changed["status"] == "changed"
    options, price = changed["differs"]
    assert (options["param"], options["old"], options["new"]) == (
        "resolution", ["720p", "1080p", "4k"], ["720p", "1080p"],
    )  # fmt: skip
    assert (price["what"], "8 credits" in price["old"], "10 credits" in price["new"]) == ("price", True, True)
    offered.follow()
    spec = catalogue.models()[NEW]
    assert "4k" in _options(spec)
    assert orders.price(spec, {"prompt": "A", "resolution": "720p"}).credits == 50
    adopt(admin, NEW)
    offered.follow()
    assert told(capsys, "list")[NEW]["status"] == "live"
    assert _options(catalogue.models()[NEW]) == ("720p", "1080p")
    assert Audit.objects.values_list("action", flat=True)[0] == "noted"


def test_what_kie_drops_is_retired_and_comes_back(kie: Any, simulator: Any, capsys: Any) -> None:
    refresh()
    simulator.shop.play("gone", CURATED)
    refresh()
    offered.follow()
    assert told(capsys, "list")[CURATED]["status"] == "gone"
    assert catalogue.models()[CURATED].status == "retired"
    simulator.shop.play("back", CURATED)
    simulator.shop.play("price", CURATED)
    refresh()
    offered.follow()
    assert told(capsys, "list")[CURATED]["status"] == "changed"
    assert catalogue.models()[CURATED].status == "live"
    kinds = list(MarketChange.objects.filter(model_id=CURATED).order_by("id").values_list("kind", flat=True))
    assert kinds == ["gone", "back", "changed"]


def test_what_cannot_be_adopted_says_why(kie: Any, admin: User) -> None:
    refresh()
    with pytest.raises(CannotAdopt, match="lists no model “no/such”"):
        adopt(admin, "no/such")
    with pytest.raises(CommandError, match="not orderable yet: it is ordered at"):
        call_command("catalogue", "adopt", "gemini-omni-character")
    adopt(admin, CURATED)
    assert not Audit.objects.exists()


def test_answers_and_changes_are_only_ever_added(kie: Any) -> None:
    from django.db import DatabaseError, transaction

    refresh()
    for model in (MarketAnswer, MarketChange):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            model.objects.update(model_id="x")


def test_the_sandbox_plays_what_the_command_says(
    kie: Any, simulator: Any, settings: Any, capsys: Any
) -> None:
    connection.sandbox_file().write_text(json.dumps({"url": simulator.url}))
    settings.SANDBOX = True
    for what in ("new", "price", "parameter", "gone", "back"):
        call_command("catalogue", "play", what)
    assert capsys.readouterr().out.splitlines()[-1] == f"back: {NEW}"
    assert "10 credits" in simulator.shop.price(NEW)["pricingDesc"]
    with pytest.raises(CommandError, match="“no/such” is not listed"):
        call_command("catalogue", "play", "price", "no/such")
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="connected to Kie"):
        call_command("catalogue", "play", "new")


def test_what_was_played_outlives_a_restart_of_the_sandbox(tmp_path: Any) -> None:
    with Simulator(Settings(folder=tmp_path / "other")) as running:
        running.shop.play("new")
        running.shop.play("gone", CURATED)
    with Simulator(Settings(folder=tmp_path / "other")) as again:
        assert NEW in again.shop.models()
        assert CURATED not in again.shop.models()


def test_every_page_request_follows_what_another_process_adopted(
    kie: Any, simulator: Any, admin: User
) -> None:
    from kiestudio.wsgi import application

    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    assert catalogue.find(NEW) is None
    started: list[str] = []
    environ: dict[str, Any] = {"PATH_INFO": "/models/", "REQUEST_METHOD": "GET", "SERVER_PORT": "80"}
    place: dict[str, Any] = {
        "SERVER_NAME": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    list(application(environ | place, lambda status, headers: started.append(status)))
    assert started
    assert catalogue.find(NEW) is not None


@pytest.mark.parametrize(("below", "comes"), [(0, False), (240, False), (241, True)])
def test_new_models_below_a_price_come_in_by_themselves(
    kie: Any, simulator: Any, settings: Any, below: int, comes: bool
) -> None:
    settings.ADOPT_BELOW = below
    simulator.shop.play("new")
    refresh()
    offered.follow()
    assert (NEW in catalogue.models()) is comes
    assert MarketChange.objects.filter(model_id=NEW, kind="adopted", person=None).exists() is comes
    assert "gemini-omni-character" not in catalogue.models()


def test_a_price_of_our_files_that_kie_does_not_name_is_a_change_from_the_first_reading_on(
    kie: Any, simulator: Any, admin: User, capsys: Any
) -> None:
    simulator.shop.play("price", CURATED)
    refresh()
    changed = told(capsys, "diff")[CURATED]
    assert changed["differs"][0] == {
        "param": "",
        "what": "price",
        "old": "55 credits (duration 5, sound False)",
        "new": "68.75 credits (duration 5, sound False)",
    }
    assert len(changed["differs"]) == 4
    adopt(admin, CURATED)
    assert told(capsys, "list")[CURATED]["status"] == "live"
    assert orders.price(catalogue.models()[CURATED], {"duration": "5", "sound": False}).credits == 55


def test_the_shell_orders_what_another_process_adopted(
    kie: Any, simulator: Any, admin: User, capsys: Any
) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    capsys.readouterr()
    call_command("generate", NEW, "--set", "prompt=A boat", "--user", "admin")
    assert json.loads(capsys.readouterr().out)["quote"] == 40
    simulator.shop.play("gone", NEW)
    refresh()
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("generate", NEW, "--set", "prompt=A boat", "--user", "admin")
    refused = json.loads(capsys.readouterr().out)
    assert refused["quote"] is None
    assert "retired" in refused["error"]


def test_only_what_an_order_would_be_taken_for_is_orderable(capsys: Any) -> None:
    listed = told(capsys, "list")
    assert listed["veo3_fast"]["orderable"] is True
    assert listed["grok-imagine/upscale"]["orderable"] is True
    assert listed["veo-1080p"]["orderable"] is True
    assert listed["topaz/video-upscale"]["orderable"] is True, "its price counts a file that is measured"
    for model, why in (
        ("veo-4k", "does the same"),
        ("runway/extend-ai-video", "price"),
        ("wan/2-6-flash-video-to-video", "price"),
        ("sora-2-text-to-video", "retired"),
    ):
        assert listed[model]["orderable"] is False
        assert why in listed[model]["reason"]
