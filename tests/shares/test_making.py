"""Links for guests are made of a clip or a view, listed, kept open longer, and withdrawn."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from generations.decisions import shares
from generations.models import Audit, Share, ShareClip, Task, Video
from generations.policy import Role
from generations.safekeeping import recovery
from tests.browser.rows import fill
from tests.page import read
from tests.shares.rows import clip, form_of, newest, path_in, say, share, share_of
from tests.task_page.rows import failed, person

pytestmark = pytest.mark.django_db


def shared(made: Share) -> list[Task]:
    return [row.video.task for row in made.clips.select_related("video__task")]


def test_a_link_is_made_once_and_shown_once(as_author: Client, author: User) -> None:
    task = clip(author)
    path = read(as_author.get(task.get_absolute_url())).link("Share").href
    form = form_of(read(as_author.get(path)), title="Harbour, round 1", password="tell-them-7")
    answer = as_author.post(path, form)
    link = path_in(read(answer))
    assert "no-store" in answer["Cache-Control"]
    assert newest().token_hash == sha256(link.split("/")[2].encode()).hexdigest()
    assert timedelta(days=13) < newest().expires_at - timezone.now() <= timedelta(days=14)
    assert "tell-them-7" not in newest().password

    again = as_author.post(path, form, follow=True)
    assert Share.objects.count() == 1
    assert "This link is made already." in read(again).text
    assert link.split("/")[2] not in again.content.decode()
    audit = Audit.objects.get()
    assert (audit.action, audit.person, audit.task, audit.text) == (
        "shared",
        author,
        task,
        "Harbour, round 1",
    )
    assert "made a link for guests: “Harbour, round 1”" in read(as_author.get(task.get_absolute_url())).text


def test_a_view_is_shared_as_it_is_now_the_newest_first(as_author: Client, author: User) -> None:
    other = person("other", "Otto", Role.CREATOR)
    first, second, foreign = clip(author), clip(author), clip(other)
    failed(author)
    path = read(as_author.get(f"/gallery/?person={author.pk}")).link("Share this view").href
    page = read(as_author.get(path))
    assert page.heading("2 clips")
    late = clip(author)
    answer = as_author.post(path, form_of(page, title="Typed by hand"))
    assert answer.status_code == 422
    assert not Share.objects.exists()
    page = read(answer)
    assert "Other clips are in this view by now" in page.alert.text
    assert page.heading("3 clips")
    assert page.field("Title").value == "Typed by hand"
    as_author.post(path, form_of(page))
    later = clip(author)
    assert shared(newest()) == [late, second, first]
    assert not {foreign, later} & set(shared(newest()))


def test_clips_that_are_named_keep_their_order_and_none_is_shared_unseen(
    as_author: Client, author: User
) -> None:
    one, two = clip(author), clip(author)
    share(as_author, share_of(two, one, two))
    assert shared(newest()) == [two, one]
    unknown = "task=00000000-0000-0000-0000-000000000000"
    for query in (unknown, "task=x", f"{share_of(one)}&{unknown}"):
        assert as_author.get(f"/shares/new/?{query}").status_code == 404
    empty = read(as_author.get("/shares/new/?q=nothingofthekind"))
    assert "There is no clip to share" in empty.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"days": "0"}, "A link is open for 1 to 90 days."),
        ({"days": "91"}, "A link is open for 1 to 90 days."),
        ({"days": "soon"}, "A link is open for 1 to 90 days."),
        ({"title": " "}, "Give it a title."),
        ({"title": "a\u202eb"}, "This holds characters that cannot be seen."),
        ({"password": "short"}, "A password has 8 characters at least."),
        ({"key": None}, "This form is broken. Load the page again."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    as_author: Client, author: User, wrong: dict[str, Any], said: str
) -> None:
    path = f"/shares/new/?{share_of(clip(author))}"
    form = form_of(read(as_author.get(path)), title="Mine", may_download="on") | wrong
    answer = as_author.post(path, {name: value for name, value in form.items() if value is not None})
    page = read(answer)
    assert answer.status_code == 422
    assert said in page.text
    assert page.field("Download the files").is_checked
    assert not Share.objects.exists()
    assert not Audit.objects.exists()


def test_a_link_holds_two_hundred_clips(as_author: Client, make_person: Any) -> None:
    tasks = fill(203)
    page = read(as_author.get("/shares/new/"))
    assert page.heading("200 clips")
    assert "these are the newest of this view" in page.text
    as_author.post("/shares/new/", form_of(page))
    assert shared(newest()) == tasks[:200]
    clips = list(Video.objects.all()[:201])
    with pytest.raises(shares.NotShared, match="A link holds 200 clips, and these are 201"):
        shares.share(make_person("admin"), clips, shares.Terms(title="All", days=1), newest().uuid)
    assert Share.objects.count() == 1


def test_reviewers_share_nothing(client: Client, author: User) -> None:
    task, looker = clip(author), person("looker", "Lo", Role.REVIEWER)
    client.force_login(looker)
    assert not read(client.get(task.get_absolute_url())).has("link", "Share")
    assert not read(client.get("/gallery/")).has("link", "Share this view")
    for path in ("/shares/", "/shares/new/"):
        assert client.get(path).status_code == 403
    with pytest.raises(PermissionDenied):
        shares.share(looker, list(task.videos.all()), shares.Terms(title="Mine", days=1), task.uuid)


def test_people_see_their_own_links_and_admins_all(as_author: Client, author: User) -> None:
    share(as_author, share_of(clip(author)), title="Harbour")
    own = f"/shares/{newest().uuid}/"
    other, admin = Client(), Client()
    other.force_login(person("other", "Otto", Role.CREATOR))
    admin.force_login(person("boss", "Bo", Role.ADMIN))
    assert read(as_author.get("/shares/")).row("Harbour")
    assert "No link yet" in read(other.get("/shares/")).text
    assert other.get(own).status_code == 404
    assert other.post(f"{own}withdraw/").status_code == 404
    assert "Ada" in read(admin.get("/shares/")).row("Harbour").text
    assert newest().revoked_at is None


def test_a_link_is_withdrawn_for_good(as_author: Client, author: User, guest: Client) -> None:
    link = share(as_author, share_of(clip(author)))
    own = f"/shares/{newest().uuid}/"
    assert guest.get(link).status_code == 200
    assert "Withdrawn." in read(as_author.post(f"{own}withdraw/", follow=True)).text
    as_author.post(f"{own}withdraw/")
    assert guest.get(link).status_code == 410
    assert "This link was withdrawn" in read(as_author.post(f"{own}extend/", {"days": "9"}, follow=True)).text
    assert guest.get(link).status_code == 410
    assert list(Audit.objects.values_list("action", flat=True)) == ["revoked", "shared"]


def test_a_link_that_is_over_can_be_opened_again_for_ninety_days(
    as_author: Client, author: User, guest: Client
) -> None:
    link = share(as_author, share_of(clip(author)))
    own = f"/shares/{newest().uuid}/"
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert guest.get(link).status_code == 410
    assert "over since" in read(as_author.get("/shares/")).row("clip to look at").text
    refused = as_author.post(f"{own}extend/", {"days": "91"})
    assert (refused.status_code, guest.get(link).status_code) == (422, 410)
    assert "A link is open for 1 to 90 days." in read(refused).alert.text
    as_author.post(f"{own}extend/", {"days": "90"})
    assert guest.get(link).status_code == 200
    assert Audit.objects.filter(action="extended").count() == 1


def test_keeping_a_link_open_never_shortens_it(as_author: Client, author: User) -> None:
    share(as_author, share_of(clip(author)), days="60")
    own, until = f"/shares/{newest().uuid}/", newest().expires_at
    assert read(as_author.get(own)).field("Days from now").value == "60"
    refused = as_author.post(f"{own}extend/", {"days": "59"})
    assert refused.status_code == 422
    assert "It is open for 60 days already." in read(refused).alert.text
    assert newest().expires_at == until
    assert shares.extend(author, newest(), 3)
    assert newest().expires_at == until
    as_author.post(f"{own}extend/", {"days": "61"})
    assert newest().expires_at > until
    Share.objects.update(expires_at=timezone.now() + timedelta(days=2))
    assert read(as_author.get(own)).field("Days from now").value == "14"


def test_a_link_whose_maker_may_not_share_any_more_is_not_kept_open(as_author: Client, author: User) -> None:
    share(as_author, share_of(clip(author)))
    own, until = f"/shares/{newest().uuid}/", newest().expires_at
    author.membership.role = Role.REVIEWER
    author.membership.save()
    admin = Client()
    admin.force_login(person("boss", "Bo", Role.ADMIN))
    page = read(admin.get(own))
    assert not page.has("button", "Keep it open")
    assert page.button("Withdraw the link")
    for days in ("90", "1"):
        said = read(admin.post(f"{own}extend/", {"days": days}, follow=True)).text
        assert "who made it may not share any more. Make a new one." in said
    assert newest().expires_at == until


def test_opinions_are_counted_until_they_are_taken_back(
    as_author: Client, author: User, guest: Client
) -> None:
    link = share(as_author, share_of(clip(author)), title="Harbour")
    for said, count in (
        ({"name": "Anna", "verdict": "approved", "stars": "4"}, "1"),
        ({"text": "Too dark"}, "2"),
        ({"verdict": "withdrawn"}, "2"),
        ({"stars": "0"}, "1"),
    ):
        assert say(guest, link, **said).status_code == 302
        row = read(as_author.get("/shares/")).row("Harbour")
        assert [cell.text for cell in row.all("cell")][2:5] == ["1", "1", count]


def test_every_link_is_listed_the_open_ones_first(
    as_author: Client, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.views.shares.listed.PAGE", 2)
    task = clip(author)
    for title in ("First", "Second", "Third"):
        share(as_author, share_of(task), title=title)
    Share.objects.filter(title="Third").update(revoked_at=timezone.now())
    page = read(as_author.get("/shares/"))
    assert page.row("Second")
    assert page.row("First")
    assert not page.has("link", "Third")
    page = read(as_author.get(f"/shares/{page.link('More').href}"))
    assert page.row("Third")
    assert page.link("Back")


def test_the_links_of_who_may_not_share_any_more_are_closed(
    as_author: Client, author: User, guest: Client
) -> None:
    link = share(as_author, share_of(clip(author)))
    for field, wrong, right in (("is_active", False, True), ("membership__role", "reviewer", "creator")):
        row = author if field == "is_active" else author.membership
        setattr(row, field.rpartition("__")[2], wrong)
        row.save()
        assert guest.get(link).status_code == 410
        setattr(row, field.rpartition("__")[2], right)
        row.save()
        assert guest.get(link).status_code == 200


def test_what_browsers_cannot_play_is_converted_for_guests(as_author: Client, author: User) -> None:
    odd = clip(author, container="mov", video_codec="prores")
    share(as_author, share_of(odd, clip(author)))
    assert [video.task for video in Video.objects.exclude(rendition=None)] == [odd]
    assert ShareClip.objects.count() == 2


def test_a_restore_opens_no_link_that_was_withdrawn_since(
    as_author: Client, author: User, guest: Client
) -> None:
    link = share(as_author, share_of(clip(author)))
    assert recovery.close_links() == 1
    assert (guest.get(link).status_code, recovery.close_links()) == (410, 0)
    as_author.post(f"/shares/{newest().uuid}/extend/", {"days": "3"})
    assert guest.get(link).status_code == 200
