"""The house keeps its rules: migrations complete, settings documented, addresses stable, catalogue sound."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from generations import catalogue, views

ROOT = Path(__file__).parent.parent


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_setting_is_documented() -> None:
    code = (ROOT / "kiestudio" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', code))
    documented = set(re.findall(r"`([A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert len(names) > 15
    assert names - documented == set()


def test_no_documented_setting_is_gone() -> None:
    code = (ROOT / "kiestudio" / "settings.py").read_text()
    rows = re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert [name for name in rows if f'"{name}"' not in code] == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("studio", "/studio/"),
        ("queue", "/queue/"),
        ("gallery", "/gallery/"),
        ("credits", "/credits/"),
        ("models", "/models/"),
        ("people", "/people/"),
        ("healthz", "/healthz"),
        ("login", "/accounts/login/"),
    ],
)
def test_addresses_that_scripts_rely_on_stay(name: str, address: str) -> None:
    assert reverse(name) == address


def test_the_order_page_of_a_model_has_its_id_as_address() -> None:
    model_id = "kling-2.6/text-to-video"
    assert catalogue.find(model_id)
    assert reverse("order", args=[model_id]) == "/studio/kling-2.6/text-to-video/"


def test_files_stay_small_enough_to_be_read_at_once() -> None:
    folders = ("generations", "kiestudio", "tests")
    files = [p for f in folders for p in (ROOT / f).rglob("*.py") if "migrations" not in p.parts]
    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text().splitlines())) > 320}
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils.py", "helpers.py", "services.py", "managers.py", "common.py", "misc.py"}
    assert [p for p in (ROOT / "generations").rglob("*.py") if p.name in empty] == []


def test_templates_have_no_inline_style_or_script() -> None:
    pattern = re.compile(r'\sstyle="|<script(?![^>]*\ssrc=)|\son[a-z]+="|hx-on')
    bad = [p.name for p in (ROOT / "templates").rglob("*.html") if pattern.search(p.read_text())]
    assert bad == []


def test_no_page_hides_one_of_its_modules_behind_another_name() -> None:
    """`from generations.views.studio import now` is the module, whatever the package itself imports."""
    modules = list(pkgutil.walk_packages(views.__path__, "generations.views."))
    assert len(modules) > 30
    for found in modules:
        package, _, leaf = found.name.rpartition(".")
        module = importlib.import_module(found.name)
        assert getattr(importlib.import_module(package), leaf) is module, found.name


def test_only_decisions_write_audit_rows() -> None:
    writes = re.compile(r"(Audit\.objects|\.audits)\.(create|bulk_create|get_or_create|update)|Audit\(")
    files = [p for p in (ROOT / "generations").rglob("*.py") if "migrations" not in p.parts]
    writers = {p.parent.name for p in files if writes.search(p.read_text()) and p.name != "audit.py"}
    assert writers == {"decisions"}


def test_only_the_store_knows_where_files_lie() -> None:
    knows = {
        str(p.relative_to(ROOT))
        for p in (ROOT / "generations").rglob("*.py")
        if "MEDIA_ROOT" in p.read_text()
    }
    assert knows == {"generations/files/store.py"}
