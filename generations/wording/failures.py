"""The wording for a task's failure: what happened, what it cost, what can be done."""

import re
from dataclasses import dataclass
from enum import StrEnum

from generations.models import State, Task
from generations.wording.figures import cr
from generations.wording.obstacles import obstacle
from generations.wording.refused_words import reason, words_named


class Class(StrEnum):
    FILTER = "Filter refused"
    INPUT = "Wrong input"
    BUSY = "Kie busy"
    CREDITS = "Not enough credits"
    GENERATION = "Generation failed"
    NOT_SAVED = "Not saved"
    UNCONFIRMED = "Needs a person"
    WITHDRAWN = "Withdrawn"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One failure, in the order in which people ask about it."""

    sentence: str
    """What happened, in our words."""
    klass: str
    charged: str
    advice: str
    retry_helps: bool
    words: str = ""
    """Kie’s own words, verbatim."""
    code: str = ""
    problem: str = ""
    """What held us up, in our words."""


FILTER_WORDS = re.compile(
    r"flagged|content polic|prohibit|nsfw|sensitive|moderat|unsafe|safety|violat|inappropriate"
    r"|public figure|prominent|copyright|real person|\bminors? upload|rejected by flow",
    re.IGNORECASE,
)
CREDIT_WORDS = re.compile(r"insufficient|not enough credit|top up|points used", re.IGNORECASE)
BUSY_WORDS = re.compile(
    r"time[d -]*out|busy|overload|try again later|rate limit|too (high|many)|internal error|server error"
    r"|maintenance|unavailable|temporar",
    re.IGNORECASE,
)
INPUT_WORDS = re.compile(
    r"is required|not within the range|within the specified range|it must be|cannot exceed|invalid|\bratio\b"
    r"|unsupported|not supported|only english|url is wrong"
    r"|(fetch|download|read|access)\w* the (image|video|audio|file)",
    re.IGNORECASE,
)
CLASS_OF_CODE = {
    "400": Class.INPUT,
    "402": Class.CREDITS,
    "404": Class.INPUT,
    "408": Class.BUSY,
    "422": Class.INPUT,
    "429": Class.BUSY,
    "433": Class.CREDITS,
    "451": Class.INPUT,
    "455": Class.BUSY,
    "505": Class.BUSY,
}
FIELD = re.compile(r"^(?:this )?([\w.\[\]-]+) (?:is required|is not within|it must be)", re.IGNORECASE)

SENTENCES = {
    Class.FILTER: "Kie’s filter refused it",
    Class.INPUT: "Kie did not accept the input",
    Class.BUSY: "Kie could not take it",
    Class.CREDITS: "Kie has not enough credits for it",
    Class.GENERATION: "Kie could not make the clip",
}
ADVICE = {
    Class.FILTER: "The same words will fail again. Change the prompt or the images.",
    Class.INPUT: "The same settings will fail again. Edit them and send it as a new task.",
    Class.BUSY: "Trying again is safe: it is a new task with the same settings.",
    Class.CREDITS: "Top up at Kie, then try again.",
    Class.GENERATION: "Trying again may help: the same settings often work the second time.",
}


def explain(task: Task) -> Failure:
    """What went wrong with a task that ended badly or is in doubt."""
    match task.state:
        case State.UNCONFIRMED:
            return _unconfirmed(task)
        case State.LOST if not task.charge_credits:
            return _never_ended(task)
        case State.LOST | State.SAVING:
            return _not_saved(task)
        case State.CANCELLED | State.CLOSED:
            return _withdrawn(task)
        case _:
            return _refused_by_kie(task)


def klass_of(code: str, text: str) -> Class:
    """The class of Kie’s answer. The text takes precedence over the code: one code has many meanings."""
    for words, klass in (
        (FILTER_WORDS, Class.FILTER),
        (CREDIT_WORDS, Class.CREDITS),
        (BUSY_WORDS, Class.BUSY),
        (INPUT_WORDS, Class.INPUT),
    ):
        if words.search(text):
            return klass
    return CLASS_OF_CODE.get(code, Class.GENERATION)


def _refused_by_kie(task: Task) -> Failure:
    klass = klass_of(task.failure_code, task.failure_text)
    sentence = SENTENCES[klass]
    field = FIELD.match(task.failure_text) if klass is Class.INPUT else None
    if field:
        sentence = f"Kie did not accept “{label_of(task, field[1])}”"
    elif klass is Class.FILTER and (why := reason(task.failure_text)):
        sentence = f"{sentence}: {why}"
    elif klass is Class.BUSY and task.state == State.FAILED:
        sentence = "Kie took it and then broke off"
    return Failure(
        sentence=f"{sentence}." if task.failure_text else f"{sentence} and gave no reason.",
        klass=klass,
        charged=_charged(task),
        advice=_advice(klass, task),
        retry_helps=klass in (Class.BUSY, Class.CREDITS, Class.GENERATION),
        words=task.failure_text,
        code=task.failure_code,
    )


def _advice(klass: Class, task: Task) -> str:
    """What helps; where Kie names words of the prompt, to change those."""
    named = words_named(task.prompt, task.failure_text) if klass is Class.FILTER else []
    if not named:
        return ADVICE[klass]
    return f"It names {' and '.join(f'“{words}”' for words in named)} in the prompt: change that."


def label_of(task: Task, name: str) -> str:
    """The order form's label for a parameter."""
    bare = name.removeprefix("input.").split("[")[0]
    param = task.spec.by_name.get(bare) if task.spec else None
    return param.label if param else name


def _charged(task: Task) -> str:
    held = cr(task.quote_credits)
    if task.charge_credits:
        return f"Kie charged {cr(task.charge_credits)} cr."
    if task.state == State.REFUSED:
        return f"Not charged. The {held} cr that were held are free again."
    return f"Kie reported no charge. The {held} cr that were held are free again."


def _unconfirmed(task: Task) -> Failure:
    return Failure(
        sentence="Was it sent? We cannot know.",
        klass=Class.UNCONFIRMED,
        charged=f"Not known yet. {cr(task.quote_credits)} cr stay held until this is cleared up.",
        advice="If Kie took it, the clip can still turn up here. Sending it again may be paid twice.",
        retry_helps=False,
        problem=obstacle(task),
    )


def _not_saved(task: Task) -> Failure:
    gone = task.state == State.LOST
    return Failure(
        sentence="Kie made the clip, but its file could not be saved in time."
        if gone
        else "Kie made the clip, but its file is not saved yet.",
        klass=Class.NOT_SAVED,
        charged=f"Already paid: {cr(task.charge_credits)} cr.",
        advice="Kie keeps a file for 14 days; after that only a new task brings it back."
        if gone
        else "We keep trying for 14 days. Trying again is free.",
        retry_helps=gone,
        problem=obstacle(task),
    )


def _never_ended(task: Task) -> Failure:
    return Failure(
        sentence="Kie never finished it, and was given up on after 14 days.",
        klass=Class.NOT_SAVED,
        charged=f"Not charged. The {cr(task.quote_credits)} cr that were held are free again.",
        advice="Should Kie have charged it after all, Credits shows it as unexplained.",
        retry_helps=True,
    )


def _cancelled(task: Task) -> str:
    if task.changed_into_id:
        return f"Changed before it was sent: #{task.changed_into_id} has taken its place."
    return "Cancelled before Kie took it." if task.handed_over else "Cancelled before it was sent."


def _withdrawn(task: Task) -> Failure:
    cancelled = task.state == State.CANCELLED
    return Failure(
        sentence=_cancelled(task) if cancelled else "Closed: a person found that Kie never took it.",
        klass=Class.WITHDRAWN,
        charged=f"Not charged. The {cr(task.quote_credits)} cr that were held are free again.",
        advice="",
        retry_helps=not task.changed_into_id,
    )
