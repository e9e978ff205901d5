"""The pages of plans: what their forms send, and pressing what they offer."""

from typing import Any

from django.test import Client

from generations.models import Plan
from tests.page import Page, read

STUDIO = "/studio/kling-2.6/text-to-video/"
HTMX = {"HX-Request": "true"}


def posted(page: Page) -> dict[str, Any]:
    """What the form of a plan's page would send, but for the button."""
    return dict(page.part("plan-form").sent)


def do(client: Client, plan: Plan, **pressed: str) -> Any:
    """Press a button of the plan's page as it is now."""
    url = plan.get_absolute_url()
    return client.post(url, posted(read(client.get(url))) | pressed)


def answering(client: Client, plan: Plan) -> dict[str, Any]:
    """What an admin's answer to a plan would send from the queue as it is now, but for the button."""
    return dict(read(client.get("/queue/")).part(f"asked-{plan.pk}").sent)
