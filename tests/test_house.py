"""The house keeps its rules: migrations complete, settings documented, addresses stable, catalogue sound."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from generations import catalogue, views
from generations.catalogue.load import ENDPOINTS as IN_THE_CATALOGUE
from generations.catalogue.load import OF_ONE_MODEL
from generations.kie.endpoints import ENDPOINTS, Form
from generations.simulator.api.dialects import DIALECTS

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


DIALECT = re.compile(r"/api/(v1/|file-)|^(veo|runway|aleph)")


def of_the_vendor(code: str) -> list[str]:
    """Texts in the code, documentation aside, that name a path or a dialect of Kie, or begin an id."""
    nodes = list(ast.walk(ast.parse(code)))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    calls = [n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    begins = {id(arg) for c in calls if c.func.attr == "startswith" for arg in c.args}  # type: ignore[attr-defined]
    texts = {id(n): n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    found = {n: t for n, t in texts.items() if n not in said and (t in ENDPOINTS or DIALECT.search(t))}
    return [text for node, text in found.items() if node in begins or not catalogue.find(text)]


def test_only_the_table_of_endpoints_the_catalogue_and_the_sandbox_know_the_dialects_of_kie() -> None:
    knows = {
        str(path.relative_to(ROOT))
        for folder in ("generations", "kiestudio")
        for path in (ROOT / folder).rglob("*.py")
        if not {"migrations", "simulator", "catalogue"} & set(path.parts) and of_the_vendor(path.read_text())
    }
    assert knows == {"generations/kie/endpoints.py"}
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").rglob("*.js")]
    assert [p.name for p in pages if "/api/v1/" in p.read_text()] == []


@pytest.mark.parametrize(
    "code",
    [
        'path = "/api/v1/veo/generate"',
        'call(f"{host}/api/file-stream-upload")',
        'if spec.endpoint == "veo": pass',
        'task.model_id.startswith("veo3")',
        'known = {"jobs": 1}',
    ],
)
def test_a_path_or_a_dialect_of_kie_is_found_wherever_it_is_written(code: str) -> None:
    assert of_the_vendor(code)
    assert of_the_vendor(f"def f() -> None:\n    {code}")


def test_ids_of_models_and_documentation_are_no_dialects() -> None:
    assert of_the_vendor('"""POST /api/v1/veo/generate"""\nFIRST_MODEL = "veo3_fast"') == []


def test_the_catalogue_kie_and_the_sandbox_mean_the_same_dialects() -> None:
    asked = {name for name, kind in ENDPOINTS.items() if kind.asked}
    assert set(ENDPOINTS) == IN_THE_CATALOGUE == set(DIALECTS) | asked
    unnamed = {name for name, kind in ENDPOINTS.items() if kind.form in (Form.ALONE, Form.ADDRESS)}
    assert unnamed == OF_ONE_MODEL
    assert {name for name, dialect in DIALECTS.items() if dialect.only_model} == OF_ONE_MODEL - asked
