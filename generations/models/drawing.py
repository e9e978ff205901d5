"""What is drawn on a frame: strokes measured in its picture, so that they fit it at every size."""

import json
from typing import Any, TypedDict

POINTS = {"pen": (2, 400), "arrow": (2, 2), "box": (2, 2)}
"""What can be drawn, and how many points it takes: a line, from tail to head, from corner to corner."""
INKS = ("red", "amber", "green", "blue", "white")
MOST_STROKES = 60
MOST_POINTS = 4000
"""Of all strokes together."""
LONGEST = 120_000
"""Characters in which a drawing is sent."""
DIGITS = 4
"""Decimals of a coordinate: finer than a pixel of the largest picture that is shown."""


class Stroke(TypedDict):
    kind: str
    ink: str
    points: list[list[float]]
    """x and y from 0 to 1: from the left and from the top of the picture."""


class NotADrawing(ValueError):
    """What was sent is none, or too much of one; the text says which."""


def read_drawing(text: str) -> list[Stroke]:
    """The strokes of a drawing as a page sends it; none for an empty text. Raises NotADrawing."""
    if len(text) > LONGEST:
        raise NotADrawing("The drawing is too large: take some strokes back.")
    try:
        sent = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        raise NotADrawing("The drawing arrived broken: draw it again.") from None
    if not isinstance(sent, list):
        raise NotADrawing("The drawing arrived broken: draw it again.")
    if len(sent) > MOST_STROKES:
        raise NotADrawing(f"A drawing takes {MOST_STROKES} strokes. This has {len(sent)}: take some back.")
    strokes = [_stroke(one) for one in sent]
    if sum(len(stroke["points"]) for stroke in strokes) > MOST_POINTS:
        raise NotADrawing("The lines of the drawing are too long together: take some strokes back.")
    return strokes


def _stroke(sent: Any) -> Stroke:
    kind, ink, points = (
        sent.get(name) if isinstance(sent, dict) else None for name in Stroke.__annotations__
    )
    if not isinstance(kind, str) or kind not in POINTS or ink not in INKS or not isinstance(points, list):
        raise NotADrawing("The drawing has a stroke that nobody can draw here: draw it again.")
    least, most = POINTS[kind]
    if not least <= len(points) <= most:
        raise NotADrawing("A line of the drawing has too many points: draw it in two.")
    return Stroke(kind=kind, ink=str(ink), points=[_point(point) for point in points])


def _point(sent: Any) -> list[float]:
    if not isinstance(sent, list) or len(sent) != 2 or not all(_lies_within(number) for number in sent):
        raise NotADrawing("The drawing leaves the picture: draw it again.")
    return [round(float(number), DIGITS) for number in sent]


def _lies_within(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= 1
