import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.kie.signature import sign, verify

KEY, TASK, STAMP = "secret", "task_abc", "1700000000"
SIGNATURE = "NmzwCLn2r8H5fyqx1jHv4wYp87a986y5udELFbiN0qg="
NOW = 1_700_000_000.0


def test_the_published_check_value_comes_out():
    assert sign(KEY, TASK, STAMP) == sign(KEY, TASK, int(STAMP)) == SIGNATURE


@pytest.mark.parametrize("drift", [-300, -1, 0, 1, 300])
def test_a_genuine_callback_is_accepted_for_five_minutes_either_way(drift):
    assert verify(KEY, TASK, STAMP, SIGNATURE, NOW + drift)


@pytest.mark.parametrize("drift", [-301, 301, 10**9])
def test_a_replay_from_another_time_is_not_accepted(drift):
    assert not verify(KEY, TASK, STAMP, SIGNATURE, NOW + drift)


def test_the_tolerance_can_be_widened():
    assert verify(KEY, TASK, STAMP, SIGNATURE, NOW + 900, tolerance=900)


@pytest.mark.parametrize(
    ("key", "task_id", "stamp", "signature"),
    [
        ("other", TASK, STAMP, SIGNATURE),
        (KEY, "task_abd", STAMP, SIGNATURE),
        (KEY, TASK, "1700000001", SIGNATURE),
        (KEY, TASK, STAMP, SIGNATURE[:-1]),
        (KEY, TASK, STAMP, SIGNATURE + "="),
        (KEY, TASK, STAMP, SIGNATURE.lower()),
        (KEY, TASK, STAMP, ""),
        (KEY, TASK, STAMP, "ünïcode\ud800"),
        ("", TASK, STAMP, sign("", TASK, STAMP)),
        (KEY, "", STAMP, sign(KEY, "", STAMP)),
        (KEY, TASK, "", sign(KEY, TASK, "")),
        (KEY, TASK, "nan", sign(KEY, TASK, "nan")),
        (KEY, TASK, " 1700000000", sign(KEY, TASK, " 1700000000")),
        (KEY, TASK, "1700000000\n", sign(KEY, TASK, "1700000000\n")),
        (KEY, TASK, "١٧٠٠٠٠٠٠٠٠", sign(KEY, TASK, "١٧٠٠٠٠٠٠٠٠")),
        (KEY, TASK, "9" * 400, sign(KEY, TASK, "9" * 400)),
    ],
)
def test_anything_else_is_not_accepted(key, task_id, stamp, signature):
    assert not verify(key, task_id, stamp, signature, NOW)


@settings(database=None, deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_garbage_is_accepted_or_raises(task_id, stamp, signature):
    assert verify(KEY, task_id, stamp, signature, NOW) is False
