"""What it took until a clip was good, as a sentence."""

from decimal import Decimal

from generations.wording.figures import cr
from generations.wording.times import ordinal


def takes_text(clips: int, credits: Decimal, approved_at: int | None) -> str:
    """“7 takes, 420 cr, approved at the 7th”; empty before the first clip."""
    if not clips:
        return ""
    count = f"{clips:,} takes" if clips > 1 else "1 take"
    if approved_at is None:
        end = "none approved yet" if clips > 1 else "not approved yet"
    else:
        end = "approved at once" if approved_at == 1 else f"approved at the {ordinal(approved_at)}"
    return f"{count}, {cr(credits)} cr, {end}"


def share_text(approved: int, judged: int) -> str:
    """“4 of 6 judged clips approved (67 %)”."""
    return f"{approved:,} of {judged:,} judged clips approved ({round(100 * approved / judged)} %)"
