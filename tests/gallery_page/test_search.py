"""The gallery’s search: words however they are written, phrases, numbers."""

from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.apps import apps

from generations.models import Task
from generations.models.folded import fold
from tests.gallery_page.rows import cards, ready, titles
from tests.page import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("Une e\u0301cole", "école"),
        ("Une école", "E\u0301COLE"),
        ("Une école", "ecole"),
        ("Une ecole", "école"),
        ("ＦＵＬＬ width", "full"),
        ("full width", "ｆｕｌｌ"),
        ("a ﬁre", "fire"),
        ("Große Straße", "strasse"),
        ("GROSSE STRASSE", "straße"),
        ("Ёлка зимой", "елка"),
        ("елка зимой", "ЁЛКА"),
        ("قَلْبُ المدينة", "قلب"),
        ("أحمد في السوق", "احمد"),
        ("שָׁלוֹם עולם", "שלום"),
        ("İstanbul by night", "istanbul"),
        ("Łódź, smørrebrød", "lodz smorrebrod"),
        ("the cat’s eye", "cat's"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("two\u00a0words\n apart", '"two words apart"'),
        ("in\u200bvisible", "invisible"),
    ],
)
def test_a_word_is_found_however_it_is_written(page, author, prompt, asked):
    task = ready(author, prompt)
    ready(author, "Something else")
    found = read(page(urlencode({"q": asked})))
    assert [card["id"] for card in cards(found)] == [f"shot-{task.uuid}"]


@pytest.mark.parametrize(
    ("prompt", "asked"), [("が", "か"), ("हिन्दी", "हनद"), ("한", "하"), ("100 %", "100 _")]
)
def test_another_word_is_not_found(page, author, prompt, asked):
    ready(author, prompt)
    assert titles(page(urlencode({"q": asked}))) == []


def test_a_search_takes_phrases_numbers_and_words_to_leave_out(page, author):
    boat, street = ready(author, "A red boat"), ready(author, "A boat, red street")
    assert titles(page(urlencode({"q": '"red boat"'}))) == ["A red boat"]
    assert titles(page(urlencode({"q": "boat -street"}))) == ["A red boat"]
    assert titles(page(urlencode({"q": f"#{street.pk}"}))) == ["A boat, red street"]
    assert titles(page(urlencode({"q": f"boat -#{boat.pk}"}))) == ["A boat, red street"]
    assert titles(page(urlencode({"q": '"'}))) == []


def test_a_search_that_is_too_long_is_told_and_finds_nothing(page, author):
    ready(author, "x" * 201)
    found = read(page("q=" + "x" * 201))
    search = found.main.field("Search prompts")
    assert search.problem == "A search takes 200 characters, this is 201. Shorten it by 1."
    assert search.value == "x" * 201, "what was typed is kept"
    assert cards(found) == []
    assert len(titles(page("q=" + "x" * 200))) == 1


def test_prompts_from_before_the_search_column_are_found_too(page, author, monkeypatch):
    for n in range(5):
        ready(author, f"École {n}")
    Task.objects.update(words="")
    assert titles(page("q=ecole")) == []
    step = import_module("generations.migrations.0015_words_and_visits")
    monkeypatch.setattr(step, "BATCH", 2)
    step.fold_prompts(apps, None)
    assert len(titles(page("q=ecole"))) == 5


def test_what_is_folded_once_stays_as_it_is():
    changed = [n for n in range(0x10000) if fold(once := fold(f"a{chr(n)}b")) != once]
    assert changed == []
