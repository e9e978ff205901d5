"""`manage.py catalogue play`: the sandbox plays that Kie changed its catalogue."""

from django.conf import settings
from django.core.management.base import CommandError, OutputWrapper

from generations import connection
from generations.kie.errors import KieError

PLAYS = ("new", "price", "parameter", "gone", "back")


def play(out: OutputWrapper, what: str, model_id: str) -> None:
    """Change the sandbox's catalogue. Raises CommandError, also where a real Kie is connected."""
    if not settings.SANDBOX:
        raise CommandError("Only the sandbox plays: this studio is connected to Kie.")
    kie = connection.client()
    try:
        name = kie.market.play(what, model_id)
    except KieError as failure:
        raise CommandError(f"Not played: {failure}") from failure
    finally:
        kie.close()
    out.write(f"{what}: {name}")
