"""A studio in which something is in the library."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.models import ItemContent, LibraryItem
from tests.library.pages import KLING


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def preset(creator: User) -> Callable[..., LibraryItem]:
    """`preset("Fjord", duration="10")`."""

    def make(
        title: str, model_id: str = KLING, person: User | None = None, *, shared: bool = False, **values: Any
    ) -> LibraryItem:
        spec = catalogue.models()[model_id]
        prompt = str(values.get("prompt", ""))
        content = ItemContent(text=prompt, model_id=spec.id, label=spec.label, values=values)
        who = person or creator
        return LibraryItem.keep(who, "preset", title, content, tags=[], is_shared=shared)[0]

    return make


@pytest.fixture
def prompt(creator: User) -> Callable[..., LibraryItem]:
    """`prompt("Copper", "A ribbon of copper silk")`."""

    def make(
        title: str, text: str, person: User | None = None, *, shared: bool = False, tags: tuple[str, ...] = ()
    ) -> LibraryItem:
        content = ItemContent(text=text)
        return LibraryItem.keep(person or creator, "prompt", title, content, tags=tags, is_shared=shared)[0]

    return make
