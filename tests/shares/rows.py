"""Clips with files, links to them as people make them, and guests."""

import re
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from generations.files import store
from generations.models import Share, Task, Video
from tests.page import Page, read
from tests.task_page.rows import ready

PROMPT = "A secret wide shot of the harbour"
BYTES = bytes(range(256)) * 20
"""Of every clip here."""


def clip(person: User, **facts: Any) -> Task:
    """A finished clip, with a file and a poster on the disk."""
    task = ready(person, prompt=facts.pop("prompt", PROMPT))
    name = uuid4().hex
    names = {"path": f"videos/{name}.mp4", "poster_path": f"posters/{name}.webp"}
    Video.objects.filter(task=task).update(size=len(BYTES), **names, **facts)
    for path in names.values():
        store.at(path).parent.mkdir(parents=True, exist_ok=True)
    store.at(names["path"]).write_bytes(BYTES)
    Image.linear_gradient("L").resize((960, 540)).convert("RGB").save(store.at(names["poster_path"]), "WEBP")
    return task


def form_of(page: Page, **changed: Any) -> dict[str, Any]:
    """What the form for a new link sends; None takes a field out."""
    sent = {name: values[-1] for name, values in page.part("new-share").sent.items()} | changed
    return {name: value for name, value in sent.items() if value is not None}


def share(client: Client, query: str, **changed: Any) -> str:
    """Make a link by the form; its path."""
    path = f"/shares/new/?{query}"
    answer = client.post(path, form_of(read(client.get(path)), **changed))
    assert answer.status_code == 200, answer.content.decode()
    return path_in(read(answer))


def path_in(made: Page) -> str:
    """The path of the link that a page shows this once."""
    found = re.fullmatch(r"http://testserver(/s/[\w-]{43}/)", made.part("address").text)
    assert found, made.part("address").text
    return found[1]


def share_of(*tasks: Task) -> str:
    return "&".join(f"task={task.uuid}" for task in tasks)


def say(guest: Client, link: str, **said: str) -> Any:
    """What a guest sends of the page of the first clip."""
    return guest.post(f"{link}1/say/", {"key": str(uuid4())} | said)


def newest() -> Share:
    found = Share.objects.first()
    assert found
    return found
