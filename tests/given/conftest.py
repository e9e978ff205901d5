"""People, a clip, and its file."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Video
from tests.given.clips import brightening, stored


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


@pytest.fixture(scope="session")
def two_seconds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "two.mp4"
    brightening(path)
    return path


@pytest.fixture
def clip(creator: User, two_seconds: Path) -> Video:
    return stored(creator, two_seconds)
