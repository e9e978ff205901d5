"""What becomes of the values in one model's form when another model goes on with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from generations.catalogue.carry import carry, chosen, counterpart, label_of
from generations.catalogue.media import Media
from generations.catalogue.params import Param, given
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One value, and what stands for it in the other model's form."""

    source: Param
    value: object
    taker: Param | None
    """The other model's parameter; None: it has none for this."""
    new: object
    """None: nothing stands for it."""

    @property
    def is_lost(self) -> bool:
        return self.taker is None or not given(self.new)

    @property
    def is_kept(self) -> bool:
        """Whether the same is meant, under whatever name and in whatever spelling."""
        same = (
            self.taker is not None
            and said(self.taker, self.new).lower() == said(self.source, self.value).lower()
        )
        return same and not self.is_lost


def field_map(source: ModelSpec, target: ModelSpec, values: Values, begin: Values) -> list[Moved]:
    """Every value of the source's form, in its order; `begin` is what the target's form begins with.

    Left out are the mode, which follows the images, and what nobody chose and the target does not know.
    """
    after = {**target.defaults(), **begin, **carry(source, target, values).values}
    found = []
    for param in source.offered:
        value = values.get(param.name)
        if not given(value) or param.role == "mode":
            continue
        moved = (
            _media(param, value, target, after)
            if isinstance(param, Media)
            else _plain(param, value, target, after)
        )
        if not moved.is_lost or chosen(param, value):
            found.append(moved)
    return found


def said(param: Param, value: object) -> str:
    """A value in words, alike for parameters that spell it differently: “5 s”, “16:9”, “2 images”, “on”."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Sequence) and not isinstance(value, str):
        noun = param.noun if isinstance(param, Media) else "entry"
        return f"{len(value)} {noun}" if len(value) == 1 else f"{len(value)} {_plural(noun)}"
    text = label_of(param, value)
    return f"{text} s" if param.role == "length" and text.isdigit() else text


def _plain(param: Param, value: object, target: ModelSpec, after: Values) -> Moved:
    taker = counterpart(param, target)
    return Moved(source=param, value=value, taker=taker, new=after.get(taker.name) if taker else None)


def _media(param: Media, value: object, target: ModelSpec, after: Values) -> Moved:
    """Files may be spread over several parameters; the first of them is named."""
    items = value if isinstance(value, list) else []
    takers = [(p, [i for i in _list(after.get(p.name)) if i in items]) for p in target.media_params()]
    placed = [item for _, found in takers for item in found]
    taker = next((p for p, found in takers if found), None)
    return Moved(source=param, value=items, taker=taker, new=placed or None)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
