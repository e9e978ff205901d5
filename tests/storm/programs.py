"""What goes wrong at Kie during a storm."""

from collections.abc import Mapping

Program = Mapping[str, object]

CREATE = {
    "accept_then_reset": 0.10,
    "accept_then_hang": 0.05,
    "accept_then_500": 0.06,
    "accept_then_502_html": 0.05,
    "accept_then_cut_json": 0.06,
    "accept_then_empty": 0.05,
    "accept_without_id": 0.04,
    "accept_then_redirect": 0.03,
    "reset_before": 0.03,
    "http_503_html": 0.02,
    "status": 0.03,
    "webhook_first": 0.03,
}
RECORD = {
    "reset": 0.02,
    "html": 0.03,
    "cut_json": 0.02,
    "status": 0.02,
    "unknown_state": 0.03,
    "state_backwards": 0.03,
    "success_without_urls": 0.03,
    "success_without_charge": 0.03,
    "fail_then_success": 0.03,
    "docs_style": 0.10,
    "null_early": 0.10,
}
CALLBACK = {
    "drop": 0.25,
    "duplicate": 0.30,
    "delay": 0.05,
    "reorder": 0.05,
    "forged_body": 0.05,
    "wrong_task": 0.05,
}
FILE = {
    "http_403": 0.03,
    "http_503": 0.03,
    "truncated": 0.04,
    "truncated_no_length": 0.03,
    "empty": 0.02,
    "html": 0.03,
    "wrong_type_json": 0.02,
    "redirect_private": 0.03,
    "corrupt": 0.02,
    "reset": 0.03,
    "slow_first_byte": 0.03,
}


def _rules(on: str, faults: Mapping[str, float], **knobs: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        {"on": on, "fault": fault, "probability": chance, **knobs.get(fault, {})}
        for fault, chance in faults.items()
    ]


def storm(seed: int) -> Program:
    """About 40 % of the orders' answers lost or garbled, callbacks dropped and doubled, broken files."""
    return {
        "seed": seed,
        "rules": [
            *_rules("create", CREATE, accept_then_hang={"seconds": 3.0}, status={"code": 429}),
            *_rules("record", RECORD, status={"code": 429}),
            *_rules("callback", CALLBACK, duplicate={"n": 2}),
            *_rules("file", FILE, slow_first_byte={"seconds": 2.0}),
            *_rules("download_url", {"reset": 0.05, "wrong": 0.05}),
            *_rules("copy_1080p", {"reset": 0.05, "html": 0.05, "cut_json": 0.05}),
            *_rules("credit", {"reset": 0.05, "html": 0.05}),
        ],
    }
