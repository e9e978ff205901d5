"""Alternatives in a prompt: which prompts they make, and what is said where they mean nothing."""

import time
from contextlib import suppress

import pytest

from generations.orders.expansion import MOST, Unclear, escaped, variations


@pytest.mark.parametrize(
    ("prompt", "made"),
    [
        ("Dunes", ["Dunes"]),
        ("", [""]),
        ("Dunes at {dusk|noon}", ["Dunes at dusk", "Dunes at noon"]),
        ("{a|b} {c|d}", ["a c", "a d", "b c", "b d"]),
        ("{2$$a|b|c}", ["a, b", "a, c", "b, c"]),
        ("{2$$ and $$a|b|c}.", ["a and b.", "a and c.", "b and c."]),
        ("{3$$a|b|c}", ["a, b, c"]),
        ("{ dusk | noon }", ["dusk", "noon"]),
        ("{a|a|b}", ["a", "b"]),
        (r"\{a|b\}", ["{a|b}"]),
        (r"{a\|b|c\}}", ["a|b", "c}"]),
        ("{dusk}", ["{dusk}"]),
        ("a | b", ["a | b"]),
        ("{a", ["{a"]),
        ("a} {b|c}", ["a} b", "a} c"]),
        (
            '{"scene": {"light": "{dusk|noon}"}}',
            ['{"scene": {"light": "dusk"}}', '{"scene": {"light": "noon"}}'],
        ),
        ("C:\\new {é|😀}", ["C:\\new é", "C:\\new 😀"]),
        ("costs $$5 {a|b}", ["costs $$5 a", "costs $$5 b"]),
    ],
)
def test_the_prompts_that_alternatives_make(prompt: str, made: list[str]) -> None:
    assert [found.text for found in variations(prompt)] == made


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Dunes {dusk|noon", "“{dusk|noon” is not closed"),
        ("{a|{b|c}}", "braces in braces"),
        ('{"a": 1 | {"b": 2}}', "braces in braces"),
        ("{a||b}", "an empty alternative"),
        ("{|}", "an empty alternative"),
        ("{2$$a|a}", "asks for 2 different ones of 1"),
        ("{4$$a|b}", "asks for 4 different ones of 2"),
        ("{0$$a|b}", "asks for 0 different ones of 2"),
        ("{1|2|3|4|5|6|7}" * 2, f"49 prompts, and a plan has up to {MOST}"),
        ("{a|b|c|d|e|f|g|h|i|j}" * 5, "100,000 prompts"),
        ("{20$$" + "|".join(map(str, range(40))) + "}", "a million or more prompts"),
        pytest.param("{a|b}" * 15_000, "a million or more prompts", id="a number of 4,516 digits"),
    ],
)
def test_what_cannot_be_read_is_said(prompt: str, said: str) -> None:
    with pytest.raises(Unclear) as unclear:
        variations(prompt)
    assert said in str(unclear.value)


def test_the_chosen_words_are_named_where_they_stand() -> None:
    _, second, *_ = variations("At {dusk|noon}, {red|blue} sand")
    assert [second.text[begin:end] for begin, end in second.own] == ["dusk", "blue"]


@pytest.mark.parametrize(
    "prompt",
    [
        "{" * 20_000 + "|",
        "{|" * 10_000,
        "\\{" * 10_000,
        "{a|" + "x" * 20_000,
        pytest.param("{9999$$" + "|".join(map(str, range(20_000))) + "}", id="many of many"),
    ],
)
def test_no_prompt_takes_long(prompt: str) -> None:
    began = time.monotonic()
    with suppress(Unclear):
        variations(prompt)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("text", ["Dunes", "{a|b}", "{a", "a|b", r"\{a|b\}", "{a||b}", "{a|{b|c}}", "\\"])
def test_any_prompt_can_be_written_so_that_it_stands_for_itself(text: str) -> None:
    assert [found.text for found in variations(escaped(text))] == [text]
