"""Static files: compressed, named after their content, with their manifest kept elsewhere, sent whole."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Keeps its manifest beside the public folder, not in it."""

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
