"""The faults a program may name, where they may strike, and the settings of each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Knob:
    """One setting of a fault. Without a default it is required."""

    kind: type
    default: object = None
    choices: tuple[object, ...] = ()

    def read(self, value: object) -> object:
        """The value as it will be used. Raises ValueError with the reason when it does not fit."""
        if self.kind is object:
            return value
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, self.kind) or (isinstance(value, bool) and self.kind is not bool):
            raise ValueError(f"{NAMES[self.kind]} is wanted, not {value!r}")
        if isinstance(value, float) and not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{value} is not a number from 0")
        if isinstance(value, int) and value < 0:
            raise ValueError(f"{value} is less than 0")
        if self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is none of {', '.join(map(str, self.choices))}")
        return value


Knobs = Mapping[str, Knob]

NAMES = {float: "a number", int: "a whole number", bool: "true or false", str: "a text", dict: "an object"}
CODES = (401, 402, 404, 422, 429, 433, 455, 500, 501, 505)
MODES = ("503", "hang", "refuse")
METADATA = "http://169.254.169.254/latest/meta-data/"


def _seconds(usual: float) -> dict[str, Knob]:
    return {"seconds": Knob(float, usual)}


HTTP = {"status": Knob(int, 200, (200, 403, 500, 502, 503, 504))}
STATUS = {
    "code": Knob(int, choices=CODES),
    "as_http": Knob(bool, False),
    "text": Knob(str, ""),
    "retry_after": Knob(int, 0),
}
RATE = {"bytes_per_second": Knob(float, 100.0)}

LINE: Mapping[str, Knobs] = {
    "reset": {},
    "hang": _seconds(30),
    "slow": _seconds(2),
    "trickle": RATE,
    "empty": {},
    "cut_json": {},
    "html": HTTP,
    "status": STATUS,
}
"""Faults possible for any API answer that may be requested again."""

CREATE: Mapping[str, Knobs] = {
    "reset_before": {},
    "accept_then_reset": {},
    "accept_then_hang": _seconds(30),
    "accept_then_500": {"as_http": Knob(bool, True)},
    "accept_then_502_html": {},
    "accept_then_cut_json": {},
    "accept_then_empty": {},
    "accept_without_id": {},
    "accept_then_redirect": {"location": Knob(str, "")},
    "accept_then_status": STATUS,
    "http_500": {"text": Knob(str, "upstream connect error or disconnect before headers")},
    "http_503_html": {},
    "status": STATUS,
    "slow": _seconds(2),
    "webhook_first": _seconds(10),
    "trickle": RATE,
}

RECORD: Mapping[str, Knobs] = {
    **LINE,
    "null_early": _seconds(2),
    "null_late": _seconds(0),
    "unknown_state": {"state": Knob(str, "archiving"), "flag": Knob(int, 7)},
    "state_backwards": {},
    "success_without_urls": {"shape": Knob(str, "no_urls", ("no_urls", "null", "empty_text", "broken"))},
    "success_without_charge": {},
    "fail_then_success": {"looks": Knob(int, 1)},
    "docs_style": {},
}

FILE: Mapping[str, Knobs] = {
    "http_403": {"links": Knob(bool, False)},
    "http_404": {"links": Knob(bool, False)},
    "http_503": {"links": Knob(bool, True)},
    "truncated": {"share": Knob(float, 0.5)},
    "truncated_no_length": {"share": Knob(float, 0.5), "how": Knob(str, "close", ("close", "chunked"))},
    "empty": {},
    "html": {},
    "wrong_type_json": {},
    "endless": {"bytes_per_second": Knob(float, 0.0)},
    "redirect_private": {"location": Knob(str, METADATA)},
    "redirect_loop": {},
    "trickle": {"bytes_per_second": Knob(float, 1000.0)},
    "slow_first_byte": _seconds(5),
    "corrupt": {"how": Knob(str, "middle", ("middle", "moov"))},
    "stops_at": {"byte": Knob(int)},
    "reset": {"share": Knob(float, 0.5)},
}

CALLBACK: Mapping[str, Knobs] = {
    "drop": {},
    "duplicate": {"n": Knob(int, 1)},
    "delay": _seconds(2),
    "reorder": _seconds(5),
    "forged_body": {"url": Knob(str, METADATA)},
    "forged_signature": {},
    "replay": {"age": Knob(float, 3600.0)},
    "wrong_task": {},
}

PLACES: Mapping[str, Mapping[str, Knobs]] = {
    "create": CREATE,
    "record": RECORD,
    "credit": {**LINE, "drift": {"amount": Knob(float)}, "value": {"data": Knob(object, None)}},
    "upload": {**LINE, "no_url": {}},
    "download_url": {**LINE, "wrong": {}},
    "copy_1080p": {**LINE, "never_ready": {}, "refused": {}},
    "file": FILE,
    "callback": CALLBACK,
}

OUTAGE: Knobs = {"after": Knob(float, 0.0), "seconds": Knob(float), "mode": Knob(str, "503", MODES)}
STORM: Knobs = {"after": Knob(float, 0.0), "seconds": Knob(float), "as_http": Knob(bool, False)}
