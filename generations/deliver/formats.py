"""In which formats the text of a cut can be had."""

from collections.abc import Callable
from dataclasses import dataclass

from generations.deliver.fcpxml import as_fcpxml
from generations.deliver.frames import Cut


@dataclass(frozen=True, kw_only=True)
class Format:
    write: Callable[[Cut], str]
    content_type: str
    """For browsers."""


def _otio(cut: Cut) -> str:
    # Loading OpenTimelineIO takes a twentieth of a second, which no other page or command has to wait for.
    from generations.deliver.timeline import as_otio

    return as_otio(cut)


def _edl(cut: Cut) -> str:
    from generations.deliver.timeline import as_edl

    return as_edl(cut)


FORMATS = {
    "otio": Format(write=_otio, content_type="application/json"),
    "edl": Format(write=_edl, content_type="text/plain"),
    "fcpxml": Format(write=as_fcpxml, content_type="application/xml"),
}
"""By extension."""
