"""manage.py catalogue check: what stands in the model files can be ordered, and has a price."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from generations import catalogue
from generations.catalogue.checking import faults, unpriced

HELP = "Prove that each model takes its defaults and each of its options, and say what has no price."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("models", nargs="*", metavar="MODEL_ID", help="only these; without any, all")


def run(say: Callable[[str], object], *, models: list[str], **options: Any) -> None:
    """One line for each finding and one for the whole. Raises CommandError when a model has a fault."""
    known = catalogue.models()
    if strange := [model_id for model_id in models if model_id not in known]:
        raise CommandError(f"There is no model “{strange[0]}” in the catalogue.")
    specs = [known[model_id] for model_id in models or known]
    broken, free = 0, 0
    for spec in specs:
        found = faults(spec)
        gaps = list(unpriced(spec, today=timezone.localdate())) if spec.orderable else []
        for fault in found:
            say(f"{spec.id}: {fault}")
        for gap in gaps:
            say(f"{spec.id}: no price for {gap}")
        broken, free = broken + bool(found), free + bool(gaps)
    closed = sum(not spec.orderable for spec in specs)
    summary = (
        f"{len(specs)} models: {broken} with faults, {free} not priced in full, {closed} not ordered here."
    )
    if broken:
        raise CommandError(summary)
    say(summary)
