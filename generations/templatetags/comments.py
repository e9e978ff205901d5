"""What comments say, in templates."""

from collections.abc import Iterable

from django import template
from django.contrib.auth.models import User
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from generations.models.drawing import INKS

register = template.Library()


@register.simple_tag
def said(pieces: Iterable[tuple[str, User | None]]) -> SafeString:
    """The words of a comment; people who are named in it stand out."""
    return format_html_join("", "{}", ((_piece(text, person),) for text, person in pieces))


def _piece(text: str, person: User | None) -> SafeString:
    if person is None:
        return linebreaksbr(text, autoescape=True)
    return format_html('<bdi class="mention" title="{}">{}</bdi>', person.get_username(), text)


@register.simple_tag
def inks() -> tuple[str, ...]:
    """The colours in which people draw."""
    return INKS
