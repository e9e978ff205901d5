"""Static files: compressed, named after their content, and without what is only noted about them."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Keeps its list of files beside the folder that everybody may read, not in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        notes = FileSystemStorage(location=settings.STATIC_NOTES)
        super().__init__(*args, manifest_storage=notes, **kwargs)
