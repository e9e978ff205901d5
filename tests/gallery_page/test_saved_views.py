"""Views of the gallery that are kept under names."""

import pytest

from generations import policy
from generations.models import SavedView
from tests.gallery_page.rows import person, ready
from tests.page import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client, judge):
    client.force_login(judge)

    def post(view, title="To look at", **more):
        return client.post("/gallery/views/", {"view": view, "title": title, **more}, follow=True)

    return post


def test_a_view_is_saved_and_shows_what_fits_it_later(client, save, author):
    assert "“To look at” is saved." in read(save("verdict=review&person=&q=boat"))
    ready(author, "A boat of later")
    ready(author, "A hill")
    line = read(client.get("/gallery/views/?view=q%3Dboat%26verdict%3Dreview")).link("To look at")
    assert line["aria-current"] == "true"
    shown = read(client.get(line.href))
    assert "A boat of later" in shown
    assert "A hill" not in shown


def test_the_same_name_shows_the_new_view_and_the_team_sees_what_is_for_it(client, save, author):
    save("verdict=review")
    assert "shows this now" in read(save("verdict=approved", is_shared="on"))
    assert SavedView.objects.get().query == "verdict=approved"
    save("verdict=changes", title="Only mine")
    client.force_login(author)
    page = read(client.get("/gallery/views/"))
    assert "from Judge" in page.link("To look at")
    assert "Only mine" not in page
    assert not page.has("button", "Remove To look at")


@pytest.mark.parametrize(
    ("view", "title", "why"),
    [
        ("", "All", "This is the whole gallery."),
        ("verdict=nonsense&page=3", "All", "This is the whole gallery."),
        ("verdict=review", "", "Give it a name."),
        ("verdict=review", " ", "Give it a name."),
        ("verdict=review", "x" * 61, "A name takes 60 characters."),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(save, view, title, why):
    answer = save(view, title)
    assert answer.status_code == 422
    assert any(why in alert for alert in read(answer).alerts)
    assert not SavedView.objects.exists()
    if view.endswith("review"):
        assert read(answer).field("Save this view").value == title


def test_who_may_remove_a_view(client, save, author):
    save("verdict=review", is_shared="on")
    save("verdict=changes", title="Only mine")
    shared, private = (SavedView.objects.get(title=title) for title in ("To look at", "Only mine"))
    client.force_login(author)
    assert client.post(f"/gallery/views/{shared.pk}/remove/").status_code == 404
    client.force_login(person("chief", "Chief", policy.Role.ADMIN))
    assert client.post(f"/gallery/views/{private.pk}/remove/").status_code == 404
    answer = read(client.post(f"/gallery/views/{shared.pk}/remove/", follow=True))
    assert "“To look at” is removed. Its clips stay." in answer
    assert list(SavedView.objects.all()) == [private]
