"""A cut as OpenTimelineIO, and as an EDL by its adapter. Clips are named as in the ZIP, and lie beside it."""

from collections.abc import Callable
from urllib.parse import quote

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from generations.deliver.frames import Cut, CutClip, Mark, marker_text

FCM = "FCM: NON-DROP FRAME\n"
"""How an EDL counts: each frame has a number, at 29.97 as at 30 frames a second."""


def as_otio(cut: Cut) -> str:
    """The cut as OTIO's own JSON."""
    made = _timeline(cut, float(cut.rate), quote)
    return str(otio.adapters.write_to_string(made, "otio_json"))


def as_edl(cut: Cut) -> str:
    """The pictures of the cut as CMX 3600 lists them; programs find the files by their names.

    Timecode has whole frames a second: 23.976 counts like 24. Its adapter writes comments in capitals.
    """
    made = _timeline(cut, float(round(cut.rate)), str)
    text = otio.adapters.write_to_string(made, "cmx_3600", style="premiere", reelname_len=0)
    title, _, events = str(text).partition("\n")
    return f"{title}\n{FCM}{events}"


def _timeline(cut: Cut, rate: float, address: Callable[[str], str]) -> otio.schema.Timeline:
    """A track of pictures, and one of sound when a clip has any; `address` makes references of file names."""
    made = otio.schema.Timeline(name=cut.title)
    pictures = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    sounds = otio.schema.Track(name="A1", kind=otio.schema.TrackKind.Audio)
    for clip in cut.clips:
        seen, heard = (_clip(clip, rate, address) for _ in range(2))
        for mark in clip.marks:
            seen.markers.append(_marker(mark, rate))
        pictures.append(seen)
        silence = otio.schema.Gap(duration=RationalTime(clip.frames, rate))
        sounds.append(heard if clip.shot.video.has_sound else silence)
    made.tracks.append(pictures)
    if any(clip.shot.video.has_sound for clip in cut.clips):
        made.tracks.append(sounds)
    return made


def _clip(clip: CutClip, rate: float, address: Callable[[str], str]) -> otio.schema.Clip:
    shot, own = clip.shot, float(clip.rate)
    return otio.schema.Clip(
        name=shot.name,
        media_reference=otio.schema.ExternalReference(
            target_url=address(shot.name),
            available_range=TimeRange(RationalTime(0, own), RationalTime(clip.own_frames, own)),
        ),
        source_range=TimeRange(RationalTime(0, rate), RationalTime(clip.frames, rate)),
        metadata={"kiestudio": {"task": str(shot.task.uuid), "video": str(shot.video.uuid)}},
    )


def _marker(mark: Mark, rate: float) -> otio.schema.Marker:
    return otio.schema.Marker(
        name=marker_text(mark),
        marked_range=TimeRange(RationalTime(mark.frame, rate), RationalTime(1, rate)),
        color=otio.schema.MarkerColor.ORANGE,
    )
