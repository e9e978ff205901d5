"""Whether a file fits a parameter, by what was measured of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from generations.catalogue.media import Media

MOST_MB = {"image": 30, "video": 200, "audio": 50}
"""By kind of media, used where a model names no limit of its own."""
MEBIBYTE = 1024**2
SAME = {
    "audio/x-wav": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "video/avi": "video/x-msvideo",
}
"""Content types that mean another one."""
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "video/mp4": "MP4",
    "video/quicktime": "QuickTime",
    "video/x-matroska": "Matroska",
    "video/webm": "WebM",
    "video/x-msvideo": "AVI",
    "audio/mpeg": "MP3",
    "audio/wav": "WAV",
    "audio/aac": "AAC",
    "audio/mp4": "M4A",
    "audio/ogg": "Ogg",
    "audio/flac": "FLAC",
}
A = {"image": "an image", "video": "a video", "audio": "a sound"}
SLACK = 0.05
"""Seconds by which a file may miss a limit of length: containers round the length of their last frame."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a file is. `size` in bytes, sides in pixels as displayed; 0: it has none."""

    media: str
    content_type: str
    size: int
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    fps: float = 0.0


def most_mb(param: Media) -> int:
    """The size in MiB up to which a file is taken for the parameter."""
    return param.max_mb or MOST_MB.get(param.media, min(MOST_MB.values()))


def formats(types: Iterable[str]) -> str:
    """Content types as people call them: “MP4, QuickTime”."""
    return ", ".join(dict.fromkeys(FORMATS.get(SAME.get(t, t), t.rpartition("/")[2].upper()) for t in types))


def misfit(param: Media, file: Measured) -> str:
    """Why the file cannot be given to the parameter, to be read after its name; empty: it can."""
    if file.media != param.media:
        return f"is {A.get(file.media, file.media)}. {A[param.media].capitalize()} is needed here."
    if param.accept and SAME.get(file.content_type, file.content_type) not in {
        SAME.get(kind, kind) for kind in param.accept
    }:
        return f"is {formats([file.content_type])}. This model takes {formats(param.accept)}."
    if param.max_mb and file.size > param.max_mb * MEBIBYTE:
        return f"is {file.size / MEBIBYTE:.1f} MB. This model takes up to {param.max_mb} MB."
    return _wrong_length(param, file) or _wrong_shape(param, file) or _wrong_rate(param, file)


def _wrong_length(param: Media, file: Measured) -> str:
    if not file.seconds:
        return ""
    said = f"is {file.seconds:.1f} s long."
    if param.min_seconds is not None and file.seconds < float(param.min_seconds) - SLACK:
        return f"{said} At least {param.min_seconds.normalize():f} s are needed."
    if param.max_seconds is not None and file.seconds > float(param.max_seconds) + SLACK:
        return f"{said} This model takes up to {param.max_seconds.normalize():f} s."
    return ""


def _wrong_shape(param: Media, file: Measured) -> str:
    if not file.width or not file.height:
        return ""
    said = f"is {file.width} × {file.height}"
    pixels = file.width * file.height
    if param.min_px and min(file.width, file.height) < param.min_px:
        return f"{said}. At least {param.min_px} pixels a side are needed."
    if param.max_px and max(file.width, file.height) > param.max_px:
        return f"{said}. This model takes up to {param.max_px:,} pixels a side."
    if param.min_pixels and pixels < param.min_pixels:
        return f"{said}, {pixels:,} pixels in all. At least {param.min_pixels:,} are needed."
    if param.max_pixels and pixels > param.max_pixels:
        return f"{said}, {pixels:,} pixels in all. This model takes up to {param.max_pixels:,}."
    if param.aspect_range:
        low, high = param.aspect_range
        if not float(low) <= file.width / file.height <= float(high):
            return f"{said}: too long and narrow for this model."
    return ""


def _wrong_rate(param: Media, file: Measured) -> str:
    if not file.fps:
        return ""
    said = f"has {file.fps:.4g} frames a second."
    # Cameras write 23.976 for 24.
    if param.min_fps and round(file.fps) < param.min_fps:
        return f"{said} At least {param.min_fps} are needed."
    if param.max_fps and round(file.fps) > param.max_fps:
        return f"{said} This model takes up to {param.max_fps}."
    return ""
