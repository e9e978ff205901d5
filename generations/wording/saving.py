"""Why a file is not saved, or no version of it made, as sentences."""

from generations.kie.errors import Silence
from generations.kie.netguard import BLOCKS, Block
from generations.models.obstacle import Facts, Obstacle
from generations.wording import disk
from generations.wording.disk import AGAIN
from generations.wording.old_texts import legible

LINE = {
    Silence.TIMED_OUT: "Kie’s file host did not answer in time.",
    Silence.TLS: "Kie’s file host could not prove who it is (TLS).",
    Silence.NO_ROUTE: "Kie’s file host cannot be reached.",
}
SENTENCES = {
    Obstacle.NO_FILE: "Kie says it is done but names no file.",
    Obstacle.EMPTY: "The file is empty.",
    Obstacle.NO_MEDIA: "The file is no video, no picture and no sound.",
    Obstacle.INDEX: "The file came damaged. Its index cannot be read.",
    Obstacle.SPOILT: "The file came damaged. A part of the picture cannot be decoded.",
    Obstacle.ROOM: f"The disk is almost full. Make room: {AGAIN}",
    Obstacle.VOLUME: "The media folder does not hold the files of this studio: is its volume mounted? "
    f"Nothing is saved beside it; {AGAIN}",
    Obstacle.NO_DECODER: "Nothing here can decode it either.",
    Obstacle.NO_ENCODER: "This installation has no H.264 encoder.",
    Obstacle.NOTHING: "There is nothing in it that could be shown.",
    Obstacle.MEMORY: "It needs more memory than one file may take.",
    Obstacle.CRASHED: "The decoder broke on it.",
    Obstacle.GONE: "Its file is gone. Make it again.",
}


def sentence(obstacle: Obstacle, facts: Facts) -> str:  # noqa: C901 - a table with one row for each code
    """Why it is not saved; empty for an obstacle that has nothing to do with files. Takes any facts."""
    match obstacle:
        case Obstacle.HOST:
            host = facts.get("host", "")
            return f"The result file is on {host}, which is not an allowed host. An admin can allow it."
        case Obstacle.ADDRESS:
            return f"The result’s address is not allowed: {_blocked(facts)}."
        case Obstacle.LINK if "type" in facts:
            return f"Kie’s file host answered {facts['type']} instead of a video."
        case Obstacle.LINK:
            return f"Kie’s file host answered {facts.get('status', '')}: the link does not work any more."
        case Obstacle.STATUS:
            return f"Kie’s file host answered {facts.get('status', '')}."
        case Obstacle.LINE:
            broke = "The line to Kie’s file host broke before the file was whole."
            return next((text for how, text in LINE.items() if how == facts.get("silence")), broke)
        case Obstacle.CUT if "of" in facts:
            return f"The file ends at {facts.get('size', 0):,} of {facts['of']:,} bytes."
        case Obstacle.CUT:
            return "The file has no index: it was never finished, or its end is missing."
        case Obstacle.SHORT:
            return f"The file came damaged. It ends at {facts.get('at', 0)} s of {facts.get('of', 0)} s."
        case Obstacle.TOO_LARGE:
            return f"The file is larger than {facts.get('limit', 0) / 1024**3:.0f} GiB."
        case Obstacle.TOO_SLOW | Obstacle.TOO_LONG:
            return f"It took longer than {facts.get('limit', 0):.0f} s."
        case Obstacle.DISK:
            return disk.refusal(facts.get("errno"))
        case Obstacle.READ_ONLY:
            why = disk.reason(facts.get("errno"))
            return f"The media folder cannot be written to: {why}. {AGAIN.capitalize()}"
        case Obstacle.NO_PROCESS:
            return f"No process for it could be started: {disk.reason(facts.get('errno'))}."
        case Obstacle.ENDLESS:
            return f"It was begun {facts.get('tries', 0)} times and never came to an end."
        case Obstacle.MISREAD:
            return f"It cannot be read: {legible(str(facts.get('text', '')))}."
    return SENTENCES.get(obstacle, "")


def _blocked(facts: Facts) -> str:
    why = str(facts.get("why", ""))
    words = BLOCKS[Block(why)] if why in list(Block) else "it cannot be used"
    return words.format(host=facts.get("host", ""), address=facts.get("address", ""))
