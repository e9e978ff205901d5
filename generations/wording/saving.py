"""Why a file is not saved, or no version of it made, as sentences."""

from collections.abc import Callable, Mapping

from generations.kie.errors import Silence
from generations.kie.netguard import BLOCKS, Block
from generations.models.obstacle import Facts, Obstacle
from generations.wording import disk
from generations.wording.disk import AGAIN

LINE = {
    str(Silence.TIMED_OUT): "Kie’s file host did not answer in time.",
    str(Silence.TLS): "Kie’s file host could not prove who it is (TLS).",
    str(Silence.NO_ROUTE): "Kie’s file host cannot be reached.",
}
BROKE_OFF = "The line to Kie’s file host broke before the file was whole."
SENTENCES = {
    Obstacle.NO_FILE: "Kie says it is done but names no file.",
    Obstacle.EMPTY: "The file is empty.",
    Obstacle.NO_MEDIA: "The file is no video, no picture and no sound.",
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


def sentence(obstacle: Obstacle, facts: Facts) -> str:
    """Why it is not saved; empty for an obstacle that has nothing to do with files. Takes any facts."""
    if obstacle in DAMAGE:
        return f"The file came damaged. {flaw(obstacle, facts)}"
    told = OF_FACTS.get(obstacle)
    return told(facts) if told else SENTENCES.get(obstacle, "")


def flaw(obstacle: Obstacle, facts: Facts) -> str:
    """What is wrong with a file that came: it may be stored all the same."""
    told = DAMAGE.get(obstacle)
    return told(facts) if told else sentence(obstacle, facts)


def _blocked(facts: Facts) -> str:
    why = str(facts.get("why", ""))
    words = BLOCKS[Block(why)] if why in list(Block) else "it cannot be used"
    return words.format(host=facts.get("host", ""), address=facts.get("address", ""))


def _of_link(facts: Facts) -> str:
    if "type" in facts:
        return f"Kie’s file host answered {facts['type']} instead of a video."
    return f"Kie’s file host answered {facts.get('status', '')}: the link does not work any more."


def _cut(facts: Facts) -> str:
    if "of" in facts:
        return f"The file ends at {facts.get('size', 0):,} of {facts['of']:,} bytes."
    return "The file has no index: it was never finished, or its end is missing."


def _too_long(facts: Facts) -> str:
    return f"It took longer than {facts.get('limit', 0):.0f} s."


DAMAGE: Mapping[Obstacle, Callable[[Facts], str]] = {
    Obstacle.INDEX: lambda _: "Its index cannot be read.",
    Obstacle.SPOILT: lambda _: "A part of the picture cannot be decoded.",
    Obstacle.SHORT: lambda facts: f"It ends at {facts.get('at', 0)} s of {facts.get('of', 0)} s.",
}
OF_FACTS: Mapping[Obstacle, Callable[[Facts], str]] = {
    Obstacle.HOST: lambda facts: (
        f"The result file is on {facts.get('host', '')}, which is not an allowed host. An admin can allow it."
    ),
    Obstacle.ADDRESS: lambda facts: f"The result’s address is not allowed: {_blocked(facts)}.",
    Obstacle.LINK: _of_link,
    Obstacle.STATUS: lambda facts: f"Kie’s file host answered {facts.get('status', '')}.",
    Obstacle.LINE: lambda facts: LINE.get(str(facts.get("silence", "")), BROKE_OFF),
    Obstacle.CUT: _cut,
    Obstacle.TOO_LARGE: lambda facts: f"The file is larger than {facts.get('limit', 0) / 1024**3:.0f} GiB.",
    Obstacle.TOO_SLOW: _too_long,
    Obstacle.TOO_LONG: _too_long,
    Obstacle.DISK: lambda facts: disk.refusal(facts.get("errno")),
    Obstacle.READ_ONLY: lambda facts: (
        f"The media folder cannot be written to: {disk.reason(facts.get('errno'))}. {AGAIN.capitalize()}"
    ),
    Obstacle.NO_PROCESS: lambda facts: (
        f"No process for it could be started: {disk.reason(facts.get('errno'))}."
    ),
    Obstacle.ENDLESS: lambda facts: f"It was begun {facts.get('tries', 0)} times and never came to an end.",
    Obstacle.MISREAD: lambda facts: f"It cannot be read: {facts.get('text', '')}.",
}
