"""Search and commands: what each person finds by its name, and what comes first."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.decisions import pauses
from generations.models import Prompt
from tests.page import Page, read
from tests.task_page.rows import KLING, ready

SCRIPT = {"X-Requested-With": "fetch"}


def found(client: Client, who: User, q: str = "", recent: str = "") -> Page:
    client.force_login(who)
    return read(client.get("/find/", {"q": q, "recent": recent}, headers=SCRIPT))


def group(page: Page, name: str) -> list[str]:
    return [control.text for control in page.one("region", name).controls] if page.has("region", name) else []


def test_tasks_are_found_by_number_id_and_words(client: Client, creator: User, reviewer: User) -> None:
    tasks = [ready(creator, prompt=f"Copper silk {n}") for n in range(9)]
    Prompt.remember(reviewer, "Copper of another person")
    page = found(client, reviewer, "copper")
    assert len(group(page, "Tasks")) == 7, "six, and the way to all"
    assert page.link("All in the gallery").href == "/gallery/?q=copper&state=all"
    assert page.link(f"Copper silk 8 Ready · Creator · #{tasks[8].pk}").href == tasks[8].get_absolute_url()
    assert not page.has("region", "Your prompts"), "who orders nothing has none to use"
    one = tasks[3]
    for name in (f"#{one.pk}", str(one.pk), str(one.uuid), str(one.task_id)):
        first = found(client, creator, name).one("region", "Tasks").controls[0]
        assert first.href == one.get_absolute_url(), name


def test_models_prompts_people_pages_and_deeds_are_found(client: Client, creator: User, admin: User) -> None:
    Prompt.remember(creator, "A very long way " * 30 + "to the <b>lighthouse</b>")
    page = found(client, creator, "klingg 2.6")
    assert f"/studio/{KLING}/" in [part.href for part in page.one("region", "Models").controls]
    [prompt] = found(client, creator, "LIGHTHOUSE").one("region", "Your prompts").controls
    assert prompt.href.endswith(f"?earlier={Prompt.objects.get().pk}")
    assert "lighthouse" in prompt
    assert group(found(client, admin, "lighthouse"), "Your prompts") == [], "they are the other person's"
    person = found(client, creator, "admin").one("region", "People").link("Admin")
    assert person.href == f"/gallery/?person={admin.pk}"
    assert (
        found(client, admin, "creator").one("region", "People").link("Creator").href
        == f"/people/{creator.pk}/"
    )
    assert group(found(client, creator, "queue"), "Go to")[0].startswith("Queue")
    assert group(found(client, creator, "dark"), "Do") == ["Dark theme", "System theme", "Light theme"]
    assert found(client, creator, ">theme").names("region") == ["Do"]


def test_only_an_admin_can_pause_from_it_and_it_says_what_is_so(
    client: Client, creator: User, admin: User, reviewer: User
) -> None:
    assert "Pause sending" not in found(client, creator, "pause")
    assert "New task" not in found(client, reviewer)
    assert found(client, reviewer).one("region", "Go to").controls[0].text.startswith("Queue")
    button = found(client, admin, "pause").button("Pause sending")
    assert (button["name"], button.value) == ("do", "pause")
    pauses.pause(admin, "")
    assert found(client, admin, "sending").button("Resume sending").value == "resume"


def test_what_was_chosen_lately_comes_first_as_far_as_it_may_be_seen(
    client: Client, creator: User, admin: User
) -> None:
    tasks = [ready(creator, prompt=f"Copper {n}") for n in range(3)]
    Prompt.remember(admin, "Not yours")
    keys = [
        f"task:{tasks[0].uuid}",
        "page:queue",
        f"prompt:{Prompt.objects.get(person=admin).pk}",
        "task:x",
        "person:9" * 9,
        "do:sending",
        "x",
    ]
    page = found(client, creator, "", ",".join(keys))
    assert [part.get("data-key") for part in page.one("region", "Recent").controls] == keys[:2]
    assert group(found(client, creator, "dark", "do:light"), "Do") == [
        "Dark theme",
        "Light theme",
        "System theme",
    ]
    page = found(client, creator, "copper", keys[0])
    assert page.one("region", "Tasks").controls[0].get("data-key") == keys[0]


def test_without_script_the_bar_leads_to_a_page_of_results(client: Client, creator: User) -> None:
    client.force_login(creator)
    bar = read(client.get("/gallery/")).one("search", "Everything")
    assert bar["action"] == "/find/"
    assert bar.sent == {"q": [""]}
    page = read(client.get("/find/", {"q": "queue"}))
    assert page.main.field("Search everything").value == "queue"
    assert page.main.link("Queue")
    assert "Nothing has the name “zzzz”" in read(client.get("/find/", {"q": "zzzz"}))
    assert "Shorten it by 1" in read(client.get("/find/", {"q": "x" * 201}))
    for odd in ("\0", '"', "-", "#", ">", "> >", "%", "\\", "9" * 40, "#" + "9" * 40, "[", "(", "😀", '"a'):
        assert client.get("/find/", {"q": odd, "recent": odd}).status_code == 200, odd


@pytest.mark.parametrize("role", ["creator", "reviewer", "admin"])
def test_the_list_of_keys_names_the_pages_that_the_person_has(
    client: Client, make_person: Any, role: str
) -> None:
    client.force_login(make_person(role))
    page = read(client.get("/gallery/"))
    rail = {part["data-go"].upper(): part.text for part in page.having("data-go")}
    keys = read(client.get("/keys/")).dialog("Keyboard")
    listed = {term[1:]: keys.fact(term) for term in [f"G{key}" for key in rail]}
    assert {key: word.split()[0] for key, word in rail.items()} == listed
    assert keys.has("heading", "Studio") is (role != "reviewer")
    assert len(keys.facts("GP")) == (role == "admin")
