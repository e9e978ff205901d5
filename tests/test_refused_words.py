"""What Kie says was the reason of a refusal is said, with the words of the prompt that it names."""

import pytest
from django.contrib.auth.models import User

from generations.models import State
from generations.wording.failures import explain
from generations.wording.refused_words import words_named
from tests.case_rows import task_in

pytestmark = pytest.mark.django_db
PROMPT = "A Burning match close to a face, in the style of Miro"
GENERAL = "The same words will fail again. Change the prompt or the images."


@pytest.mark.parametrize(
    ("text", "sentence", "advice"),
    [
        ("Your prompt was flagged by Website as violating content policies.", "", GENERAL),
        ("public error minor upload", ": it sees a minor", GENERAL),
        ("public error prominent people upload", ": it sees a well-known person", GENERAL),
        ("public error unsafe image upload.", ": it calls an image unsafe", GENERAL),
        (
            'Flagged: sensitive content "burning match", "knife"',
            "",
            "It names “Burning match” in the prompt: change that.",
        ),
        (
            "Your request was rejected by Flow(face). You may consider using our other fallback channels",
            "",
            "It names “face” in the prompt: change that.",
        ),
        (
            "Copyright: 'Miro' and 'burning match' and 'Miro'",
            ": it sees what is protected by copyright",
            "It names “Miro” and “Burning match” in the prompt: change that.",
        ),
    ],
)
def test_the_reason_and_the_words_that_kie_names_are_said(
    creator: User, text: str, sentence: str, advice: str
) -> None:
    task = task_in(creator, State.FAILED, prompt=PROMPT, failure_text=text, charge_credits=0)
    failure = explain(task)
    assert failure.sentence == f"Kie’s filter refused it{sentence}."
    assert failure.advice == advice
    assert failure.words == text, "in Kie’s own words too"
    assert not failure.retry_helps


def test_words_are_named_as_they_stand_whatever_letters_stand_before_them() -> None:
    """Letters that become two when case is folded move nothing."""
    assert words_named("Straße, Nude girl (a|b)", 'Flagged: "nude girl" and "(A|B)" and "ße, N"') == [
        "Nude girl",
        "(a|b)",
        "ße, N",
    ]
