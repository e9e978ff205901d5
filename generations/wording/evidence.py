"""What is known about a case, in words: what was seen, the evidence, and how much time is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from generations.catalogue.quote import Basis
from generations.decisions import cases
from generations.decisions.cases import Case, Kind
from generations.models import Entry, Hint, Obstacle, State, Task, Video
from generations.money import clues
from generations.wording.answers import silence, words
from generations.wording.figures import cr
from generations.wording.names import short_name
from generations.wording.obstacles import obstacle
from generations.wording.times import at, soon, span

SEEN = 300
"""Maximum characters of what was seen that are shown."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of evidence: an icon, text, and at most one part to copy and one to emphasise."""

    icon: str
    text: str
    code: str = ""
    strong: str = ""
    tone: str = ""


def seen(case: Case) -> tuple[str, str]:
    """What held the task up: our sentence, and the words that came back, shortened to a readable length."""
    task = case.task
    if case.kind is Kind.STUCK:
        age = timezone.now() - (task.accepted_at or task.changed_at)
        usual = "How long this model usually takes is not known yet."
        if case.usual:
            usual = f"It usually takes up to {span(timedelta(seconds=case.usual))}."
        return f"Kie has been at it for {span(age)}. {usual} {_cut(obstacle(task))}".strip(), ""
    if task.state == State.SENDING:
        return "It was being sent when the worker stopped; how that ended is not known.", ""
    if case.kind is Kind.UNCONFIRMED:
        return _lost(task)
    if case.kind is Kind.VANISHED and not case.waits.obstacle:
        return "Its file was stored and is gone or changed now. It is fetched again from Kie.", ""
    if host := case.unknown_host:
        return f"Kie put the file on {_cut(host)}. Nothing is fetched from there yet.", ""
    return _in_the_way(case), ""


def _lost(task: Task) -> tuple[str, str]:
    """What happened to the answer to a send."""
    facts = task.obstacle_facts
    match task.obstacle:
        case Obstacle.LOST if facts.get("silence"):
            return f"Kie’s answer was lost: {silence(facts)}.", ""
        case Obstacle.LOST:
            return "Kie’s answer was lost.", words(facts)
        case Obstacle.DECLINED:
            return "Kie answered with an error, which does not say for sure that it took nothing.", words(
                facts
            )
    return _cut(obstacle(task)) or "How its sending ended is not known.", ""


def _in_the_way(case: Case) -> str:
    """Why it does not go on; for a file without a recorded obstacle, how long it has waited."""
    if found := obstacle(case.waits):
        return f"{_cut(found).rstrip('.')}."
    if case.kind is Kind.UNSENT:
        return "It is not tried any more, and nothing was noted against it."
    waited = span(timezone.now() - case.task.changed_at)
    return f"It has waited for {waited} to be saved, and no try has ended yet."


def facts(
    case: Case, fall: clues.Fall | None, hints: Sequence[Hint], quiet: clues.Untouched | None = None
) -> Iterator[Fact]:
    """The known facts, the most telling first."""
    match case.kind:
        case Kind.UNSENT:
            yield Fact(icon="circle-dashed", text="It never left this server: nothing was sent or spent.")
            if case.task.due_at:
                yield _tries(case.waits)
        case Kind.UNCONFIRMED:
            if quiet:
                yield _quiet(quiet)
            else:
                yield from _fall_facts(case.task, fall)
            yield _handed_over(case.task)
            yield _callbacks()
            yield from map(_hint_fact, hints)
        case Kind.STUCK:
            yield _next_look(case.task)
            text = "Kie is asked for" if case.task.is_asked else "At Kie it is"
            yield Fact(icon="link", text=text, code=case.task.task_id or "")
        case _:
            if host := case.unknown_host:
                yield _allow(host)
            yield _tries(case.waits)
            yield _time_left(case.task)


def _fall_facts(task: Task, fall: clues.Fall | None) -> Iterator[Fact]:
    if fall is None:
        return
    later = span(fall.after)
    if not fall.credits:
        text = f"The balance had not fallen {later} later. That proves nothing: it may be taken at the end."
        yield Fact(icon="minus", text=text)
        return
    fell = f"The balance fell by {cr(fall.credits)} cr {later} later"
    if fall.others:
        more = "another task was" if fall.others == 1 else f"{fall.others} other tasks were"
        yield Fact(icon="minus", text=f"{fell}, but {more} under way: no proof.")
    elif task.quote_basis == Basis.UNKNOWN:
        yield Fact(icon="check", text=f"{fell}, and the price of this is not known:", strong="it may run.")
    elif fall.credits == task.quote_credits:
        yield Fact(icon="check", text=f"{fell}:", strong="it probably runs.")
    else:
        yield Fact(
            icon="check", text=f"{fell}, not the {cr(task.quote_credits)} cr of this:", strong="it may run."
        )


def _quiet(quiet: clues.Untouched) -> Fact:
    if quiet.explained > 0:
        stands = (
            f"The balance fell by {cr(quiet.explained)} cr in {span(quiet.after)}, all of it for other tasks:"
        )
    else:
        stands = f"The balance had not fallen {span(quiet.after)} later:"
    return Fact(icon="check", text=stands, strong="probably not sent, nothing was charged.")


def _handed_over(task: Task) -> Fact:
    return Fact(icon="send", text=f"Handed over {at(task.sent_at)}; no task id came back.")


def _callbacks() -> Fact:
    if settings.PUBLIC_URL:
        return Fact(icon="minus", text="No callback that fits has come. One can still come and settle this.")
    return Fact(icon="minus", text="Callbacks are off (no PUBLIC_URL): Kie cannot settle this by itself.")


def _hint_fact(hint: Hint) -> Fact:
    who = short_name(hint.person) if hint.person else "A callback"
    why = _cut(obstacle(hint))
    if hint.due_at is None:
        return Fact(icon="x", text=f"{who} named", code=hint.kie_id, strong=why or "It was not attached.")
    if hint.attempts:
        return Fact(icon="refresh-cw", text=f"{why} Asked again {soon(hint.due_at)} for", code=hint.kie_id)
    return Fact(icon="refresh-cw", text="Asking Kie for", code=f"{hint.kie_id}…", tone="now")


def _next_look(task: Task) -> Fact:
    if task.due_at is None:
        return Fact(icon="triangle-alert", text="It is not asked for any more.", tone="warn")
    return Fact(icon="rotate-ccw", text=f"It is asked for by itself, next {soon(task.due_at)}.")


def _allow(host: str) -> Fact:
    if settings.SANDBOX:
        return Fact(
            icon="key-round", text="The sandbox takes files from itself alone: this is a fault put in."
        )
    hosts = " ".join([*settings.KIE_MEDIA_HOSTS, host])
    text = "If the host is Kie’s, an admin starts KieStudio with"
    return Fact(icon="key-round", text=text, code=f'KIE_MEDIA_HOSTS="{hosts}"')


def _tries(waits: Task | Video) -> Fact:
    if waits.due_at is None:
        return Fact(icon="triangle-alert", text="Trying has ended.", tone="warn")
    tried = f"Tried {waits.attempts} time{'' if waits.attempts == 1 else 's'}. " if waits.attempts else ""
    return Fact(icon="rotate-ccw", text=f"{tried}The next try comes by itself {soon(waits.due_at)}.")


def _time_left(task: Task) -> Fact:
    """How long Kie keeps the file: more urgent at 7 days, at 3, and on the last day."""
    left, until = cases.time_left(task), timezone.localtime(cases.kept_until(task))
    day = f"{until:%a %-d %b, %H:%M}"
    if left <= timedelta(0):
        return Fact(icon="timer", text=f"Kie kept the file until {day}.", strong="It is deleted.", tone="bad")
    match cases.warning(task):
        case None:
            return Fact(icon="timer", text=f"Kie keeps the file for {span(left)}, until {day}.")
        case limit:
            tone = "bad" if limit == cases.WARNINGS[0] else "warn"
            close = limit != cases.WARNINGS[-1]
            word = f"{'Only ' if close else ''}{span(left)} left."
            return Fact(icon="timer", text=f"Kie keeps the file until {day}.", strong=word, tone=tone)


def cost(case: Case) -> str:
    """The text after the figure: whether it is held or spent, and what another order would mean."""
    match case.kind:
        case Kind.UNSENT:
            return "stays held until it is cancelled. Nothing was spent."
        case Kind.UNCONFIRMED:
            return "stays held. Ordering it again could cost it twice."
        case Kind.STUCK if case.task.is_asked:
            return "stays held until Kie says how it ended. Asking again costs nothing."
        case Kind.STUCK:
            return "stays held until Kie says how it ended. Ordering it again could cost it twice."
    if case.task.charge_basis == Entry.Basis.ESTIMATE and not case.task.is_asked:
        return "booked, as Kie gave no figure. Trying again is free."
    return "already paid. Trying again is free."


def given_up(case: Case) -> str:
    """What happens when nothing is tried any more."""
    if case.task.state == State.RUNNING:
        return (
            f"Kie is not asked any more. The {cr(case.task.quote_credits)} cr that are held are free again."
        )
    return "It is not tried any more. What was paid stays spent."


def twice(task: Task) -> str:
    """What a second order of the same may cost."""
    match task.state:
        case State.RUNNING:
            return f"#{task.pk} is still at Kie. If it ends after all, both are paid."
        case State.SAVING:
            return f"#{task.pk} is paid, and trying its file again is free. A second order is paid in full."
    return f"Kie may be making #{task.pk} already. If it is, both are made and both are paid."


def hint_facts(task: Task) -> list[Fact]:
    """What became of the ids that were named for a task."""
    return [_hint_fact(h) for h in task.hints.select_related("person").order_by("heard_at", "id")]


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SEEN else f"{text[:SEEN].rstrip()}…"
