"""A form that is sent after its session has ended: its words come back to the person, and to nobody else."""

import io
import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from generations.models import Budget, Comment, Draft, Review, Task
from generations.views.accounts.unsent import LIFE, MOST
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
    text = client.get(KLING).content.decode()
    names = ("order_key", "tab", "turn", "person")
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in names}  # type: ignore[index]
    return hidden | {"prompt": "Copper silk", "duration": "10", "takes": "2", **more}


@pytest.fixture
def signed_out(visitor: Client) -> Client:
    """The creator has been here, and has a form open."""
    sign_in(visitor)
    end_session(visitor)
    return visitor


def test_an_order_is_in_the_form_again_and_was_not_ordered(visitor: Client, creator: User) -> None:
    sign_in(visitor)
    posted = wish(visitor)
    end_session(visitor)
    answer = send(visitor, KLING, posted)
    assert answer["Location"].startswith("/accounts/login/?next=")
    leads_to = sign_in(visitor)
    assert leads_to == KLING
    text = visitor.get(leads_to).content.decode()
    assert "You were signed out before this could be ordered. Nothing was ordered." in text
    assert "Copper silk</textarea>" in text
    assert 'name="duration" value="10" checked' in text
    assert 'name="takes" value="2"' in text
    assert f'name="order_key" value="{posted["order_key"]}"' in text
    assert not Task.objects.exists()
    assert Draft.objects.get(person=creator).fields["prompt"] == ["Copper silk"]
    send(visitor, KLING, posted)
    assert Task.objects.count() == 2


def test_it_is_said_once_and_the_words_stay(signed_out: Client) -> None:
    send(signed_out, KLING, {"prompt": "Copper silk"})
    sign_in(signed_out)
    signed_out.head(KLING)
    assert "You were signed out before" in signed_out.get(KLING).content.decode()
    again = signed_out.get(KLING).content.decode()
    assert "You were signed out before" not in again
    assert "Copper silk</textarea>" in again


def test_a_draft_that_another_tab_has_changed_meanwhile_is_not_written_over(visitor: Client) -> None:
    sign_in(visitor)
    posted = wish(visitor)
    other = Client()
    other.force_login(User.objects.get(username="creator"))
    other.post("/drafts/kling-2.6/text-to-video/", {"prompt": "Slow rain", "tab": "two", "turn": "0"})
    end_session(visitor)
    send(visitor, KLING, posted)
    text = visitor.get(sign_in(visitor)).content.decode()
    assert "Copper silk</textarea>" in text
    assert 'id="elsewhere"' in text
    assert Draft.objects.get(model_id="kling-2.6/text-to-video").fields["prompt"] == ["Slow rain"]


def test_the_form_of_a_model_that_was_being_left_comes_back(signed_out: Client) -> None:
    send(signed_out, HAILUO, {"prompt": "Copper silk", "carry": "kling-2.6/text-to-video"})
    assert sign_in(signed_out) == KLING
    assert "Copper silk</textarea>" in signed_out.get(KLING).content.decode()


def test_images_that_were_here_come_back_and_files_are_asked_for_again(visitor: Client) -> None:
    sign_in(visitor)
    picture = io.BytesIO()
    Image.new("RGB", (640, 640)).save(picture, "PNG")
    kept = SimpleUploadedFile("first.png", picture.getvalue())
    place = {"model": "hailuo/02-image-to-video-standard", "param": "image_url", "file": kept}
    reference = re.search(r"upload:[0-9a-f-]+", send(visitor, "/uploads/", place).content.decode())[0]  # type: ignore[index]
    end_session(visitor)
    new = SimpleUploadedFile("<last>.png", picture.getvalue())
    send(visitor, HAILUO, {"prompt": "Steam", "image_url": reference, "end_image_url": new})
    text = visitor.get(sign_in(visitor)).content.decode()
    assert f'type="hidden" name="image_url" value="{reference}"' in text
    assert "Choose <bdi>&lt;last&gt;.png</bdi> again: a file is not kept." in text


def test_another_person_at_the_same_browser_never_sees_it(signed_out: Client, creator: User) -> None:
    send(signed_out, KLING, {"prompt": "A secret launch film"})
    page = signed_out.get("/accounts/login/").content.decode()
    assert "what you typed comes back when you have signed in" in page
    assert "secret" not in page
    assert sign_in(signed_out, "admin") == "/"
    for address in (KLING, "/accounts/unsent/", "/"):
        assert "secret" not in signed_out.get(address, follow=True).content.decode()
    assert all("secret" not in str(s.get_decoded()) for s in Session.objects.all())
    end_session(signed_out)
    assert sign_in(signed_out) == "/"
    assert "secret" not in signed_out.get(KLING).content.decode()


def test_a_browser_in_which_nobody_was_keeps_nothing(visitor: Client) -> None:
    send(visitor, KLING, {"prompt": "A secret launch film"})
    assert not Session.objects.exists()
    assert sign_in(visitor) == "/"
    assert "secret" not in visitor.get(KLING).content.decode()


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
    text = signed_out.get("/accounts/unsent/").content.decode()
    assert not Comment.objects.exists()
    assert f'action="{address}"' in text
    assert (
        "Too &lt;fast&gt;\r\nat the end</textarea>" in text
        or "Too &lt;fast&gt;\nat the end</textarea>" in text
    )
    assert all(f'type="hidden" name="{name}" value="{form[name]}"' in text for name in ("second", "key"))
    assert f'href="{task.get_absolute_url()}"' in text
    assert send(signed_out, address, form)["Location"] == "/gallery/"
    assert Comment.objects.get().second == 3.5
    assert signed_out.get("/accounts/unsent/")["Location"] == "/"


def test_what_was_sent_from_two_tabs_is_all_there(signed_out: Client, creator: User) -> None:
    first, second = ready(creator), ready(creator)
    send(signed_out, KLING, {"prompt": "Copper silk"})
    send(signed_out, f"{first.get_absolute_url()}comments/", {"text": "Lovely"})
    send(signed_out, f"{second.get_absolute_url()}comments/", {"text": "Too dark"})
    send(signed_out, f"{second.get_absolute_url()}comments/", {"text": "Too dark, and slow"})
    text = signed_out.get(sign_in(signed_out)).content.decode()
    assert [t.strip() for t in re.findall(r">\n([^<]*)</textarea>", text)] == [
        "Copper silk",
        "Lovely",
        "Too dark, and slow",
    ]
    assert f'<a class="btn btn--primary" href="{KLING}">' in text
    assert f'<form id="unsent-1" method="post" action="{KLING}">' not in text, (
        "an order is sent in the studio"
    )


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
    text = visitor.get("/accounts/unsent/").content.decode()
    assert all(value in text for value in FORMS[address].values())
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
    text = visitor.get(sign_in(visitor, "admin")).content.decode()
    assert "Ada</textarea>" in text
    assert "1234</textarea>" in text
    assert not Budget.objects.filter(limit=1234).exists()


def test_a_password_is_never_kept(signed_out: Client) -> None:
    send(signed_out, "/accounts/password/", {"old_password": "s3cret", "new_password1": "s3cret-words"})
    assert not any("s3cret" in str(s.get_decoded()) for s in Session.objects.all())
    sign_in(signed_out)
    assert TOLD in signed_out.get(KLING).content.decode()


def test_what_was_only_pressed_is_told_and_not_done(signed_out: Client, creator: User) -> None:
    task = ready(creator)
    page = task.get_absolute_url()
    send(
        signed_out, f"{page}review/", {"verdict": "approved"}, headers={"referer": f"http://testserver{page}"}
    )
    assert sign_in(signed_out, next=page) == page
    assert TOLD in signed_out.get(page).content.decode()
    assert not Review.objects.exists()


def test_more_than_can_be_kept_is_told(signed_out: Client) -> None:
    send(signed_out, KLING, {"prompt": "x" * (MOST + 1)})
    assert sign_in(signed_out) == "/"
    assert TOLD in signed_out.get(KLING).content.decode()


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
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Copper &lt;silk&gt;</textarea>" in text
    assert not Task.objects.exists()
    for foreign in ({"origin": "https://evil.example"}, {"origin": "null"}, {}):
        assert "silk" not in visitor.post(KLING, form, headers=foreign).content.decode()
