"""Points in time and durations in readable form."""

from datetime import datetime, timedelta
from math import floor

from django.utils import timezone

LONGEST = timedelta(days=15)


def at(when: datetime | None) -> str:
    """“at 14:02:11” for today, else “on Fri 20 Nov, 14:02”."""
    if when is None:
        return "at an unknown time"
    local = timezone.localtime(when)
    return f"at {local:%H:%M:%S}" if local.date() == timezone.localdate() else f"on {local:%a %-d %b, %H:%M}"


def soon(when: datetime) -> str:
    """When the worker does it: never a past time, nor one set by a wrong clock."""
    now = timezone.now()
    return at(when) if now < when < now + LONGEST else "now"


def span(time: timedelta) -> str:
    """13 days · 1 day 5 h · 5 h 10 min · 12 min · 40 s."""
    seconds = max(0, int(time.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days > 1:
        return f"{days} days"
    if days:
        return f"1 day {hours} h" if hours else "1 day"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def clock(seconds: float | int | None) -> str:
    """0:08, 1:24, 1:02:03."""
    if seconds is None:
        return ""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def age_text(seconds: float) -> str:
    if seconds < 10:
        return "just now"
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {name} ago"
    return f"{int(seconds)} s ago"


def span_text(seconds: tuple[int, int] | None) -> str:
    """“1–3 min”, “20–40 s” for a range of seconds."""
    if seconds is None:
        return ""
    low, high = seconds
    if high < 90:
        return f"{low}–{high} s" if low < high else f"{high} s"
    low, high = max(1, round(low / 60)), max(1, round(high / 60))
    return f"{low}–{high} min" if low < high else f"{high} min"


def timecode(second: float, fps: float) -> str:
    """0:03.02: minutes, seconds, frames. The frame shown at that moment, as playback.js counts it too."""
    rate = max(1, round(fps or 24))
    frames = floor(second * rate + 0.05)
    minutes, rest = divmod(frames, rate * 60)
    return f"{minutes}:{rest // rate:02}.{rest % rate:02}"
