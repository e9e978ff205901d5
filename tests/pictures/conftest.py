"""An image is given as a person gives it, and looked at as it was kept."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from generations.catalogue.media import Media
from generations.files import pictures, store
from tests.pictures.made import place


@pytest.fixture
def give(creator: User) -> Callable[..., Image.Image]:
    """Take the bytes as a person's file; the picture that is kept."""

    def give(data: bytes, name: str = "photo.jpg", param: Media | None = None) -> Image.Image:
        upload = pictures.keep(creator, SimpleUploadedFile(name, data), param or place())
        kept = Image.open(store.root() / upload.path)
        assert kept.size == (upload.width, upload.height)
        assert Image.MIME[kept.format or ""] == upload.content_type
        assert kept.getexif() == {}
        kept.load()
        return kept

    return give
