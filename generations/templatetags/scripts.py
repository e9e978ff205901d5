"""The script of a page: one module, and all that it needs."""

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kiestudio import modules
from kiestudio.static import StaticFiles

register = template.Library()


@register.simple_tag
def script(name: str) -> SafeString:
    """The tags of a script module, by its path below `static/`.

    What it needs is asked for at once: no browser has to read one file to learn of the next.
    """
    preloads = format_html_join(
        "\n  ",
        '<link rel="modulepreload" href="{}" fetchpriority="low">',
        ((static(part),) for part in _beside(name)),
    )
    return format_html(
        '{}\n  <script type="module" src="{}" fetchpriority="low"></script>', preloads, static(name)
    )


@register.simple_tag
def module(name: str) -> str:
    """The address of a module that a page loads only when a person asks for what it does."""
    return static(name)


@register.simple_tag
def libraries() -> SafeString:
    """The tags of the scripts that are not ours."""
    names = (modules.LIBRARY,) if _is_joined() else modules.LIBRARIES
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(name),) for name in names))


def _beside(name: str) -> tuple[str, ...]:
    """What is asked for with a module: where modules are sent joined, the files of the frame."""
    return modules.sent_with(name) if _is_joined() else modules.imported_by(name)


def _is_joined() -> bool:
    return isinstance(staticfiles_storage, StaticFiles) and not settings.DEBUG
