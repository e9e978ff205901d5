"""Fixtures for everybody: no network, people, and a real client on a real simulator."""

import itertools
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from xdist.scheduler import LoadScopeScheduling

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False  # Hundreds of processes start here: none compiles all modules anew.

_resolve = socket.getaddrinfo


BROWSER = "tests/browser/"
"""All of it shares one Chromium, and one running studio."""
NO_STUDIO = (
    "test_boards.py",
    "test_gallery.py",
    "test_gallery_choose.py",
    "test_older_answers.py",
    "test_queue_line.py",
    "test_setup.py",
)
"""But for these: each of their tests has a server of its own, so they go on beside the others."""
PROCESSES = "tests/processes/"
"""Each file of it shares a studio or a vendor."""
ALONE = ("test_storm_short.py", "test_concurrency.py")
"""But not these: each storm brings its own fleet, and mostly waits."""


class ByWhatTheyShare(LoadScopeScheduling):  # type: ignore[misc]
    """Tests that share something costly go to one worker, all others to whichever is free.

    Marks cannot say so: pytest-xdist 3.8 writes their names where pytest 9.2 does not read them any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(BROWSER):
            return f"{BROWSER} without studio" if file.endswith(NO_STUDIO) else BROWSER
        shares = file.startswith(PROCESSES) and not file.endswith(ALONE)
        return file if shares else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return ByWhatTheyShare(config, log) if config.getvalue("dist") == "loadgroup" else None


SANDBOXES = {"kie", "simulator", "sandbox"}
"""Fixtures that start a sandbox and talk with it over a socket."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """What has a sandbox of its own is not for every minute of the day."""
    if isinstance(item, pytest.Function) and SANDBOXES & set(item.fixturenames):
        item.add_marker(pytest.mark.long)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left alone with it at the end."""
    items.sort(key=_how_soon)


def _how_soon(item: pytest.Item) -> int:
    if item.nodeid.startswith(BROWSER):
        return 0
    if item.get_closest_marker("processes"):
        return 1
    return 2 if item.get_closest_marker("long") else 3


def _loopback_only(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in (None, "", "localhost", "127.0.0.1", "127.0.0.2", "::1", "0.0.0.0"):
        raise socket.gaierror(socket.EAI_NONAME, f"The tests have no network: {name}")
    return _resolve(host, *args, **kwargs)


@pytest.fixture(scope="session", autouse=True)
def only_flushed() -> Iterator[None]:
    """Emptying the tables after a test makes Django's permissions anew each time: nothing asks for them."""
    from django.core.management.commands import flush

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only loopback can be resolved, so nothing leaves this machine."""
    monkeypatch.setattr(socket, "getaddrinfo", _loopback_only)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new one each time: pytest's own are three entries on the disk each, and six thousand are many."""
    ground = tmp_path_factory.mktemp("data")
    return (ground / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_media(request: pytest.FixtureRequest, folders: Iterator[Path], settings: Any) -> None:
    """A data folder for each test: its `tmp_path` if it has one."""
    has_one = "tmp_path" in request.fixturenames
    folder = request.getfixturevalue("tmp_path") if has_one else next(folders)
    folder.mkdir(exist_ok=True)
    settings.MEDIA_ROOT = folder / "media"
    settings.DATA_DIR = folder


@pytest.fixture(autouse=True)
def nothing_adopted() -> Iterator[None]:
    """Each test begins and ends with the models of our own files alone."""
    from generations.market import offered
    from generations.models import market

    yield
    offered.forget()
    market.described.cache_clear()
    market._spec.cache_clear()


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    from generations import policy

    def make(role: str, username: str | None = None, **fields: Any) -> User:
        person = User.objects.create_user(
            username=username or role, first_name=(username or role).capitalize(), **fields
        )
        policy.give_role(person, policy.Role(role))
        return person

    return make


@pytest.fixture
def creator(make_person: Callable[..., User]) -> User:
    return make_person("creator")


@pytest.fixture
def reviewer(make_person: Callable[..., User]) -> User:
    return make_person("reviewer")


@pytest.fixture
def admin(make_person: Callable[..., User]) -> User:
    return make_person("admin")


@pytest.fixture
def tiny_clips() -> bool:
    """Painting large ones takes seconds; `@pytest.mark.parametrize("tiny_clips", [False])` asks for them."""
    return True


@pytest.fixture(scope="session")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Equal clips are equal files, so each is painted once for all sandboxes of this process."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
def simulator(tmp_path: Path, tiny_clips: bool, painted: Path) -> Iterator[Any]:
    from generations.simulator import Settings, Simulator

    (tmp_path / "kie").mkdir()
    (tmp_path / "kie" / "clips").symlink_to(painted)
    settings = Settings(folder=tmp_path / "kie", fastest=0.05, slowest=0.2, seed=1, tiny_clips=tiny_clips)
    with Simulator(settings) as running:
        yield running


@pytest.fixture
def kie(simulator: Any, settings: Any) -> Any:
    """The real client, over a socket, on the simulator; result files may come from it."""
    from generations.kie.client import KieClient

    settings.SANDBOX = False
    settings.KIE_API_KEY = "sandbox"
    settings.KIE_API_URL = settings.KIE_UPLOAD_URL = simulator.url
    settings.KIE_ALLOW_PRIVATE_HOSTS = True
    return KieClient(api_url=simulator.url, upload_url=simulator.url, key="sandbox")


@pytest.fixture
def order(creator: User) -> Callable[..., Any]:
    """Place an order: `order("kling-2.6/text-to-video", duration="10")`."""
    from generations import catalogue, orders

    def place(model_id: str = "kling-2.6/text-to-video", person: User | None = None, **values: Any) -> Any:
        spec = catalogue.find(model_id)
        assert spec is not None
        return orders.place(
            person or creator, spec, {**spec.defaults(), "prompt": "A quiet sea at dusk", **values}
        )

    return place
