"""How long an ordered clip and its inputs are: as chosen, as measured, or at most.

Kie's texts say which seconds count and nothing of how they are rounded (docs.kie.ai, prices of October 2026):
each measured file counts up to its next whole second, so that no price is below what Kie may take.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from generations.catalogue.media import Media
from generations.catalogue.params import Number, given
from generations.catalogue.roles import SOURCES
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec

MEASURED = "$measured"
"""The fact that holds measured seconds, by how the values name the file or the task."""


@dataclass(frozen=True, kw_only=True)
class Length:
    """A number of seconds, and how it is known."""

    seconds: Decimal
    measured: bool = False
    at_most: bool = False
    """Whether it is the longest that is allowed: the real length shows when the clip is made."""


def of_clip(spec: ModelSpec, facts: Values) -> Length | None:
    """How long the ordered clip becomes; None: that is not known."""
    chosen = spec.seconds(facts)
    if chosen is not None:
        return Length(seconds=chosen)
    param = spec.with_role("length")
    value = facts.get(param.name) if param else None
    if isinstance(param, Number) and given(value) and value != param.follows:
        return None if param.max is None else Length(seconds=param.max, at_most=True)
    return None if given(value) and not isinstance(param, Number) else _of_what_it_follows(spec, facts)


def of_inputs(spec: ModelSpec, facts: Values) -> Length | None:
    """How long all given videos and the clip to go on from are together; None: that is not known."""
    videos = [p for p in spec.media_params() if p.media == "video" and given(facts.get(p.name))]
    found = [_together(param, facts) for param in videos]
    if _named_task(spec, facts):
        found.append(_of_task(spec, facts))
    lengths = [length for length in found if length is not None]
    if len(lengths) < len(found):
        return None
    return Length(
        seconds=sum((length.seconds for length in lengths), Decimal(0)),
        measured=any(length.measured for length in lengths),
        at_most=any(length.at_most for length in lengths),
    )


def _of_what_it_follows(spec: ModelSpec, facts: Values) -> Length | None:
    """Speech first, then the video; what enlarges a clip of a task makes it no longer."""
    for role in SOURCES:
        params = [p for p in spec.media_params() if p.role == role and given(facts.get(p.name))]
        if params:
            lengths = [_together(param, facts) for param in params]
            known = [length for length in lengths if length is not None]
            return max(known, key=lambda it: it.seconds) if len(known) == len(lengths) else None
    return _of_task(spec, facts) if spec.kind == "upscale" else None


def _together(param: Media, facts: Values) -> Length | None:
    """All items of a parameter: as measured; those that were not count as the longest that is allowed."""
    given_items = facts.get(param.name)
    items = given_items if isinstance(given_items, list) else []
    found = [_whole(facts, item) for item in items]
    known = sum((seconds for seconds in found if seconds), Decimal(0))
    unknown = found.count(None)
    if not unknown:
        return Length(seconds=known, measured=bool(known))
    limits = [] if param.max_seconds is None else [known + unknown * param.max_seconds]
    if param.max_total_seconds is not None:
        limits.append(param.max_total_seconds)
    return Length(seconds=min(limits), measured=bool(known), at_most=True) if limits else None


def _of_task(spec: ModelSpec, facts: Values) -> Length | None:
    seconds = _whole(facts, _named_task(spec, facts))
    return None if seconds is None else Length(seconds=seconds, measured=True)


def _named_task(spec: ModelSpec, facts: Values) -> object:
    param = spec.with_role("task")
    return facts.get(param.name) if param else None


def _whole(facts: Values, reference: object) -> Decimal | None:
    """The measured length in started seconds; None: it was not measured."""
    measured = facts.get(MEASURED)
    seconds = (
        measured.get(reference) if isinstance(measured, Mapping) and isinstance(reference, str) else None
    )
    if not isinstance(seconds, Decimal) or not seconds > 0:
        return None
    return seconds.to_integral_value(ROUND_CEILING)
