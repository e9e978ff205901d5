"""What is kept under a title: found again by oneself or the team, with its versions, until it is removed."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import catalogue
from generations.library.kept import PAGE
from generations.library.word_diff import Piece, word_diff
from generations.models import LibraryItem, LibraryVersion, Prompt
from tests.library.pages import FAST, HTMX, KLING, keep, shown, titles
from tests.page import read

pytestmark = pytest.mark.django_db


def test_a_form_is_kept_with_its_model_and_every_value(studio: Client, creator: User) -> None:
    answer = keep(
        studio, "  Fjord\nhero ", prompt="Slow dolly", duration="10", aspect_ratio="9:16",
        item_tags="fjord, Fjord, hero shot,", item_is_shared="on",
    )  # fmt: skip
    page = read(answer)
    assert "Kept “Fjord hero”." in page
    assert titles(page) == ["Fjord hero"]
    item = LibraryItem.objects.get()
    assert (item.person, item.kind, item.model_id, item.number) == (creator, "preset", KLING, 1)
    assert (item.tags, item.is_shared) == (["fjord", "hero shot"], True)
    wanted = {"prompt": "Slow dolly", "duration": "10", "aspect_ratio": "9:16"}
    assert item.values == item.values | wanted
    card = page.item("Fjord hero")
    assert "shared with the team" in card
    assert re.search(r"\d cr", card.text), "what it costs now"


def test_what_is_missing_is_no_reason_and_what_is_wrong_is_named(studio: Client) -> None:
    assert keep(studio, "No words", prompt="").status_code == 200
    assert LibraryItem.objects.get().text == ""
    answer = keep(studio, "Odd", prompt="Sea", duration="99")
    assert answer.status_code == 422
    page = read(answer)
    assert "“99” is not offered." in page
    assert page.field("Title").value == "Odd", "nothing typed is lost"
    assert LibraryItem.objects.count() == 1


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"title": "  "}, "Give it a title."),
        ({"title": "x" * 81}, "A title takes 80 characters. This is 81: shorten it."),
        ({"title": "Sea", "item_tags": ",".join(map(str, range(13)))}, "12 tags are taken. These are 13."),
        ({"title": "Sea", "item_tags": "t" * 31}, "A tag takes 30 characters."),
        ({"title": "Sea", "kind": "nonsense"}, "Keep all of the form, or its prompt."),
        ({"title": "Sea", "kind": "prompt", "prompt": ""}, "Write a prompt first."),
    ],
)
def test_a_bad_title_or_tag_is_said_at_its_place(about: dict[str, str], says: str, studio: Client) -> None:
    answer = keep(studio, **about)
    assert answer.status_code == 422
    assert says in " ".join(part.text for part in read(answer).all("group", "Save this form"))
    assert not LibraryItem.objects.exists()


def test_the_same_title_again_makes_a_version_and_the_same_content_none(studio: Client) -> None:
    keep(studio, "Copper", kind="prompt", prompt="A ribbon of copper silk")
    assert "as version 2" in read(keep(studio, "COPPER", kind="prompt", prompt="A ribbon of silver silk"))
    assert "holds just this already" in read(
        keep(studio, "Copper", kind="prompt", prompt="A ribbon of silver silk")
    )
    item = LibraryItem.objects.get()
    assert (item.title, item.text, item.number) == ("Copper", "A ribbon of silver silk", 2)
    html = studio.get(f"/library/{item.uuid}/").content.decode()
    assert "<del>copper</del><ins>silver</ins>" in html
    answer = studio.post(f"/library/{item.uuid}/back/", {"version": "1"}, headers=HTMX)
    assert answer.status_code == 200
    item.refresh_from_db()
    assert (item.text, item.number) == ("A ribbon of copper silk", 3), "an older one again is another version"
    assert LibraryVersion.objects.count() == 3
    assert studio.post(f"/library/{item.uuid}/back/", {"version": "9"}).status_code == 404


def test_a_word_diff_reads_as_either_text_and_marks_nothing_that_both_have() -> None:
    pieces = word_diff("Slow dolly, 35 mm.", "Slow pan, 50 mm, dusk.")
    assert "".join(p.text for p in pieces if p.kind != "ins") == "Slow dolly, 35 mm."
    assert "".join(p.text for p in pieces if p.kind != "del") == "Slow pan, 50 mm, dusk."
    assert [p.text for p in pieces if p.kind == "del"] == ["dolly", "35"]
    assert word_diff("same <b>", "same <b>") == [Piece(text="same <b>")]


def test_settings_that_two_versions_have_with_other_values_are_named(studio: Client, preset: Any) -> None:
    preset("Fjord", prompt="Sea", duration="5", aspect_ratio="16:9")
    item = preset("Fjord", prompt="Sea", duration="10", sound=True)
    table = shown(studio, f"/library/{item.uuid}/").one("table", "Other settings")
    length = catalogue.models()[KLING].by_name["duration"].label
    assert table.row(length).cells[1] == "5 s 10 s"
    assert "16:9" in table
    assert "on" in table
    first = shown(studio, f"/library/{item.uuid}/", version="1")
    assert not first.has("table")
    assert first.has("button", "Go back to version 1")


def test_markup_in_words_stays_words(studio: Client, prompt: Any) -> None:
    item = prompt("<i>Title</i>", "<script>alert(1)</script>", tags=("<u>",))
    prompt("<i>Title</i>", "<script>alert(2)</script>", tags=("<u>",))
    for url in ("/library/?show=prompts", f"/library/{item.uuid}/"):
        html = studio.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<i>Title" not in html
        assert "<u>" not in html


def test_an_item_is_edited_on_its_page_and_a_taken_title_is_refused(studio: Client, prompt: Any) -> None:
    item, _ = prompt("Copper", "Copper silk"), prompt("Silver", "Silver silk")
    url = f"/library/{item.uuid}/"
    edit = {"item-title": "Gold", "item-tags": "metal", "item-is_shared": "on", "item-text": "Gold silk"}
    assert studio.post(url, edit)["Location"] == url
    item.refresh_from_db()
    assert (item.title, item.tags, item.is_shared, item.text) == ("Gold", ["metal"], True, "Gold silk")
    assert item.number == 2
    answer = studio.post(url, edit | {"item-title": "silver"}, headers=HTMX)
    assert answer.status_code == 422
    page = read(answer)
    assert "There is a prompt “silver” already." in page.field("Title").problem
    assert page.field("Prompt").value == "Gold silk"
    assert "Write a prompt." in read(studio.post(url, edit | {"item-text": " "})).field("Prompt").problem
    item.refresh_from_db()
    assert item.title == "Gold"


def test_the_search_knows_title_tags_and_words_and_forgives_a_slip(studio: Client, prompt: Any) -> None:
    prompt("Fjörd hero", "Slow dolly over water", tags=("Norway",))
    prompt("Macro", "Ink opening in milk")
    for words, found in {
        "FJORD": ["Fjörd hero"],
        "dolly water": ["Fjörd hero"],
        "norway": ["Fjörd hero"],
        '"opening in"': ["Macro"],
        "-ink": ["Fjörd hero"],
        "norwya": ["Fjörd hero"],
        "nothing here": [],
    }.items():
        assert titles(shown(studio, show="prompts", q=words)) == found, words
    assert "Nothing here has “nothing here”." in shown(studio, show="prompts", q="nothing here")


def test_the_team_sees_what_is_shared_and_changes_none_of_it(
    studio: Client, prompt: Any, make_person: Any, signed_in: Any, admin: User
) -> None:
    mine, ours = prompt("Mine", "Only me"), prompt("Ours", "All of us", shared=True)
    other = signed_in(make_person("creator", "other"))
    assert titles(shown(other, show="prompts")) == ["Ours"]
    assert titles(shown(other, show="prompts", mine="1")) == []
    assert other.get(f"/library/{mine.uuid}/").status_code == 404
    assert other.post(f"/library/{mine.uuid}/fill/").status_code == 404
    page = shown(other, f"/library/{ours.uuid}/")
    assert "from Creator" in page
    assert not page.has("button", "Remove")
    for deed in ("", "remove/", "back/"):
        assert other.post(f"/library/{ours.uuid}/{deed}", {"version": "1"}).status_code == 403
    boss = signed_in(admin)
    assert boss.get(f"/library/{mine.uuid}/").status_code == 404, "what is one’s own is nobody else’s"
    assert boss.post(f"/library/{ours.uuid}/remove/").status_code == 302
    assert titles(shown(studio, show="prompts")) == ["Mine"]
    assert other.post(f"/library/{ours.uuid}/restore/").status_code == 404
    assert studio.post(f"/library/{ours.uuid}/restore/", headers=HTMX).status_code == 200
    assert titles(shown(studio, show="prompts")) == ["Ours", "Mine"]


def test_what_was_removed_comes_back_with_one_press_for_a_day(studio: Client, prompt: Any) -> None:
    item = prompt("Copper", "Copper silk")
    page = read(studio.post(f"/library/{item.uuid}/remove/", headers=HTMX))
    assert titles(page) == []
    assert "“Copper” is removed." in page
    assert page.has("button", "Undo")
    assert shown(studio, studio.post(f"/library/{prompt('Tin', 'Tin').uuid}/remove/")["Location"]).has(
        "button", "Undo"
    ), "without script, too"
    prompt("Copper", "Another")
    page = read(studio.post(f"/library/{item.uuid}/restore/", headers=HTMX))
    assert "is taken by another one by now" in page
    LibraryItem.objects.exclude(removed_at=None).update(removed_at=timezone.now() - timedelta(hours=25))
    prompt("Zinc", "Zinc").remove()
    assert sorted(LibraryItem.objects.values_list("title", flat=True)) == ["Copper", "Zinc"]


def test_favourites_come_first_and_a_star_is_set_and_not_turned(
    studio: Client, prompt: Any, make_person: Any, signed_in: Any
) -> None:
    older, _ = prompt("Older", "One", shared=True), prompt("Newer", "Two")
    for _ in range(2):
        answer = studio.post(
            "/library/star/", {"mark": str(older.uuid)}, headers={"X-Requested-With": "fetch"}
        )
        assert answer.status_code == 204
    page = shown(studio, show="prompts")
    assert titles(page) == ["Older", "Newer"]
    assert page.button("Favourite: Older").is_pressed
    other = signed_in(make_person("creator", "other"))
    assert not shown(other, show="prompts").button("Favourite: Older").is_pressed, "nobody else is told"
    studio.post("/library/star/", {"unmark": str(older.uuid)})
    assert titles(shown(studio, show="prompts")) == ["Newer", "Older"]
    for odd in ("", "x", "\0", str(prompt("Theirs", "x", person=make_person("creator", "third")).uuid)):
        assert studio.post("/library/star/", {"mark": odd}).status_code == 404


def test_pages_follow_each_other_without_gap_at_a_fixed_number_of_queries(
    studio: Client, prompt: Any, creator: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(PAGE + 3):
        prompt(f"Number {n}", f"Text {n}")
        Prompt.remember(creator, f"Text {n}")
    for show in ("prompts", "history"):
        with django_assert_max_num_queries(26):
            page = shown(studio, show=show)
        link = page.link("Show older ones").href
        more = read(studio.get(link, headers=HTMX | {"HX-Target": "library-more"}))
        texts = [part.text for p in (page, more) for part in p.all("listitem") if "Text" in part]
        assert len(texts) == PAGE + 3
        assert all(f"Text {n}" in text for n, text in zip(reversed(range(PAGE + 3)), texts, strict=True))
        assert not more.has("link", "Show older ones")


def test_the_history_is_every_prompt_of_ones_own(studio: Client, creator: User, admin: User) -> None:
    Prompt.remember(creator, "Kelp forest, slow")
    Prompt.set_aside(creator, "Never sent")
    Prompt.remember(admin, "A secret launch film")
    page = shown(studio, show="history", model=FAST)
    assert "secret" not in page
    used = page.item("Kelp forest, slow")
    assert "used 1 time" in used
    assert "earlier=" in used.link("Use this prompt").href
    assert "not sent" in page.item("Never sent")
    assert "Kelp" in shown(studio, show="history", q="KELP slow")
    told = json.loads(studio.get("/library/earlier/").content)
    assert told == {"prompts": ["Never sent", "Kelp forest, slow"]}


@pytest.mark.parametrize("odd", ["", "\0", "x🙂" * 2500, "1-1"])
def test_nonsense_in_the_address_is_tolerated(odd: str, studio: Client, prompt: Any) -> None:
    item = prompt("Copper", "Copper silk")
    for name in ("show", "q", "mine", "model", "before", "removed", "version", "item"):
        for url in ("/library/", f"/library/{item.uuid}/", "/library/export/"):
            assert studio.get(url, {name: odd}).status_code == 200, (name, url)
