"""What has become of a review, in words."""

from generations.models import Verdict

VERDICTS = {
    Verdict.APPROVED: "Approved.",
    Verdict.CHANGES: "Changes asked.",
    Verdict.REJECTED: "Rejected.",
    "": "Verdict taken back.",
}


def given(name: str, value: object) -> str:
    """What was given: `stars`, a number or None, or `verdict`, a code or nothing."""
    if name == "verdict":
        return VERDICTS[value]  # type: ignore[index]
    return f"{value} of 5." if value else "Stars cleared."
