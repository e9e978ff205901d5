"""manage.py catalogue import FILE: a collection of facts in JSON becomes model files to be reviewed."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from generations import catalogue
from generations.catalogue.differences import in_words
from generations.catalogue.importing import texts_of
from generations.catalogue.load import load_text
from generations.catalogue.tables import BadCatalogue

HELP = "Write model files for the models of a JSON file. The catalogue itself stays as it is."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="JSON with a list of “models”")
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help="where to write; without it they are printed"
    )


def run(say: Callable[[str], object], *, file: Path, to: Path | None, **options: Any) -> None:
    """Raises CommandError with file, key and reason for facts that cannot be meant, and writes nothing."""
    try:
        texts = texts_of(json.loads(file.read_text("utf-8")), file.name)
        found = [spec for name, text in texts.items() for spec in load_text(text, name)]
    except OSError as failure:
        raise CommandError(
            f"{file} cannot be read: {(failure.strerror or 'no reason given').lower()}."
        ) from failure
    except (ValueError, RecursionError) as broken:
        raise CommandError(f"{file.name}: not valid JSON: {broken}") from broken
    except BadCatalogue as bad:
        raise CommandError(str(bad)) from bad
    for name, text in texts.items():
        if to is None:
            say(f"# {name}\n\n{text}")
        else:
            _write(to / name, text)
    for spec in found:
        known = catalogue.find(spec.id)
        changes = ", ".join(in_words(known, spec)) if known else "new"
        if changes:
            say(f"# {spec.id}: {changes}")
    say(f"# {len(found)} models in {len(texts)} files{f' in {to}' if to else ''}.")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as failure:
        why = (failure.strerror or "no reason given").lower()
        raise CommandError(f"{path} cannot be written: {why}.") from failure
