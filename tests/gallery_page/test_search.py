"""The gallery’s search: words however they are written, phrases, numbers."""

from urllib.parse import urlencode

import pytest

from generations.models import Comment
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
        ("夜の街を歩く", "夜"),
        ("夜の街を歩く", "街"),
        ("夜の街を歩く", "の街"),
        ("한국의 밤거리", "거리"),
        ("ภาพยนตร์กลางคืน", "กลางคืน"),
        ("हिन्दी में लिखा", "लिखा"),
        ("a storm 🌊", "🌊"),
        ("Slow-motion, 4K", "slow motion 4k"),
    ],
)
def test_a_word_is_found_however_it_is_written(page, author, prompt, asked):
    task = ready(author, prompt)
    ready(author, "Something else")
    found = read(page(urlencode({"q": asked})))
    assert [card["id"] for card in cards(found)] == [f"shot-{task.uuid}"]


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("が", "か"),
        ("हिन्दी", "हनद"),
        ("한", "하"),
        ("100 %", "1_0"),
        ("夜の街", "街の"),
        ("moonlight", "light"),
    ],
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
    search = found.main.field("Search prompts and comments")
    assert search.problem == "A search takes 200 characters, this is 201. Shorten it by 1."
    assert search.value == "x" * 201, "what was typed is kept"
    assert cards(found) == []
    assert len(titles(page("q=" + "x" * 200))) == 1


def test_what_is_folded_once_stays_as_it_is():
    changed = [n for n in range(0x10000) if fold(once := fold(f"a{chr(n)}b")) != once]
    assert changed == []


def test_a_clip_is_found_by_what_was_said_about_it(page, author, judge):
    ready(author, "Dunes")
    Comment.objects.create(task=ready(author, "Harbour"), person=judge, text="Too slow, once more")
    assert titles(page("q=once+more")) == ["Harbour"]
    assert titles(page("q=harbour+slow")) == ["Harbour"]


@pytest.mark.parametrize("many", [3, 3000])
def test_what_is_found_is_counted_to_a_thousand(page, author, monkeypatch, many):
    monkeypatch.setattr("generations.library.found.MANY", many)
    monkeypatch.setattr("generations.library.found.SOON", many)
    monkeypatch.setattr("generations.views.gallery.MOST_COUNTED", 4)
    monkeypatch.setattr("generations.wording.figures.MOST_COUNTED", 4)
    for n in range(5):
        ready(author, f"Dunes {n}")
    ready(author, "Harbour")
    found = read(page("q=dunes"))
    assert found.part("count").text == "4+ clips"
    assert found.main.text.count("4+ clips") == 2, "beside the search and above the day"
    assert read(page("q=dunes+-4")).part("count").text == "4 clips"
    assert read(page("q=harbour")).part("count").text == "1 clip"
    assert read(page("q=dunes&verdict=approved")).link("Verdict Approved 4+")


def test_a_search_that_finds_nothing_says_how_words_are_found(page, author):
    ready(author, "Dunes")
    assert "A word finds what begins with it." in read(page("q=zebra"))
    assert "A word finds what begins with it." not in read(page("verdict=approved"))
