"""A model is gone: the nearest is named, and what it does with each value; drafts there are told of."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue, orders
from generations.catalogue.field_map import Moved, field_map, said
from generations.catalogue.nearest import nearest
from generations.catalogue.spec import ModelSpec
from generations.models import Draft, Prompt, State, Task
from tests.page import Page, read

SORA, PRO, STORYBOARD = "sora-2-text-to-video", "sora-2-pro-text-to-video", "sora-2-pro-storyboard"
KLING, FAST, LITE = "kling-2.6/text-to-video", "veo3_fast", "veo3_lite"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def spec_of(model_id: str) -> ModelSpec:
    return catalogue.models()[model_id]


def of_kin(gone: ModelSpec, *others: ModelSpec) -> ModelSpec | None:
    return nearest(gone, others, {})


def gone(model_id: str, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """One of our models as if Kie did not list it any more."""
    spec = replace(spec_of(model_id), status="retired", retired_on=date(2026, 11, 3))
    models = dict(catalogue.models()) | {model_id: spec}
    monkeypatch.setattr(catalogue, "models", lambda: models)
    return spec


def test_the_nearest_does_the_same_then_is_of_the_family_then_takes_the_same_then_costs_the_same() -> None:
    fast = spec_of(FAST)
    text_only = replace(fast, modes=fast.modes[:1])
    stranger = replace(fast, family="Other")
    bare = replace(fast, params=tuple(p for p in fast.params if p.role != "shape"))
    dearer = replace(fast, prices=tuple(replace(p, credits=p.credits * 2) for p in fast.prices))
    twin = replace(fast)
    for best, worse in ((stranger, text_only), (bare, stranger), (dearer, bare), (twin, dearer)):
        assert of_kin(fast, worse, best) is best
    assert of_kin(fast, twin, replace(fast)) is twin
    cannot = (
        replace(fast, status="retired"),
        replace(fast, reason="It is closed."),
        replace(fast, prices=()),
        replace(fast, modes=("upscale",)),
    )
    assert of_kin(fast, *cannot) is None
    assert nearest(spec_of(STORYBOARD), catalogue.models().values(), {}) is spec_of("kling-3.0/video")
    assert nearest(spec_of("sora-watermark-remover"), catalogue.models().values(), {}) is None


def test_of_models_as_near_the_one_that_drops_less_of_the_values_is_named() -> None:
    fast = spec_of(FAST)
    seedless = replace(
        fast, params=tuple(replace(p, name="other") if p.role == "seed" else p for p in fast.params)
    )
    unseeded = replace(
        fast, params=tuple(replace(p, role="", name="s") if p.role == "seed" else p for p in fast.params)
    )
    assert of_kin(fast, unseeded, seedless) is seedless


def test_the_map_says_what_is_kept_renamed_changed_and_lost() -> None:
    values = {
        "prompt": "Copper silk",
        "n_frames": "15",
        "size": "high",
        "aspect_ratio": "portrait",
        "remove_watermark": True,
        "character_id_list": ["one", "two"],
    }
    seedance = spec_of("bytedance/seedance-2-5")
    found = {m.source.name: m for m in field_map(spec_of(PRO), seedance, values, {"resolution": "480p"})}
    assert "remove_watermark" not in found, "nobody chose it, and the other model does not know it"

    def words(moved: Moved) -> tuple[str, str]:
        return said(moved.source, moved.value), said(moved.taker, moved.new) if moved.taker else ""

    assert found["prompt"].is_kept
    assert found["n_frames"].is_kept
    assert found["n_frames"].taker is seedance.by_name["duration"]
    assert words(found["n_frames"]) == ("15 s", "15 s")
    assert words(found["size"]) == ("High", "480p")
    assert not found["size"].is_kept
    assert not found["size"].is_lost
    assert found["character_id_list"].is_lost
    assert words(found["character_id_list"]) == ("2 entries", "")


def test_pictures_are_counted_wherever_they_find_a_place() -> None:
    veo, seedance = spec_of(FAST), spec_of("bytedance/seedance-2")
    kling = spec_of("kling-2.6/image-to-video")
    images = {
        "imageUrls": ["https://e.com/a.jpg", "https://e.com/b.jpg"],
        "generationType": "FIRST_AND_LAST_FRAMES_2_VIDEO",
    }
    both, one, none = (field_map(veo, s, images, {})[0] for s in (seedance, kling, spec_of(KLING)))
    assert [len(m.new) if isinstance(m.new, list) else 0 for m in (both, one, none)] == [2, 1, 0]
    assert [m.is_lost for m in (both, one, none)] == [False, False, True]


@pytest.mark.django_db
def test_the_studio_page_says_since_when_what_is_nearest_and_what_it_does_not_take(
    studio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone(FAST, monkeypatch)
    draft = {
        "prompt": "Copper silk",
        "seeds": "12345",
        "aspectRatio": "9:16",
        "watermark": "Us",
        "tab": "one",
    }
    assert studio.post(f"/studio/{FAST}/draft/", draft).status_code == 200
    page = read(studio.get(f"/studio/{FAST}/"))
    assert "It is gone since 3 November 2026, so nothing is sent." in page
    assert "The nearest model that can be ordered is Veo 3.1 Lite: it takes your prompt" in page
    assert page.button("Go on with Veo 3.1 Lite")
    assert not page.has("button", "Generate")
    assert studio.post(f"/studio/{FAST}/", {"prompt": "Sea"}).status_code == 422
    assert not Task.objects.exists()


@pytest.mark.django_db
def test_a_draft_of_a_model_that_is_gone_is_told_on_other_pages_until_it_has_gone_on(
    studio: Client, creator: User
) -> None:
    url, there = f"/studio/{PRO}/", "/studio/bytedance/seedance-2-5/"
    studio.post(
        f"/studio/{PRO}/draft/", {"prompt": "Copper silk", "n_frames": "15", "size": "high", "tab": "one"}
    )
    assert "Your draft in Sora 2 Pro cannot be ordered" in read(studio.get(f"/studio/{KLING}/"))
    page = read(studio.get(url))
    assert "Your draft in Sora 2 Pro" not in page, "there, all of it is said at the price"
    assert "it does not take" not in page
    assert "quality becomes 480p (High)" in page or "becomes" in page
    taken = read(studio.post(there, page.sent | {"carry": PRO}, headers=HTMX))
    assert taken.sent["prompt"] == ["Copper silk"]
    assert taken.sent["moved"] == [PRO]
    assert Draft.objects.get(model_id=PRO).fields, "what nobody has kept yet stays where it was"
    studio.post("/studio/bytedance/seedance-2-5/draft/", taken.sent)
    assert not Draft.objects.get(model_id=PRO).fields
    assert "Your draft in Sora 2 Pro" not in read(studio.get(f"/studio/{KLING}/"))
    assert read(studio.get(there)).sent["prompt"] == ["Copper silk"]


@pytest.mark.django_db
def test_a_draft_is_emptied_only_where_its_model_is_gone(studio: Client, creator: User) -> None:
    studio.post(f"/studio/{KLING}/draft/", {"prompt": "Lake", "tab": "one"})
    studio.post(f"/studio/{LITE}/draft/", {"prompt": "Sea", "moved": KLING, "tab": "two"})
    studio.post(f"/studio/{LITE}/", {"prompt": "Sea", "drop": KLING, "tab": "two"}, headers=HTMX)
    assert Draft.objects.get(model_id=KLING).fields["prompt"] == ["Lake"]


@pytest.mark.django_db
def test_a_draft_can_be_dropped_and_its_words_stay_among_the_earlier_prompts(
    studio: Client, creator: User
) -> None:
    studio.post(f"/studio/{SORA}/draft/", {"prompt": "Copper silk", "tab": "one"})
    page = read(studio.get(f"/studio/{KLING}/"))
    answer = studio.post(f"/studio/{KLING}/", page.sent | {"prompt": "Lake", "drop": SORA}, headers=HTMX)
    assert "Your draft in" not in read(answer)
    assert read(answer).sent["prompt"] == ["Lake"]
    assert [p.text for p in Prompt.objects.filter(person=creator)] == ["Copper silk"]


@pytest.mark.django_db
def test_nobody_is_told_of_drafts_that_are_empty_ordered_or_anothers(
    studio: Client, creator: User, make_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.get(f"/studio/{SORA}/")
    other = make_person("creator", "other")
    Draft.objects.create(person=other, model_id=PRO, fields={"prompt": ["Hers"]})
    form = read(studio.get(f"/studio/{KLING}/")).sent | {"prompt": "Sea"}
    assert studio.post(f"/studio/{KLING}/", form).status_code == 302
    gone(KLING, monkeypatch)
    assert "cannot be ordered" not in read(studio.get(f"/studio/{LITE}/"))


@pytest.mark.django_db
def test_an_old_task_of_a_model_that_is_gone_is_taken_up_in_the_nearest(
    studio: Client, creator: User, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = order(FAST, prompt="Copper silk", aspectRatio="9:16")
    Task.objects.update(state=State.FAILED)
    gone(FAST, monkeypatch)
    page = read(studio.get(f"/studio/?from={task.uuid}", follow=True))
    assert page.sent["prompt"] == ["Copper silk"]
    answer = read(studio.post(f"/studio/{LITE}/", page.sent | {"carry": FAST}, headers=HTMX))
    assert answer.sent["prompt"] == ["Copper silk"]
    assert answer.sent["aspectRatio"] == ["9:16"]
    task.refresh_from_db()
    with pytest.raises(orders.NotAdmitted, match=r"The nearest that can be ordered is Veo 3.1 Lite"):
        orders.retry(task, creator)


@pytest.mark.django_db
def test_the_models_page_names_the_nearest_beside_what_is_gone(studio: Client) -> None:
    shown: Page = read(studio.get(f"/models/?show=retired&model={PRO}"))
    assert "nearest: Seedance 2.5" in shown.part("list")
    assert "gone since 24 Sep 2026" in shown
    assert shown.part("details").link("Seedance 2.5")
    assert "nearest:" not in read(studio.get("/models/"))
