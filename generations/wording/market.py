"""Why an answer of Kie's own catalogue is of no use, as a part of a sentence."""

from collections.abc import Callable, Mapping

from generations.catalogue.pricetext import read
from generations.catalogue.unreadable import Fault
from generations.kie.market import Flaw
from generations.models import MarketModel
from generations.models.market import Unusable
from generations.models.obstacle import Facts
from generations.wording.answers import silence, words

LONGEST = 500
"""Characters of a reason; a schema may have many fields that cannot be read."""
PARTS = {
    "document": "the document",
    "paths": "“paths”",
    "post": "“post”",
    "request": "the request",
    "body": "the request’s schema",
    "schema": "a schema",
}
SENTENCES: Mapping[str, str] = {
    Fault.MISSING: "{part} is missing",
    Fault.NO_OBJECT: "{part} is not an object",
    Fault.NO_CALL: "it describes no call that orders something",
    Fault.CIRCLE: "its references lead in a circle",
    Fault.OUTSIDE: "it refers to “{text}”, outside of its own document",
    Fault.NOWHERE: "its reference “{text}” leads nowhere",
    Fault.NO_MODEL_ID: "“{text}” is no id of a model",
    Fault.TAKEN: "“{name}” is a name that the order form uses itself",
    Fault.OTHER_CALL: "it is ordered at “{path}”, not as a task",
    Fault.OTHER_MODEL: "its schema is about another model",
    Fault.BESIDE: "it requires “{name}” beside its input",
    Fault.NO_WAYS: "“oneOf” is not a list of ways to order",
    Fault.OTHER_TYPE: "“{name}” has another type in another way to order",
    Fault.JOINS: "“{key}” joins more than this version can read",
    Fault.NO_LIST: "“anyOf” is not a list",
    Fault.NO_FIELDS: "it has no fields",
    Fault.NO_NAMES: "“required” is not a list of names",
    Fault.NO_NAME: "“{text}” is no name of a field",
    Fault.TWICE: "the field “{name}” is there twice",
    Fault.NO_FIELD: "it requires “{name}”, which is no field of it",
    Fault.TOO_MANY: "it has {count} fields",
    Fault.KEYWORD: "“{key}” is not known here",
    Fault.FORMS: "it has several forms",
    Fault.NO_TYPE: "it has no type",
    Fault.TYPE: "the type “{type}” is not known here",
    Fault.LIST_TYPE: "a list of “{type}” is not known here",
    Fault.NO_OPTIONS: "its “enum” is not a list of values",
    Fault.OPTION: "“{value}” is no {type} to choose",
    Fault.OPTION_TWICE: "an option is there twice",
    Fault.RANGE: "its minimum {low} is above its maximum {high}",
    Fault.LIMITS: "“{low}” is above “{high}”",
    Fault.NESTED: "it is nested too deeply",
    Fault.NO_NUMBER: "“{key}” is no number to count with",
    Fault.NO_COUNT: "“{key}” is no whole number from 0 on",
    Flaw.NO_DATA: "the answer holds no data",
    Flaw.NO_MODELS: "the list holds no models",
    Flaw.TOTAL: "the list says {said} models and holds {held}",
    Flaw.MODEL_TWICE: "the list holds the model “{model}” twice",
    Flaw.ENTRY: "entry {place} of the list is not an object",
    Flaw.NO_ID: "entry {place} of the list has no usable id",
    Flaw.NO_TASKS: "“{model}”: “taskType” is not a list of texts",
    Flaw.NO_TEXT: "“{model}”: “{key}” is not a text",
    Flaw.ABOUT_ANOTHER: "the answer is about “{said}”, not about “{model}”",
    Flaw.NO_SCHEMA_OBJECT: "its schema is not an object",
    Flaw.LARGE_SCHEMA: "its schema is larger than 512 KiB",
    Flaw.NO_POINTS: "its success rate is not a list",
    Flaw.NO_TIME: "“{text}” is no time",
    Flaw.TOO_DEEP: "the answer is nested too deeply",
    Unusable.LOSSES: "the list holds only {held} of {known} known models",
    Unusable.NO_SCHEMA: "Kie has no schema of it",
    Unusable.OLD: "{text}",
}
"""By code, the sentence that its facts are put into."""


def reason(facts: Facts) -> str:
    """Why a schema, a price, a rate or the list is of no use, as a clause; empty for no facts."""
    if not facts:
        return ""
    why = str(facts["why"])
    text = OF_FACTS[why](facts) if why in OF_FACTS else SENTENCES[why].format_map(_named(facts))
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def sides(row: MarketModel, difference: Facts) -> tuple[object, object]:
    """What stands and what Kie says now; of a schema that cannot be read any more, why."""
    old, new = difference["old"], difference["new"]
    if difference["what"] == "schema":
        old = "not readable" if old == "unreadable" else old
        new = reason(row.unreadable) if new == "unreadable" else new
    return old, new


def _named(facts: Facts) -> Facts:
    return facts | {"part": PARTS.get(str(facts.get("part")), "a part")}


def _of_fields(facts: Facts) -> str:
    return "; ".join(f"“{field['field']}”: {reason(field)}" for field in facts["fields"])


def _of_answer(facts: Facts) -> str:
    return f"Kie did not answer: {silence(facts)}" if facts.get("silence") else words(facts)


def _price_of(facts: Facts) -> str:
    return f"“{facts['model']}”: “pricingDesc”" if "model" in facts else "its price"


OF_FACTS: Mapping[str, Callable[[Facts], str]] = {
    Fault.FIELDS: _of_fields,
    Flaw.NO_PRICE_TEXT: lambda facts: f"{_price_of(facts)} is not a text: {facts['text'] or 'a structure'}",
    Flaw.LONG_PRICE: lambda facts: f"{_price_of(facts)} is longer than {facts['limit']:,} characters",
    Flaw.NO_RATE: lambda facts: f"a success rate of {facts['rate'] or 'nothing'} is none",
    Unusable.ANSWER: _of_answer,
    Unusable.ABSURD: lambda facts: read(facts["text"]).doubt,
}
