"""Templates as they are sent: without the blanks by which people see what is in what."""

import re

from django.template.base import Origin
from django.template.loaders.filesystem import Loader

INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
ALONE = re.compile(
    r"^((?:\{% (?:if|elif|else|endif|for|empty|endfor|with|endwith|load|block|endblock)\b[^\n%]*%\})+)\n",
    re.MULTILINE,
)
"""A line of nothing but tags that show nothing."""


class Lean(Loader):
    """Reads our own pages without their indentation. What is filled in stays as it is."""

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return ALONE.sub(r"\1", INDENT.sub("", text)) if origin.name.endswith(".html") else text
