"""`manage.py plan`: what scripts read, and that a key orders once."""

import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from generations.models import Plan, Task
from tests.plans.conftest import KLING, VEO


def run(*args: str) -> tuple[dict[str, Any], int]:
    """The printed object, and the exit code."""
    out = io.StringIO()
    try:
        call_command("plan", *args, "--json", stdout=out)
    except SystemExit as end:
        return json.loads(out.getvalue()), int(str(end.code))
    return json.loads(out.getvalue()), 0


WANTED = (
    "--model",
    KLING,
    "--model",
    VEO,
    "--set",
    "prompt=At {dusk|noon}",
    "--takes",
    "2",
    "--user",
    "creator",
)


def test_it_prints_tasks_total_and_problems_and_orders_nothing(creator: User) -> None:
    found, code = run(*WANTED)
    assert code == 0
    assert [(task["model"], task["values"]["prompt"], task["quote"]) for task in found["tasks"][::2]] == [
        (KLING, "At dusk", 55),
        (KLING, "At noon", 55),
        (VEO, "At dusk", 60),
        (VEO, "At noon", 60),
    ]
    assert found["total"] == 460
    assert found["problems"] == []
    assert not Plan.objects.exists()


def test_a_key_places_them_once_and_prints_the_same_again(creator: User) -> None:
    first, code = run(*WANTED, "--place", "monday")
    assert code == 0
    assert Task.objects.count() == 8
    assert all(task["id"] for task in first["tasks"])
    assert run(*WANTED, "--place", "monday") == (first, 0)
    assert Task.objects.count() == 8
    other, code = run("--model", KLING, "--set", "prompt=Sea", "--user", "creator", "--place", "monday")
    assert code == 1
    assert "ordered something else" in other["problems"][0]["text"]
    assert Task.objects.count() == 8


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (["--model", "no/such"], {"model": "no/such", "param": None}),
        (["--model", KLING], {"model": KLING, "param": "prompt"}),
        (["--model", KLING, "--set", "prompt={a||b}"], {"model": None, "param": "prompt"}),
        (["--model", KLING, "--set", "prompt=a", "--takes", "13"], {"model": None, "param": "takes"}),
        (["--model", KLING, "--set", "prompt=a", "--set", "what=1"], {"model": KLING, "param": None}),
        (
            ["--model", KLING, "--model", "kling-2.6/image-to-video", "--set", "prompt=a"],
            {"model": "kling-2.6/image-to-video", "param": "image_urls"},
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_model_and_parameter(
    creator: User, args: list[str], problem: dict[str, str | None]
) -> None:
    found, code = run(*args, "--user", "creator", "--place", "key")
    assert code == 1
    named = {name: found["problems"][0][name] for name in ("model", "param")}
    assert named == problem
    assert found["problems"][0]["text"]
    assert not Task.objects.exists()


def test_a_reviewer_plans_nothing(reviewer: User) -> None:
    with pytest.raises(CommandError, match="may not order"):
        run("--model", KLING, "--set", "prompt=a", "--user", "reviewer")


def test_without_json_it_prints_lines(creator: User) -> None:
    out = io.StringIO()
    call_command("plan", "--model", KLING, "--set", "prompt=At {dusk|noon}", "--user", "creator", stdout=out)
    assert out.getvalue().splitlines()[-1].split() == ["110", "cr", "together"]
