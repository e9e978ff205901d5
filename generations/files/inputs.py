"""Files that people give to a model."""

from django.contrib.auth.models import User

from generations.catalogue.media import Media
from generations.files import pictures, recordings
from generations.files.given import File
from generations.models import Asset


def take(person: User, file: File, param: Media) -> Asset:
    """Check a file against the limits of a parameter, and store it. Raises NotTaken."""
    if param.media == "image":
        return pictures.take(person, file, param)
    return recordings.take(person, file, param)
