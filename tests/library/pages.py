"""The library as people ask for it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from generations.models import LibraryItem
from tests.page import Page, read

KLING, FAST, HAILUO = "kling-2.6/text-to-video", "veo3_fast", "hailuo/02-image-to-video-standard"
SORA = "sora-2-text-to-video"
HTMX = {"HX-Request": "true"}


def shown(client: Client, url: str = "/library/", **query: str) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return read(answer)


def form_of(model_id: str) -> str:
    return reverse("order", args=[model_id])


def standing(client: Client, model_id: str = KLING, **written: Any) -> dict[str, Any]:
    """What the page of a form would send, with other values written in it."""
    sent = shown(client, form_of(model_id)).part("order").sent
    return {name: texts for name, texts in sent.items() if name != "csrfmiddlewaretoken"} | written


def keep(client: Client, title: str, model_id: str = KLING, kind: str = "preset", **form: Any) -> Any:
    """Save the form with these values under a title."""
    about = {"item-title": title, "item-kind": kind, "form_of": model_id}
    written = {name: value for name, value in form.items() if not name.startswith("item_")}
    about |= {
        name.replace("item_", "item-"): value for name, value in form.items() if name.startswith("item_")
    }
    return client.post("/library/keep/", standing(client, model_id, **written) | about, headers=HTMX)


def fill(
    client: Client, item: LibraryItem, part: str = "whole", model_id: str = KLING, **written: Any
) -> Any:
    """Press a button of an item beside a form with these values."""
    body = standing(client, model_id, **written) | {"part": part, "form_of": model_id}
    return client.post(f"/library/{item.uuid}/fill/", body, headers=HTMX)


def undo(client: Client, model_id: str = KLING) -> Any:
    body = standing(client, model_id) | {"form_of": model_id}
    return client.post("/library/undo/", body, headers=HTMX)


def titles(page: Page) -> list[str]:
    """Of the items that are listed, in their order."""
    return [part.name.removeprefix("Favourite: ") for part in page.all("button", "Favourite:")]
