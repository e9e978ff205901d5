"""A cut as FCPXML 1.8 (developer.apple.com/documentation/professional-video-applications/fcpxml-reference).

OpenTimelineIO's adapter for it imports a module that Python no longer has since 3.9.
"""

from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree as ET

from generations.deliver.frames import Cut, CutClip, marker_text

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'


def as_fcpxml(cut: Cut) -> str:
    """One project with one sequence. Files are named as in the ZIP, and lie beside it."""
    root = ET.Element("fcpxml", version="1.8")
    resources = ET.SubElement(root, "resources")
    formats: dict[tuple[Fraction, int, int], str] = {}
    first = cut.clips[0].shot.video
    form = _format(resources, formats, (cut.rate, first.width, first.height))
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=cut.title)
    sequence = ET.SubElement(
        ET.SubElement(event, "project", name=cut.title),
        "sequence",
        {"format": form, "duration": _time(cut.frames, cut.rate), "tcStart": "0s", "tcFormat": "NDF"},
    )
    spine = ET.SubElement(sequence, "spine")
    for clip in cut.clips:
        video = clip.shot.video
        own = _format(resources, formats, (clip.rate, video.width, video.height))
        _clip(spine, clip, cut.rate, _asset(resources, clip, own))
    ET.indent(root)
    return f"{HEAD}{ET.tostring(root, encoding='unicode')}\n"


def _format(
    resources: ET.Element, known: dict[tuple[Fraction, int, int], str], of: tuple[Fraction, int, int]
) -> str:
    """The id of a rate and size, which is written once."""
    if of not in known:
        known[of] = f"f{len(known) + 1}"
        rate, width, height = of
        sizes = {"width": str(width), "height": str(height)} if width and height else {}
        ET.SubElement(resources, "format", {"id": known[of], "frameDuration": _time(1, rate), **sizes})
    return known[of]


def _asset(resources: ET.Element, clip: CutClip, form: str) -> str:
    """The id of a file."""
    key = f"a{clip.shot.number}"
    facts = {
        "id": key,
        "name": clip.shot.name,
        "src": f"./{quote(clip.shot.name)}",
        "start": "0s",
        "duration": _time(clip.own_frames, clip.rate),
        "hasVideo": "1",
        "format": form,
    }
    sound = {"hasAudio": "1"} if clip.shot.video.has_sound else {}
    ET.SubElement(resources, "asset", facts | sound)
    return key


def _clip(spine: ET.Element, clip: CutClip, rate: Fraction, asset: str) -> None:
    facts = {
        "ref": asset,
        "name": clip.shot.name,
        "offset": _time(clip.begin, rate),
        "start": "0s",
        "duration": _time(clip.frames, rate),
        "tcFormat": "NDF",
    }
    made = ET.SubElement(spine, "asset-clip", facts)
    for mark in clip.marks:
        at = {"start": _time(mark.frame, rate), "duration": _time(1, rate), "value": marker_text(mark)}
        ET.SubElement(made, "marker", at)


def _time(frames: int, rate: Fraction) -> str:
    """So many frames as FCPXML says it: a whole number of frame durations, in seconds."""
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"
