"""Credits, dollars and sizes in readable form."""

from decimal import ROUND_HALF_UP, Decimal

from generations.catalogue.quote import CREDIT_USD
from generations.models import Asset, Task

MOST_COUNTED = 1000
"""Nobody scrolls so far that the number of more rows would matter."""


def cr(credits: Decimal | int | None) -> str:
    """1,250 · 104.5 · ? for credits; decimals only where needed."""
    if credits is None:
        return "?"
    value = Decimal(credits).quantize(Decimal("0.001"), ROUND_HALF_UP)
    text = f"{value:,f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def usd(credits: Decimal | int | None) -> str:
    """$6.25 for 1,250 credits."""
    if credits is None:
        return "?"
    value = (Decimal(credits) * CREDIT_USD).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{'−' if value < 0 else ''}${abs(value):,f}"


def how_many(count: int) -> str:
    """1,000+ for any number above it, since there the counting stops."""
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def bytes_text(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.0f} kB"


def measures(asset: Asset) -> str:
    """What was measured of a file: “8.4 s, 1280 × 720, 24 fps”."""
    length = f"{asset.seconds:,.1f} s" if asset.seconds else ""
    shape = f"{asset.width} × {asset.height}" if asset.width else ""
    rate = f"{asset.fps:.4g} fps" if asset.fps and shape else ""
    return ", ".join(filter(None, [length, shape, rate]))


def facts(task: Task) -> str:
    """“8 s 720p” from a task's values, for one line."""
    spec = task.spec
    if spec is None:
        return ""
    seconds = spec.seconds(task.values)
    size = spec.value_of("size", task.values)
    return " ".join(filter(None, [f"{seconds:f} s" if seconds else "", str(size or "")]))
