"""Why a model's description cannot be read, as codes with facts; `wording.market` makes the sentences."""

from enum import StrEnum


class Fault(StrEnum):
    """The comment names the facts that are kept beside the code."""

    MISSING = "missing"  # part
    NO_OBJECT = "no object"  # part
    NO_CALL = "no call"
    CIRCLE = "circle"
    OUTSIDE = "outside"  # text
    NOWHERE = "nowhere"  # text

    NO_MODEL_ID = "no model id"  # text
    TAKEN = "taken"  # name
    OTHER_CALL = "other call"  # path
    OTHER_MODEL = "other model"
    BESIDE = "beside"  # name
    NO_WAYS = "no ways"
    OTHER_TYPE = "other type"  # name
    JOINS = "joins"  # key
    NO_LIST = "no list"

    FIELDS = "fields"  # fields: the facts of each one’s fault, with the name of the field
    NO_FIELDS = "no fields"
    NO_NAMES = "no names"
    NO_NAME = "no name"  # text
    TWICE = "twice"  # name
    NO_FIELD = "no field"  # name
    TOO_MANY = "too many"  # count

    KEYWORD = "keyword"  # key
    FORMS = "forms"
    NO_TYPE = "no type"
    TYPE = "type"  # type
    LIST_TYPE = "list type"  # type
    NO_OPTIONS = "no options"
    OPTION = "option"  # value, type
    OPTION_TWICE = "option twice"
    RANGE = "range"  # low, high
    LIMITS = "limits"  # low, high: the names of two limits
    NESTED = "nested"
    NO_NUMBER = "no number"  # key
    NO_COUNT = "no count"  # key


class Unreadable(Exception):
    """What about a description cannot be read: the fault, and its facts as plain JSON."""

    def __init__(self, fault: Fault, **facts: object) -> None:
        super().__init__(fault, facts)
        self.facts: dict[str, object] = {"why": str(fault), **facts}
