"""What an answer of Kie means when it is not a plain yes: refused, not sent, or unknowable."""

import re
from enum import StrEnum

from generations.kie.wire import decimal, envelope, words


class Silence(StrEnum):
    """How the connection failed when no complete answer came."""

    TIMED_OUT = "timed out"
    RESET = "reset"
    CUT = "cut"
    REFUSED = "refused"
    NO_NAME = "no name"
    CERTIFICATE = "certificate"
    TLS = "tls"
    NO_ROUTE = "no route"
    OTHER = "other"


SILENCES = {
    Silence.TIMED_OUT: "it timed out",
    Silence.RESET: "the connection was reset",
    Silence.CUT: "the answer broke off",
    Silence.REFUSED: "the connection was refused",
    Silence.NO_NAME: "its name is not known here",
    Silence.CERTIFICATE: "its certificate cannot be trusted",
    Silence.TLS: "the encrypted connection failed",
    Silence.NO_ROUTE: "the network is down or gives no way there",
    Silence.OTHER: "the line failed",
}


class KieError(Exception):
    """Kie did not accept. `text` is Kie's own wording, or ours when Kie said nothing; never the key.

    With a `silence`, there was no answer at all: `host` is then the host that did not answer.
    """

    def __init__(
        self,
        text: str,
        *,
        code: int | None = None,
        status: int | None = None,
        silence: Silence | None = None,
        host: str = "",
    ) -> None:
        super().__init__(text)
        self.code = code
        self.status = status
        self.silence = silence
        self.host = host

    @property
    def facts(self) -> dict[str, object]:
        """The facts that can be stored as JSON and shown later; unknown ones are left out."""
        if self.silence:
            return {"silence": str(self.silence), "host": self.host}
        known = {"text": self.text, "code": self.code, "status": self.status}
        return {name: value for name, value in known.items() if value is not None}

    @property
    def text(self) -> str:
        return str(self.args[0])

    def __str__(self) -> str:
        seen = [f"code {self.code}"] if self.code is not None else []
        if self.status not in (None, 200, self.code):
            seen.append(f"HTTP status {self.status}")
        return f"{self.text} ({', '.join(seen)})" if seen else self.text


class NotSent(KieError):
    """No byte of the request left this machine."""


class Ambiguous(KieError):
    """Kie may or may not have taken the request. The worker never sends it again."""


class Declined(Ambiguous):
    """Kie answered in plain JSON that it failed: probably it took nothing, but its words do not prove it."""


class Refusal(StrEnum):
    UNAUTHORISED = "unauthorised"
    NO_CREDITS = "no credits"
    TOO_FAST = "too fast"
    CAPPED = "capped"
    MAINTENANCE = "maintenance"
    SWITCHED_OFF = "switched off"
    PARAMETER = "parameter"


class Refused(KieError):
    """Kie plainly did not take the request; `refusal` says why."""

    def __init__(
        self, text: str, *, refusal: Refusal, code: int | None = None, status: int | None = None
    ) -> None:
        super().__init__(text, code=code, status=status)
        self.refusal = refusal


REFUSALS = {
    400: Refusal.PARAMETER,
    401: Refusal.UNAUTHORISED,
    402: Refusal.NO_CREDITS,
    404: Refusal.PARAMETER,
    422: Refusal.PARAMETER,
    429: Refusal.TOO_FAST,
    433: Refusal.CAPPED,
    451: Refusal.PARAMETER,
    455: Refusal.MAINTENANCE,
    505: Refusal.SWITCHED_OFF,
}
BARE_STATUSES = {401, 402, 429}
CAPPED_TEXT = re.compile(r"apikey has exceeded the \w+ limit", re.IGNORECASE)
NO_CREDITS_TEXT = re.compile(r"credits (are )?insufficient", re.IGNORECASE)
PARAMETER_TEXT = re.compile(
    r".*\bis not within the range of allowed options.*"
    r"|.*\bvalue must be within the specified range.*"
    r"|.*\btext length cannot exceed the maximum limit.*"
    r"|(this )?[\w.\[\]-]+ is required\.?"
    r"|(this )?[\w.\[\]-]+ it must be an? \w+\.?",
    re.IGNORECASE,
)


def judge(status: int, body: bytes) -> dict[str, object]:
    """The whole JSON answer when HTTP status and body code both say 200; otherwise raises what it means.

    The body code is the real status. It counts under a 2xx or 4xx status, or one equal to it; a gateway's 5xx
    proves nothing, whatever body it carries. docs.kie.ai: start page, "Status codes".
    """
    answer = envelope(body)
    code = None if answer is None else _code(answer.get("code"))
    if answer is None or code is None:
        raise _without_code(status)
    if code == 200 and 200 <= status < 300:
        return answer
    text = words(answer.get("msg")) or words(answer.get("message")) or f"HTTP {status} without a word"
    credible = 200 <= status < 300 or 400 <= status < 500 or status == code
    refusal = _refusal(code, text) if credible else None
    if refusal is None:
        unclear = Declined if credible and code != 200 else Ambiguous
        raise unclear(text, code=code, status=status)
    raise Refused(text, refusal=refusal, code=code, status=status)


def _without_code(status: int) -> KieError:
    text = f"HTTP {status} without a readable answer"
    if status in BARE_STATUSES:
        return Refused(text, refusal=REFUSALS[status], status=status)
    return Ambiguous(text, status=status)


def _refusal(code: int, text: str) -> Refusal | None:
    if code != 500:
        return REFUSALS.get(code)
    if CAPPED_TEXT.search(text):
        return Refusal.CAPPED
    if NO_CREDITS_TEXT.search(text):
        return Refusal.NO_CREDITS
    return Refusal.PARAMETER if PARAMETER_TEXT.fullmatch(text.strip()) else None


def _code(value: object) -> int | None:
    number = decimal(value)
    return int(number) if number is not None and number == number.to_integral_value() else None
