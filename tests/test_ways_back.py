"""Where a form goes back to: a page of ours, or where it would have gone anyway. The deed is done."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Comment, Review, State, Task
from tests.case_rows import unconfirmed
from tests.page import read
from tests.task_page.rows import failed, ready

pytestmark = pytest.mark.django_db

NO_PAGES = [
    "sleep(5)",
    "x",
    "queue",
    "",
    "//evil.example",
    "///evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tqueue/",
    "/queue/\r\nX: y",
    "/\u202equeue/",
    "https://evil.example/",
    "http://testserver/queue/",
    "http://[",
    "javascript:alert(1)",
    "/nowhere/",
    "/queue",
    "./queue/",
    "../queue/",
    "?who=mine",
    "a" * 5000,
    "/" + "9" * 5000,
]
PAGES = ["/queue/", "/queue/?who=everyone", "/gallery/?q=a%20b#x"]


@pytest.fixture
def at_work(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


@pytest.mark.parametrize("wanted", NO_PAGES + PAGES)
def test_a_deed_is_done_and_leads_to_a_page_of_ours(at_work: Client, creator: User, wanted: str) -> None:
    clip, bad, doubt = ready(creator), failed(creator), unconfirmed(creator)
    deeds: list[tuple[str, dict[str, str], str | None]] = [
        (f"{clip.get_absolute_url()}review/", {"stars": "4"}, clip.get_absolute_url()),
        (f"{clip.get_absolute_url()}comments/", {"text": "Good"}, clip.get_absolute_url()),
        (f"{bad.get_absolute_url()}retry/", {}, None),
        (f"{doubt.get_absolute_url()}case/close/", {"reason": "not in the log"}, "/queue/"),
    ]
    for address, data, else_to in deeds:
        answer = at_work.post(address, data | {"next": wanted})
        assert answer.status_code == 302
        if wanted in PAGES:
            assert answer["Location"] == wanted
        else:
            assert answer["Location"] == (else_to or Task.objects.latest("pk").get_absolute_url())
    assert Review.objects.get().stars == 4
    assert Comment.objects.get().text == "Good"
    assert Task.objects.filter(parent=bad).count() == 1
    doubt.refresh_from_db()
    assert doubt.state == State.CLOSED


@pytest.mark.parametrize("wanted", NO_PAGES)
def test_signing_in_and_out_leads_to_pages_of_ours(client: Client, creator: User, wanted: str) -> None:
    creator.set_password("long-Enough-77")
    creator.save()
    form = {"username": "creator", "password": "long-Enough-77", "next": wanted}
    assert client.post("/accounts/login/", form)["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": wanted})["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "referer", ["http://testserver//evil.example", "http://testserver/nowhere/", "http://["]
)
def test_the_theme_leads_back_to_a_page_that_is_there(client: Client, referer: str) -> None:
    answer = client.post("/theme/", {"theme": "dark"}, headers={"referer": referer})
    assert answer["Location"] == "/"


@pytest.mark.long
@pytest.mark.parametrize("value", ["NaN", "sNaN", "1e309", "9" * 400, "-1", "٣"])
@pytest.mark.parametrize("model", ["bytedance/seedance-1.5-pro", "kling-2.6/text-to-video"])
def test_a_length_that_is_none_is_never_priced(
    at_work: Client, order: Callable[..., Task], model: str, value: str
) -> None:
    address = f"/studio/{model}/"
    assert at_work.get(address, {"duration": value}).status_code == 200
    for button in ("pick", "discard", "swap", "view"):
        answer = at_work.post(address, {"duration": value, "prompt": "A sea", button: "1"})
        assert answer.status_code == 200
        assert "NaN cr" not in read(answer)
    assert at_work.post(f"/quotes/{model}/", {"duration": value, "prompt": "A sea"}).status_code == 200
