"""`manage.py catalogue list` and `diff`: how every model stands, and what Kie changed."""

import json
from collections.abc import Iterator

from django.core.management.base import OutputWrapper

from generations.market.standing import Standing, standings


def listed(out: OutputWrapper, *, as_json: bool) -> None:
    found = [_facts(standing) for standing in standings()]
    _write(out, found, as_json=as_json, line=lambda f: f"{f['status']:<8} {f['id']:<44} {f['reason']}")


def diff(out: OutputWrapper, *, as_json: bool) -> None:
    """What is new, changed or gone, with old against new."""
    found = [
        _facts(standing) | {"differs": _differs(standing)}
        for standing in standings()
        if standing.status in ("new", "changed", "gone")
    ]
    _write(out, found, as_json=as_json, line=lambda f: "\n".join(_lines(f)))


def _facts(standing: Standing) -> dict[str, object]:
    return {
        "id": standing.id,
        "status": standing.status,
        "orderable": standing.orderable,
        "reason": standing.reason,
    }


def _differs(standing: Standing) -> list[dict[str, object]]:
    row = standing.row
    if row is None or standing.status != "new":
        return list(row.differs) if row else []
    return [{"param": "", "what": "price", "old": None, "new": row.price_text}]


def _lines(facts: dict[str, object]) -> Iterator[str]:
    yield f"{facts['status']:<8} {facts['id']}"
    differs = facts["differs"]
    for change in differs if isinstance(differs, list) else ():
        yield f"    {change['param']} {change['what']}: {change['old']} → {change['new']}"


def _write(out: OutputWrapper, found: list[dict[str, object]], *, as_json: bool, line: object) -> None:
    if as_json:
        out.write(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for facts in found:
        out.write(line(facts))  # type: ignore[operator]
