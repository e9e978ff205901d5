"""Every model of the facts, through the judge and onto the wire, against a reading of the facts."""

import json
from typing import Any

import pytest

from generations import catalogue
from generations.catalogue.checking import example, faults
from generations.catalogue.judge import judge
from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Number
from generations.catalogue.spec import ModelSpec
from generations.simulator.api import validation
from tests.market import spoiled
from tests.market.reading import MODELS, Facts, complaints

KNOWN = [model for model in MODELS if model["id"] in catalogue.models()]
MODEL = pytest.mark.parametrize("facts", KNOWN, ids=[model["id"] for model in KNOWN])


def spec_of(facts: Facts) -> ModelSpec:
    return catalogue.models()[facts["id"]]


def body_of(spec: ModelSpec, values: dict[str, object]) -> Any:
    """The values on the wire, as they would be read there."""
    return json.loads(json.dumps(spec.wire(values)))


def test_every_model_that_makes_a_video_is_in_the_catalogue() -> None:
    assert {model["id"] for model in MODELS} == set(catalogue.models())


@MODEL
def test_defaults_are_taken_in_every_mode(facts: Facts) -> None:
    """Alone, and with each thing that can be given beside them."""
    spec = spec_of(facts)
    assert faults(spec) == []
    for name in [None, *(p.name for p in spec.offered)]:
        chosen = {} if name is None else {name: spoiled.plain(_fact(facts, name))}
        values = example(spec, chosen)
        assert values is not None, name
        assert complaints(facts, body_of(spec, values)) == [], name


@MODEL
def test_each_option_is_taken_as_it_is_written(facts: Facts) -> None:
    spec = spec_of(facts)
    for param in facts["params"]:
        known = spec.by_name[param["name"]]
        options = param.get("options", []) if known in spec.offered else []
        for option in options:
            if option in spec.never(param["name"]):
                continue
            values = example(spec, {param["name"]: option})
            assert values is not None, (param["name"], option)
            body = body_of(spec, values)
            assert body[param["name"]] == option
            assert type(body[param["name"]]) is type(option)
            assert complaints(facts, body) == []


@MODEL
def test_each_limit_is_kept(facts: Facts) -> None:
    """One step outside is refused at its parameter, and would be refused by the facts."""
    spec = spec_of(facts)
    good = example(spec)
    assert good is not None
    for param in facts["params"]:
        known = spec.by_name[param["name"]]
        if known not in spec.offered:
            continue
        for wrong, value in spoiled.limits(param):
            refused = judge(spec, good | {known.name: value})
            assert known.name in {p.param for p in refused}, (known.name, wrong, value)
            raw = value[0] if isinstance(known, Media) and known.single else value
            assert complaints(facts, body_of(spec, good) | {known.name: raw}), (known.name, wrong)


@MODEL
def test_each_rule_is_kept(facts: Facts) -> None:
    spec = spec_of(facts)
    good = example(spec)
    assert good is not None
    for rule in facts["rules"]:
        laid = spoiled.broken(facts, rule)
        if laid is None:
            continue
        values = {name: value for name, value in (good | laid).items() if value is not None}
        if any(value is None and name in spec.defaults() for name, value in laid.items()):
            assert complaints(facts, body_of(spec, values)) == [], rule
            continue
        assert judge(spec, values), rule
        raw = {n: v for n, v in (spec.defaults() | values).items() if laid.get(n, v) is not None}
        assert complaints(facts, raw), rule


@MODEL
def test_what_is_required_is_missed(facts: Facts) -> None:
    spec = spec_of(facts)
    good = example(spec)
    assert good is not None
    for param in facts["params"]:
        known = spec.by_name[param["name"]]
        if param.get("required") and known.required and known.default is None:
            refused = judge(spec, {n: v for n, v in good.items() if n != known.name})
            assert [p.param for p in refused] == [known.name]


@MODEL
def test_the_documented_example_goes_out_as_documented(facts: Facts) -> None:
    """Its own keys are sent as they stand; what is sent beside them are defaults."""
    spec = spec_of(facts)
    given = {name for name in facts.get("example", {}) if spec.by_name[name] in spec.offered}
    documented = {name: value for name, value in facts.get("example", {}).items() if name in given}
    values = {name: _as_value(spec, name, value) for name, value in documented.items()}
    if not documented or complaints(facts, documented):
        assert judge(spec, values), "an example that its own facts refuse is refused here as well"
        return
    assert judge(spec, values) == []
    body = body_of(spec, values)
    assert {name: body[name] for name in documented} == documented
    alias = {p.alias for p in spec.params if p.alias}
    more = {name: value for name, value in body.items() if name not in documented and name not in alias}
    assert all(value in (_default(spec, name), []) for name, value in more.items())


@MODEL
def test_the_sandbox_takes_what_is_ordered(facts: Facts) -> None:
    """Each thing that can be given, once: read back, it is what was ordered."""
    spec = spec_of(facts)
    for name in [None, *(p.name for p in spec.offered)]:
        values = example(spec, {} if name is None else {name: spoiled.plain(_fact(facts, name))})
        assert values is not None
        read = validation.checked(spec, body_of(spec, values))
        assert {n: v for n, v in read.items() if n in values} == values


def _default(spec: ModelSpec, name: str) -> object:
    param = spec.by_name[name]
    return None if param.default is None else param.wire(param.default, {})


def _fact(facts: Facts, name: str) -> Facts:
    return next(param for param in facts["params"] if param["name"] == name)


def _as_value(spec: ModelSpec, name: str, value: Any) -> Any:
    """A value of a body in the catalogue's form."""
    param = spec.by_name[name]
    if isinstance(param, Media) and not isinstance(value, list):
        return [value]
    if isinstance(param, Objects):
        return param.parse([json.dumps(value)])
    return param.parse([value]) if isinstance(param, Number) and isinstance(value, str) else value
