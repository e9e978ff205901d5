"""From a person's wish to a queued task."""

from generations.orders.again import ordered_again, place_again, retry, times_ordered, times_ordered_each
from generations.orders.placing import (
    MOST_TAKES,
    AlreadyOrdered,
    NeedsYes,
    NoPrice,
    NotAdmitted,
    cancel,
    check_live,
    is_used,
    next_key,
    ordered_under,
    place,
    place_wish,
    unused_key,
)
from generations.orders.pricing import Pricing, held, price, pricing, unpriced_cap

__all__ = [
    "MOST_TAKES",
    "AlreadyOrdered",
    "NeedsYes",
    "NoPrice",
    "NotAdmitted",
    "Pricing",
    "cancel",
    "check_live",
    "held",
    "is_used",
    "next_key",
    "ordered_again",
    "ordered_under",
    "place",
    "place_again",
    "place_wish",
    "price",
    "pricing",
    "retry",
    "times_ordered",
    "times_ordered_each",
    "unpriced_cap",
    "unused_key",
]
