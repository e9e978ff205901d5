"""The library as a file: what goes out comes in again, and what is wrong in it is named, entry by entry."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generations.models import LibraryItem
from tests.library.pages import HAILUO, KLING, shown
from tests.page import read

pytestmark = pytest.mark.django_db
GOOD = {"kind": "prompt", "title": "Good", "text": "A quiet sea"}
FINE = {"kind": "preset", "title": "Fine", "model": KLING, "values": {"prompt": "Sea", "duration": "5"}}


def file_of(*items: object, **more: object) -> str:
    return json.dumps({"format": "kiestudio library", "version": 1, "items": list(items)} | more)


def bring(client: Client, text: str, **more: str) -> Any:
    return client.post("/library/import/", {"text": text, **more})


def test_what_goes_out_comes_in_again_somewhere_else(
    studio: Client, prompt: Any, preset: Any, make_person: Any, signed_in: Any
) -> None:
    prompt("Copper <b>", "A ribbon of copper silk", tags=("silk",), shared=True)
    preset("Fjord", prompt="Slow dolly", duration="10", sound=True)
    prompt("Theirs", "Not to be seen", person=make_person("creator", "other"))
    answer = studio.get("/library/export/")
    assert "attachment" in answer["Content-Disposition"]
    text = answer.content.decode()
    assert [item["title"] for item in json.loads(text)["items"]] == ["Fjord", "Copper <b>"]
    newcomer = make_person("creator", "newcomer")
    other = signed_in(newcomer)
    file = SimpleUploadedFile("library.json", text.encode())
    assert other.post("/library/import/", {"file": file, "text": ""})["Location"] == "/library/"
    mine = {item.title: item for item in LibraryItem.objects.filter(person=newcomer)}
    assert (mine["Copper <b>"].text, mine["Copper <b>"].tags) == ("A ribbon of copper silk", ["silk"])
    assert mine["Copper <b>"].is_shared
    assert mine["Fjord"].values == {"prompt": "Slow dolly", "duration": "10", "sound": True}
    assert bring(other, text).status_code == 302
    assert "2 were here already." in shown(other, "/library/")
    assert all(item.number == 1 for item in LibraryItem.objects.all()), "the same again adds no version"


def test_only_what_is_named_goes_out(studio: Client, prompt: Any) -> None:
    prompt("One", "1")
    two = prompt("Two", "2")
    told = json.loads(studio.get("/library/export/", {"item": str(two.uuid)}).content)
    assert [item["title"] for item in told["items"]] == ["Two"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("nonsense", "It is no entry of a library."),
        ({"kind": "song", "title": "A"}, "A “kind” is preset or prompt."),
        (GOOD | {"title": " "}, "A title is a text of 1 to 80 characters."),
        (GOOD | {"title": 7}, "A title is a text of 1 to 80 characters."),
        (GOOD | {"text": ""}, "A prompt is a “text” of 1 to 20,000 characters."),
        (GOOD | {"text": ["a"]}, "A prompt is a “text” of 1 to 20,000 characters."),
        (GOOD | {"tags": "a"}, "Tags are up to 12 texts"),
        (GOOD | {"shared": "yes"}, "“shared” is true or false."),
        (GOOD | {"colour": "red"}, "“colour” is not known here."),
        (GOOD | {"text": "a\0b"}, "It has characters that no text has."),
        (GOOD | {"text": "\ud800"}, "It has characters that no text has."),
        (FINE | {"model": "no/such"}, "The model “no/such” is not known here."),
        (FINE | {"model": ["x"]}, "is not known here."),
        (FINE | {"values": []}, "“values” is an object"),
        (FINE | {"values": {"duration": "99"}}, "duration: “99” is not offered."),
        (FINE | {"values": {"duration": {"a": 1}}}, "duration: "),
        (FINE | {"values": {"sound": "yes"}}, "sound: "),
        (FINE | {"values": {"wings": 2}}, "Kling 2.6 has no “wings”."),
        (
            FINE
            | {"model": HAILUO, "values": {"image_url": ["upload:0b31dc50-4f6f-4d6f-9a53-3e3ed5a4b0aa"]}},
            "It names files that are not here.",
        ),
        (GOOD, "Its title comes twice in the file."),
    ],
)
def test_an_entry_that_is_wrong_is_named_and_nothing_is_taken(entry: Any, says: str, studio: Client) -> None:
    text = file_of(GOOD, FINE, entry)
    answer = bring(studio, text)
    assert answer.status_code == 422
    page = read(answer)
    assert says in page.one("list", "Entries with problems").item("Entry 3")
    assert "Nothing was imported yet. 2 entries are fine" in page
    assert not LibraryItem.objects.exists()
    again = page.part("import").sent["text"][0]
    assert bring(studio, again, good="1").status_code == 302, "what was read is sent once more"
    assert sorted(LibraryItem.objects.values_list("title", flat=True)) == ["Fine", "Good"]
    assert "1 with problems were left out." in shown(studio, "/library/")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Choose a file, or paste what is in it."),
        ("{", "This is not JSON, or it is cut off."),
        ("[" * 100_000, "This is not JSON, or it is cut off."),
        ("9" * 6000, "This is not JSON, or it is cut off."),
        ('{"a": NaN}', "This is not JSON, or it is cut off."),
        ("[]", "This is not a library that was exported here."),
        ('{"format": "kiestudio library", "items": 7}', "This is not a library that was exported here."),
        (file_of(GOOD, version=3), "Versions 1 and 2 of the format are read here."),
        (file_of(), "1 to 500 entries are taken at once."),
        (file_of(*[GOOD] * 501), "These are 501."),
        ("x" * 2_000_001, "This is larger than 2 MB."),
    ],
    ids=["empty", "cut", "deep", "number", "nan", "list", "items", "version", "none", "many", "large"],
)
def test_a_file_that_is_no_library_is_refused_whole(text: str, says: str, studio: Client) -> None:
    answer = bring(studio, text)
    assert answer.status_code == 422
    page = read(answer)
    assert says in page
    assert page.field("Or what is in it").value.strip() == text.strip(), "what was pasted is still there"
    assert not LibraryItem.objects.exists()


def test_a_file_that_is_no_text_or_too_large_is_refused(studio: Client) -> None:
    for file, says in (
        (SimpleUploadedFile("clip.mp4", b"\xff\xfe\x00"), "clip.mp4 is no text."),
        (SimpleUploadedFile("big.json", b" " * 2_000_001), "big.json is larger than 2 MB."),
        (SimpleUploadedFile("none.json", b""), "Choose a file, or paste what is in it."),
    ):
        answer = studio.post("/library/import/", {"file": file, "text": ""})
        assert answer.status_code == 422
        assert says in read(answer)


def test_one_s_own_title_gets_a_version(studio: Client, prompt: Any, creator: User) -> None:
    item = prompt("good", "Before")
    bring(studio, file_of(GOOD))
    item.refresh_from_db()
    assert (item.text, item.number, item.person) == ("A quiet sea", 2, creator)


def versions_of(person: User) -> dict[str, list[Any]]:
    """What each item of a person has held, the oldest first."""
    return {
        item.title: [version.content for version in item.versions.order_by("number")]
        for item in LibraryItem.objects.filter(person=person)
    }


def test_all_versions_go_out_and_come_in_as_they_were(
    studio: Client, prompt: Any, preset: Any, creator: User, make_person: Any, signed_in: Any
) -> None:
    for words in ("Slow", "Slower", "Slow"):
        item = prompt("Copper", words)
    for length in ("5", "10"):
        preset("Fjord", prompt="Dolly", duration=length)
    text = studio.get("/library/export/").content.decode()
    newcomer = make_person("creator", "newcomer")
    other = signed_in(newcomer)
    for _ in range(2):
        assert bring(other, text).status_code == 302
        assert versions_of(newcomer) == versions_of(creator)
        assert json.loads(other.get("/library/export/").content) == json.loads(text)
    assert "2 were here already." in shown(other, "/library/")
    prompt("Copper", "Slowest")
    bring(other, studio.get("/library/export/", {"item": str(item.uuid)}).content.decode())
    assert [one.text for one in versions_of(newcomer)["Copper"]] == ["Slow", "Slower", "Slow", "Slowest"]
    bring(other, text)
    assert [one.text for one in versions_of(newcomer)["Copper"]][-2:] == ["Slowest", "Slow"], (
        "it holds what the file's last version holds"
    )


def versioned(*versions: object, kind: str = "preset") -> str:
    return file_of({"kind": kind, "title": "Fjord", "versions": list(versions)}, version=2)


def test_an_older_version_that_is_not_taken_any_more_is_left_out_and_counted(
    studio: Client, creator: User
) -> None:
    old, new = ({"model": KLING, "values": {"duration": length}} for length in ("99", "5"))
    bring(studio, versioned(old, new))
    assert [one.values for one in versions_of(creator)["Fjord"]] == [{"duration": "5"}]
    assert "Older versions that are not taken here any more: 1, left out." in shown(studio, "/library/")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            versioned({"model": KLING, "values": {}}, {"model": KLING, "values": {"duration": "99"}}),
            "duration: “99” is not offered.",
        ),
        (versioned(), "“versions” is a list of what it held."),
        (versioned(7), "A version is an object."),
        (versioned({"text": "Sea", "colour": "red"}, kind="prompt"), "“colour” is not known here."),
        (versioned(*[{"text": "Sea"}] * 5001, kind="prompt"), "Up to 5,000 versions are taken at once."),
    ],
    ids=["newest", "none", "number", "key", "many"],
)
def test_a_file_with_versions_that_are_wrong_is_not_taken(text: str, says: str, studio: Client) -> None:
    answer = bring(studio, text)
    assert answer.status_code == 422
    assert says in read(answer)
    assert not LibraryItem.objects.exists()
