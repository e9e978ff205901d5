"""What `make coverage` says at its end: each room at stake whole, or each gap with its reason."""

from typing import Any

from tests.covered import report


def file(*functions: tuple[str, list[int], list[list[int]]]) -> dict[str, Any]:
    lines, branches = sum(len(f[1]) for f in functions), sum(len(f[2]) for f in functions)
    summary = {"num_statements": 8, "num_branches": 2}
    summary |= {"covered_lines": 8 - lines, "covered_branches": 2 - branches}
    named = {name: {"missing_lines": missing, "missing_branches": gone} for name, missing, gone in functions}
    return {"summary": summary, "functions": named}


def test_what_is_whole_needs_no_reason() -> None:
    files = {
        "generations/money/ledger.py": file(("hold", [], [])),
        "generations/views/x.py": file(("f", [3], [])),
    }
    told, is_explained = report(files, {})
    assert is_explained
    assert told[0].startswith("95.0 %")
    assert "money       100.00 %" in told


def test_a_gap_where_money_is_at_stake_needs_its_reason() -> None:
    files = {"generations/money/ledger.py": file(("hold", [7], [[6, 7], [8, -1]]))}
    told, is_explained = report(files, {})
    assert not is_explained
    assert "  money/ledger.py hold (7, 6→7, 8→end): NO REASON" in told
    told, is_explained = report(files, {"money/ledger.py hold": "Only a dead disk leads there."})
    assert is_explained
    assert "money        70.00 %, 1 places above" in told


def test_a_reason_without_a_gap_is_told() -> None:
    files = {"generations/money/ledger.py": file(("hold", [], []))}
    told, is_explained = report(files, {"money/ledger.py hold": "Only a dead disk leads there."})
    assert is_explained
    assert "  money/ledger.py hold: has a reason, and no gap any more" in told
