"""Startup checks: the catalogue can be read."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from generations import catalogue
from generations.catalogue.tables import BadCatalogue


@register
def catalogue_is_readable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        catalogue.models()
    except BadCatalogue as bad:
        return [Error(str(bad), id="generations.E001")]
    return []
