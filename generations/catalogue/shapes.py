"""The shape that an order asks for, as a ratio of width to height."""

import re
from fractions import Fraction

from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec

SPOKEN = {"landscape": "16:9", "portrait": "9:16"}
_RATIO = re.compile(r"([1-9]\d?):([1-9]\d?)")
ALIKE = 0.01
"""Part by which a picture may miss a shape and still have it: sides are whole pixels."""


def shape_of(spec: ModelSpec, values: Values) -> str:
    """“16:9”; empty when the model chooses, or the input decides."""
    value = str(spec.value_of("shape", values) or "")
    shape = SPOKEN.get(value, value)
    return shape if _RATIO.fullmatch(shape) else ""


def ratio_of(shape: str) -> Fraction:
    """16/9 for “16:9”."""
    wide, high = shape.split(":")
    return Fraction(int(wide), int(high))


def has_shape(width: int, height: int, shape: str) -> bool:
    """Whether a picture of this size is of that shape."""
    return abs(width / height / float(ratio_of(shape)) - 1) <= ALIKE
