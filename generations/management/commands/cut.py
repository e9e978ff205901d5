"""manage.py cut: the clips of a board one after the other, for an editing program or as one film."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.deliver import rough
from generations.deliver.formats import FORMATS
from generations.deliver.frames import Cut, NothingToCut, cut_of
from generations.deliver.shots import shots_of
from generations.models import Board, Task
from generations.numbers import uuid_in

MP4 = "mp4"


class Command(BaseCommand):
    help = "Write the cut of a board into a file. Exit code 1 and the reason when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("board", metavar="BOARD", help="its uuid, as in its address")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--format", required=True, choices=[*FORMATS, MP4])

    def handle(self, *args: Any, board: str, file: Path, **options: Any) -> None:
        cut = self._cut(board)
        try:
            if options["format"] == MP4:
                rough.render(cut, file)
            else:
                _write(file, FORMATS[options["format"]].write(cut))
        except rough.NotCut as why:
            raise CommandError(str(why)) from why
        except OSError as failure:
            raise CommandError(f"{file}: {failure.strerror}") from failure
        count = len(cut.clips)
        clips = "1 clip" if count == 1 else f"{count} clips"
        self.stdout.write(f"{file}: {clips}, {cut.seconds:.2f} s at {float(cut.rate):.5g} frames a second.")
        for shot in cut.left_out:
            self.stdout.write(f"Left out, because it does not move: {shot.name}")

    def _cut(self, text: str) -> Cut:
        key = uuid_in(text)
        found = Board.objects.select_related("person").filter(uuid=key).first() if key else None
        if found is None:
            raise CommandError(f"There is no board {text}.")
        try:
            return cut_of(found.title, shots_of(found, Task.objects.all(), None), None)
        except NothingToCut as why:
            raise CommandError(str(why)) from why


def _write(file: Path, text: str) -> None:
    """The file appears once it is whole. Raises OSError."""
    part = file.absolute().parent / f".{uuid.uuid4()}.part"
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
