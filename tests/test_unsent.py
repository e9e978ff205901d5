"""A form that is sent after its session has ended: its words come back to the person, and to nobody else."""

import io
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from generations.models import Budget, Comment, Draft, Plan, Review, Task
from generations.views.accounts.unsent import LIFE, MOST
from tests.page import read
from tests.task_page.rows import ready

pytestmark = pytest.mark.django_db
PASSWORD = "long-Enough-77"
KLING = "/studio/kling-2.6/text-to-video/"
HAILUO = "/studio/hailuo/02-image-to-video-standard/"
TOLD = "You were signed out before that was sent. Nothing was changed."


@pytest.fixture
def visitor() -> Client:
    """A browser with cookies, whose forms need their token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def people(creator: User, admin: User) -> None:
    for person in (creator, admin):
        person.set_password(PASSWORD)
        person.save()


def token(client: Client) -> str:
    return str(client.get("/accounts/session/").json()["token"])


def send(client: Client, path: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(path, data | {"csrfmiddlewaretoken": token(client)}, **more)


def sign_in(client: Client, name: str = "creator", **more: str) -> str:
    """Where the sign-in leads."""
    answer = send(client, "/accounts/login/", {"username": name, "password": PASSWORD, "stay": "on", **more})
    assert answer.status_code == 302, "the password was not taken"
    return str(answer["Location"])


def end_session(client: Client) -> None:
    del client.cookies["sessionid"]


def wish(client: Client, **more: str) -> dict[str, str]:
    """The order form as a page without script would send it."""
    sent = read(client.get(KLING)).part("order").sent
    hidden = {name: sent[name][0] for name in ("order_key", "tab", "turn", "person")}
    return hidden | {"prompt": "Copper silk", "duration": "10", "takes": "2", **more}


@pytest.fixture
def signed_out(visitor: Client) -> Client:
    """The creator has been here, and has a form open."""
    sign_in(visitor)
    end_session(visitor)
    return visitor


def test_what_was_only_pasted_is_kept_nowhere(visitor: Client) -> None:
    """It may have a key in it."""
    sign_in(visitor)
    posted = wish(visitor, fill="1", pasted="curl -H 'Authorization: Bearer 0123456789abcdef'")
    end_session(visitor)
    send(visitor, KLING, posted)
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert any("Copper silk" in text for text in kept)
    assert not any("0123456789abcdef" in text for text in kept)


def test_an_order_is_in_the_form_again_and_was_not_ordered(visitor: Client, creator: User) -> None:
    sign_in(visitor)
    posted = wish(visitor)
    end_session(visitor)
    answer = send(visitor, KLING, posted)
    assert answer["Location"].startswith("/accounts/login/?next=")
    leads_to = sign_in(visitor)
    assert leads_to == KLING
    page = read(visitor.get(leads_to))
    assert "You were signed out before this could be ordered. Nothing was ordered." in page
    for name in ("prompt", "duration", "takes", "order_key"):
        assert page.sent[name] == [posted[name]]
    assert not Task.objects.exists()
    assert Draft.objects.get(person=creator).fields["prompt"] == ["Copper silk"]
    send(visitor, KLING, posted)
    assert Plan.objects.get().standing.count() == 2


def test_it_is_said_once_and_the_words_stay(signed_out: Client) -> None:
    send(signed_out, KLING, {"prompt": "Copper silk"})
    sign_in(signed_out)
    signed_out.head(KLING)
    assert "You were signed out before" in read(signed_out.get(KLING))
    again = read(signed_out.get(KLING))
    assert "You were signed out before" not in again
    assert again.sent["prompt"] == ["Copper silk"]


def test_a_draft_that_another_tab_has_changed_meanwhile_is_not_written_over(visitor: Client) -> None:
    sign_in(visitor)
    posted = wish(visitor)
    other = Client()
    other.force_login(User.objects.get(username="creator"))
    other.post("/studio/kling-2.6/text-to-video/draft/", {"prompt": "Slow rain", "tab": "two", "turn": "0"})
    end_session(visitor)
    send(visitor, KLING, posted)
    page = read(visitor.get(sign_in(visitor)))
    assert page.sent["prompt"] == ["Copper silk"]
    assert "Another tab changed this form" in page
    assert Draft.objects.get(model_id="kling-2.6/text-to-video").fields["prompt"] == ["Slow rain"]


def test_the_form_of_a_model_that_was_being_left_comes_back(signed_out: Client) -> None:
    send(signed_out, HAILUO, {"prompt": "Copper silk", "carry": "kling-2.6/text-to-video"})
    assert sign_in(signed_out) == KLING
    assert read(signed_out.get(KLING)).sent["prompt"] == ["Copper silk"]


def test_images_that_were_here_come_back_and_files_are_asked_for_again(visitor: Client) -> None:
    sign_in(visitor)
    picture = io.BytesIO()
    Image.new("RGB", (640, 640)).save(picture, "PNG")
    kept = SimpleUploadedFile("first.png", picture.getvalue())
    place = {"model": "hailuo/02-image-to-video-standard", "param": "image_url", "file": kept}
    (reference,) = read(send(visitor, "/uploads/", place)).sent["image_url"]
    end_session(visitor)
    new = SimpleUploadedFile("<last>.png", picture.getvalue())
    send(visitor, HAILUO, {"prompt": "Steam", "image_url": reference, "end_image_url": new})
    page = read(visitor.get(sign_in(visitor)))
    assert page.sent["image_url"] == [reference]
    assert "Choose <last>.png again: a file is not kept." in page


def test_another_person_at_the_same_browser_never_sees_it(signed_out: Client, creator: User) -> None:
    send(signed_out, KLING, {"prompt": "A secret launch film"})
    answer = signed_out.get("/accounts/login/")
    assert "what you typed comes back when you have signed in" in read(answer)
    assert b"secret" not in answer.content
    assert sign_in(signed_out, "admin") == "/"
    for address in (KLING, "/accounts/unsent/", "/"):
        assert b"secret" not in signed_out.get(address, follow=True).content
    assert all("secret" not in str(s.get_decoded()) for s in Session.objects.all())
    end_session(signed_out)
    assert sign_in(signed_out) == "/"
    assert b"secret" not in signed_out.get(KLING).content


def test_a_browser_in_which_nobody_was_keeps_nothing(visitor: Client) -> None:
    send(visitor, KLING, {"prompt": "A secret launch film"})
    assert not Session.objects.exists()
    assert sign_in(visitor) == "/"
    assert b"secret" not in visitor.get(KLING).content


def test_who_was_here_cannot_be_made_up(visitor: Client, creator: User) -> None:
    visitor.cookies["last-here"] = str(creator.pk)
    send(visitor, KLING, {"prompt": "Put in by a stranger"})
    assert not Session.objects.exists()


def test_a_form_of_another_site_is_refused_and_not_kept(signed_out: Client) -> None:
    answer = signed_out.post(KLING, {"prompt": "Put in by a stranger"})
    assert answer.status_code == 403
    assert sign_in(signed_out) == "/"


def test_a_script_gets_401_and_nothing_is_kept(signed_out: Client) -> None:
    assert send(signed_out, KLING, {"prompt": "Sea"}, headers={"HX-Request": "true"}).status_code == 401
    assert sign_in(signed_out) == "/"


def test_a_comment_is_shown_again_and_sent_by_pressing_once_more(signed_out: Client, creator: User) -> None:
    task = ready(creator)
    address = f"{task.get_absolute_url()}comments/"
    form = {"text": "Too <fast>\nat the end", "second": "3.5", "key": str(uuid.uuid4()), "next": "/gallery/"}
    send(signed_out, address, form, headers={"referer": f"http://testserver{task.get_absolute_url()}"})
    assert sign_in(signed_out) == "/accounts/unsent/"
    page = read(signed_out.get("/accounts/unsent/"))
    assert not Comment.objects.exists()
    (again,) = page.having("action", address)
    assert all(again.sent[name] == [form[name]] for name in ("text", "second", "key"))
    assert any(link.href == task.get_absolute_url() for link in page.main.all("link"))
    assert send(signed_out, address, form)["Location"] == "/gallery/"
    assert Comment.objects.get().second == 3.5
    assert signed_out.get("/accounts/unsent/")["Location"] == "/"


def test_what_was_sent_from_two_tabs_is_all_there(signed_out: Client, creator: User) -> None:
    first, second = ready(creator), ready(creator)
    send(signed_out, KLING, {"prompt": "Copper silk"})
    send(signed_out, f"{first.get_absolute_url()}comments/", {"text": "Lovely"})
    send(signed_out, f"{second.get_absolute_url()}comments/", {"text": "Too dark"})
    send(signed_out, f"{second.get_absolute_url()}comments/", {"text": "Too dark, and slow"})
    page = read(signed_out.get(sign_in(signed_out)))
    kept = [field.value.strip() for field in page.main.all("textbox")]
    assert kept == ["Copper silk", "Lovely", "Too dark, and slow"]
    assert KLING in [link.href for link in page.main.all("link")]
    assert page.having("action", KLING) == [], "an order is sent in the studio"


def test_what_is_thrown_away_is_gone(signed_out: Client, creator: User) -> None:
    address = f"{ready(creator).get_absolute_url()}comments/"
    send(signed_out, address, {"text": "Better not"})
    assert send(signed_out, sign_in(signed_out), {"path": address})["Location"] == "/"
    assert "Better not" not in str([s.get_decoded() for s in Session.objects.all()])


FORMS = {
    "/queue/sending/": {"do": "pause", "reason": "The balance is odd"},
    "/people/": {"username": "mia", "first_name": "Mia", "last_name": "Berg", "role": "creator"},
}


@pytest.mark.parametrize("address", FORMS)
def test_forms_of_admins_come_back_too(visitor: Client, address: str) -> None:
    sign_in(visitor, "admin")
    end_session(visitor)
    send(visitor, address, FORMS[address])
    assert sign_in(visitor, "admin") == "/accounts/unsent/"
    sent = read(visitor.get("/accounts/unsent/")).main.sent
    assert all(sent[name] == [value] for name, value in FORMS[address].items())
    assert not User.objects.filter(username="mia").exists()
    send(visitor, address, FORMS[address])
    assert visitor.get("/accounts/unsent/")["Location"] == "/"


def test_names_and_limits_come_back_too(visitor: Client, creator: User) -> None:
    forms = {
        f"/people/{creator.pk}/name/": {"username": "creator", "first_name": "Ada"},
        f"/credits/budgets/{creator.pk}/": {"limit": "1234"},
    }
    sign_in(visitor, "admin")
    end_session(visitor)
    for address, form in forms.items():
        send(visitor, address, form)
    sent = read(visitor.get(sign_in(visitor, "admin"))).main.sent
    assert sent["first_name"] == ["Ada"]
    assert sent["limit"] == ["1234"]
    assert not Budget.objects.filter(limit=1234).exists()


def test_a_password_is_never_kept(signed_out: Client) -> None:
    send(signed_out, "/accounts/password/", {"old_password": "s3cret", "new_password1": "s3cret-words"})
    assert not any("s3cret" in str(s.get_decoded()) for s in Session.objects.all())
    sign_in(signed_out)
    assert TOLD in read(signed_out.get(KLING))


def test_what_was_only_pressed_is_told_and_not_done(signed_out: Client, creator: User) -> None:
    task = ready(creator)
    page = task.get_absolute_url()
    send(
        signed_out, f"{page}review/", {"verdict": "approved"}, headers={"referer": f"http://testserver{page}"}
    )
    assert sign_in(signed_out, next=page) == page
    assert TOLD in read(signed_out.get(page))
    assert not Review.objects.exists()


def test_more_than_can_be_kept_is_told(signed_out: Client) -> None:
    send(signed_out, KLING, {"prompt": "x" * (MOST + 1)})
    assert sign_in(signed_out) == "/"
    assert TOLD in read(signed_out.get(KLING))


def test_it_waits_for_a_day_and_the_sign_in_is_as_long_as_ever(signed_out: Client, settings: Any) -> None:
    send(signed_out, KLING, {"prompt": "Copper silk"})
    assert signed_out.session.get_expiry_age() == LIFE
    sign_in(signed_out)
    assert signed_out.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_what_has_waited_too_long_is_deleted_when_anybody_signs_in(signed_out: Client) -> None:
    send(signed_out, KLING, {"prompt": "Copper silk"})
    Session.objects.update(expire_date=timezone.now())
    sign_in(Client(), "admin")
    assert not any("Copper" in str(s.get_decoded()) for s in Session.objects.all())


def test_signing_out_ends_it(signed_out: Client, creator: User) -> None:
    send(signed_out, f"{ready(creator).get_absolute_url()}comments/", {"text": "Not for others"})
    sign_in(signed_out)
    send(signed_out, "/accounts/logout/", {})
    assert not any("Not for" in str(s.get_decoded()) for s in Session.objects.all())


def test_a_form_from_before_a_sign_in_in_another_tab_shows_its_words(visitor: Client, creator: User) -> None:
    sign_in(visitor)
    old = token(visitor)
    end_session(visitor)
    sign_in(visitor)
    form = {"prompt": "Copper <silk>", "csrfmiddlewaretoken": old}
    answer = visitor.post(KLING, form, headers={"origin": "http://testserver"})
    assert answer.status_code == 403
    assert read(answer).all("textbox")[0].value == "Copper <silk>"
    assert not Task.objects.exists()
    for foreign in ({"origin": "https://evil.example"}, {"origin": "null"}, {}):
        assert b"silk" not in visitor.post(KLING, form, headers=foreign).content
