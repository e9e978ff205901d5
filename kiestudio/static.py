"""Static files: compressed, named after their content, with their manifest kept elsewhere, sent whole."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r'(?P<matched>(?m:^)import (?P<names>(?:[^"]* from )?)"(?P<url>\.[^"]+)";)'
"""How our script modules import one another: at the beginning of a line, by a relative path."""


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Keeps its manifest beside the public folder, not in it, and renames what our script modules import.

    Django's own patterns for that take words in the comments of libraries for imports.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, 'import %(names)s"%(url)s";'),)),
    )
    max_post_process_passes = 20
    """A module is named after its content, and so after the names of all that it imports."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        notes = FileSystemStorage(location=settings.STATIC_NOTES)
        super().__init__(*args, manifest_storage=notes, **kwargs)


class WholeFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Sends static files whole, whatever range is requested (RFC 9110, 14.2 allows it).

    No browser needs parts of them, and WhiteNoise answers 416 to a range of one byte.
    """

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponseBase:
        request.META.pop("HTTP_RANGE", None)
        answer: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        return answer
