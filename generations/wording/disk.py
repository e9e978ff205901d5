"""Why the disk refused an operation, in people's words."""

import errno
import os

AGAIN = "it is tried again by itself."
REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk’s quota is used up",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "this server may not write there",
    errno.EPERM: "this server may not write there",
    errno.ENOENT: "the folder is not there",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.EFBIG: "the file is larger than the disk takes",
}
ADVICE = {
    errno.ENOSPC: f"Make room: {AGAIN}",
    errno.EDQUOT: f"Make room: {AGAIN}",
    errno.EROFS: f"Make it writable: {AGAIN}",
    errno.EACCES: f"Give it the right to: {AGAIN}",
    errno.EPERM: f"Give it the right to: {AGAIN}",
}


def reason(number: int | None) -> str:
    """Half a sentence without a full stop for an error number; for unknown numbers, the system's words."""
    if number in REASONS:
        return REASONS[number]
    known = errno.errorcode.get(number or 0)
    return f"the disk refused it ({os.strerror(number or 0).lower()})" if known else "the disk refused it"


def refusal(number: int | None) -> str:
    """Why a file could not be written, and what helps: one or two sentences."""
    why = f"{reason(number).capitalize()}."
    return f"{why} {ADVICE[number]}" if number in ADVICE else why
