"""Static files: lean, joined, compressed, named after their content, sent whole, their manifest elsewhere."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rjsmin import jsmin
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from kiestudio import modules

PART = re.compile(r'^@import "([\w-]+\.css)";\n', re.MULTILINE)
"""How one of our style sheets names another that stands beside it."""
COMMENTS = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
"""What only people read in a style sheet."""
BLANKS = re.compile(r"\s*([{};,])\s*|(?<=[:(])\s+|\s+(?=\))|(\s)\s*")
"""White space in a style sheet: around a sign it means nothing, elsewhere one is as good as many."""

Collected = Mapping[str, tuple[FileSystemStorage, str]]
"""Where each collected file comes from: by its name, the storage and the path in it."""


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Keeps its manifest beside the public folder, not in it, and style sheets of many parts as one file.

    It renames what our script modules import: Django's own patterns for that take words in the comments of
    libraries for imports.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((modules.IMPORT, 'import %(names)s"%(url)s";'),)),
    )
    max_post_process_passes = 20
    """A file is named after its content, and so after the names of all that it imports."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        notes = FileSystemStorage(location=settings.STATIC_NOTES)
        super().__init__(*args, manifest_storage=notes, **kwargs)

    def post_process(self, paths: Collected, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """As Django’s, of our own style sheets and scripts as browsers need them.

        Style sheets that import others have got their text in place of the imports, and of scripts there are
        only the files in which they are sent.
        """
        if dry_run:
            yield from super().post_process(paths, dry_run, **options)
            return
        held = modules.files([name for name in paths if re.fullmatch(r"js/.*\.js", name)])
        sheets = [name for name in paths if re.fullmatch(r"css/.*\.css", name)]
        whole = {name: lean(joined(name, paths)) for name in sheets}
        whole |= {name: modules.joined(name, held, jsmin) for name in held}
        if all(name in paths for name in modules.LIBRARIES):
            whole[modules.LIBRARY] = ";\n".join(joined(name, paths) for name in modules.LIBRARIES)
        for name, text in whole.items():
            Path(self.path(name)).write_text(text, encoding="utf-8")
        within = {part for parts in held.values() for part in parts} - set(held)
        for name in within:
            self.delete(name)
        others = {name: path for name, path in paths.items() if name not in within}
        others |= {name: (self, name) for name in whole}
        yield from super().post_process(others, dry_run, **options)


def lean(text: str) -> str:
    """A style sheet without what only people read."""
    return BLANKS.sub(r"\1\2", COMMENTS.sub("", text)).replace(";}", "}")


def joined(name: str, paths: Collected) -> str:
    """The text of a file, of a style sheet with its parts in it. KeyError for a part that is not there."""
    storage, path = paths[name]
    with storage.open(path) as file:
        text = file.read().decode()
    return PART.sub(lambda part: joined(f"css/{part[1]}", paths), text)


class WholeFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Sends static files whole, whatever range is requested (RFC 9110, 14.2 allows it).

    No browser needs parts of them, and WhiteNoise answers 416 to a range of one byte.
    """

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponseBase:
        request.META.pop("HTTP_RANGE", None)
        answer: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        return answer
