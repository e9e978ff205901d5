"""Asking Kie anew, and the models that the tests ask about."""

from django.core.management import call_command

NEW = "sandbox/new-model-1"
CURATED = "kling-2.6/text-to-video"


def refresh() -> None:
    call_command("catalogue", "refresh")
