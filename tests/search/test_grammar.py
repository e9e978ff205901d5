"""How a search is written, and that no text breaks it."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.library import found
from generations.library.asked import read
from generations.library.search import search
from generations.models import Comment, SearchText, Task
from generations.models.folded import words_of
from tests.search.conftest import prompts

pytestmark = pytest.mark.django_db
BOAT, STREET, LIGHT = "A red boat", "Boats, red street", "Red lighthouse at night"


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize(
    ("asked", "expected"),
    {
        "boat": [STREET, BOAT],
        "RED  boat": [STREET, BOAT],
        '"boat"': [BOAT],
        '"red boat"': [BOAT],
        '"boat red"': [],
        '"boats red"': [STREET],
        "boat -street": [BOAT],
        "boat -stre": [STREET, BOAT],
        "boat -stre*": [BOAT],
        'red -"red boat"': [LIGHT, STREET],
        'red -"boat red"': [LIGHT, STREET, BOAT],
        "-boat": [LIGHT, STREET],
        "-boat*": [LIGHT],
        "street OR night": [LIGHT, STREET],
        "red street OR night": [LIGHT, STREET],
        "zoo OR boat street": [STREET],
        "-red OR night": [LIGHT],
        "street or night": [],
        "OR street OR": [STREET],
        "light*": [LIGHT],
        '"red light*"': [LIGHT],
        '"red light"*': [LIGHT],
        '"red light"': [],
        '"red ligh': [LIGHT],
        "boat!": [STREET, BOAT],
        "red & boat": [STREET, BOAT],
        "red-boat": [BOAT],
        "(street)": [STREET],
        "“red boat”": [BOAT],
        "boat –street": [BOAT],
        "*": [],
        '"': [],
        "-": [],
        "OR": [],
        "": [],
    }.items(),
)
def test_words_phrases_and_signs(write: Callable[..., list[Task]], asked: str, expected: list[str]) -> None:
    write(BOAT, STREET, LIGHT)
    assert prompts(asked) == expected


@pytest.mark.usefixtures("both_ways")
def test_a_number_names_its_task(write: Callable[..., list[Task]]) -> None:
    boat, street, _ = write(BOAT, STREET, LIGHT)
    assert prompts(f"#{boat.pk}") == [BOAT]
    assert prompts(f"#{boat.pk} street") == []
    assert prompts(f"#{boat.pk} #{street.pk}") == []
    assert prompts(f"#{boat.pk} OR night") == [LIGHT, BOAT]
    assert prompts(f"boat -#{boat.pk}") == [STREET]
    assert prompts("#999999999999999") == []


@pytest.mark.usefixtures("both_ways")
def test_the_newest_is_the_one_ordered_last_whatever_its_number(write: Callable[..., list[Task]]) -> None:
    old, _, new = write("Dunes 1", "Dunes 2", "Dunes 3")
    Task.objects.filter(pk=old.pk).update(created_at=new.created_at.replace(year=new.created_at.year + 1))
    assert prompts("dunes") == ["Dunes 1", "Dunes 3", "Dunes 2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Night harbour, 4K f/1.4", "night harbour 4k f 1 4"),
        ("the cat’s eye", "the cat s eye"),
        ("夜の街3丁目", "夜 の 街 3 丁 目"),
        ("ภาพดี", "ภ า พ ดี"),
        ("हिन्दी में", "हिन्दी में"),
        ("wave 🌊🌊 C++", "wave 🌊 🌊 c"),
        ("a\0b \u0301c ´", "a b c"),
        ("x" * 99, "x" * 60),
    ],
)
def test_what_a_word_is(text: str, expected: str) -> None:
    assert " ".join(words_of(text)) == expected


PIECES = [
    "red",
    "boat",
    "夜の街",
    "o",
    "OR",
    "-",
    '"',
    "*",
    "#1",
    "(",
    ")",
    "AND",
    "NOT",
    "NEAR(",
    "^",
    ":",
    "\\",
    "'",
]
TEXTS = ["A red boat", "Red, or not: BOATS", "夜の街 red", "'red' AND (boat) NOT near", "", "Ω≈ç√∫ 🌊 ok"]


def test_no_text_breaks_it_and_both_ways_find_what_the_words_say(
    write: Callable[..., list[Task]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = write(*TEXTS)
    Comment.objects.create(task=tasks[0], person=tasks[0].person, text="Boat, not red enough")
    texts = dict(SearchText.objects.values_list("pk", "text"))
    assert len(texts) == len(TEXTS)

    def by_reading(asked: str) -> set[int]:
        groups = read(asked)
        return {
            pk
            for pk, text in texts.items()
            if groups
            and all(
                any((t.phrase in text if t.number is None else t.number == pk) != t.without for t in group)
                for group in groups
            )
        }

    @settings(database=None, deadline=None, max_examples=150)
    @given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=9), st.sampled_from(["", " "]))
    def holds(pieces: list[str], between: str) -> None:
        asked = between.join(pieces)
        for many in (3000, 0):
            monkeypatch.setattr(found, "MANY", many)
            monkeypatch.setattr(found, "SOON", many)
            assert set(search(Task.objects.all(), asked).values_list("pk", flat=True)) == by_reading(asked), (
                asked
            )

    holds()
