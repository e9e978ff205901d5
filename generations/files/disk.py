"""Why the disk refused an operation, in people's words."""

import errno

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "this server may not write there",
    errno.EPERM: "this server may not write there",
    errno.ENOENT: "the folder is not there",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
}


def reason(failure: OSError) -> str:
    """Half a sentence without a full stop; for unknown errors it is “the disk refused it”."""
    return REASONS.get(failure.errno or 0, "the disk refused it")
