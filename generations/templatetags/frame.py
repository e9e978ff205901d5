"""Words and signs that every page shares: icons, credits, ages, people."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.catalogue.quote import CREDIT_USD
from generations.models import State, Task
from generations.wording.old_texts import legible

register = template.Library()
register.filter("legible", legible)

STATE_ICONS = {
    State.QUEUED: "circle-dashed",
    State.SENDING: "send",
    State.RUNNING: "loader-circle",
    State.SAVING: "hard-drive-download",
    State.READY: "circle-check",
    State.REFUSED: "circle-alert",
    State.FAILED: "circle-alert",
    State.UNCONFIRMED: "hand",
    State.CANCELLED: "ban",
    State.CLOSED: "ban",
    State.LOST: "circle-alert",
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite: `{% icon "play" "i--sm i--fill" %}`. Decorative: the text beside it names it."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>', extra, static("icons.svg"), name
    )


@register.filter
def cr(credits: Decimal | int | None) -> str:
    """1,250 · 104.5 · ? for credits; decimals only where there are some."""
    if credits is None:
        return "?"
    value = Decimal(credits).quantize(Decimal("0.001"), ROUND_HALF_UP)
    text = f"{value:,f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


@register.filter
def usd(credits: Decimal | int | None) -> str:
    """$6.25 for 1,250 credits."""
    if credits is None:
        return "?"
    value = (Decimal(credits) * CREDIT_USD).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{'−' if value < 0 else ''}${abs(value):,f}"


@register.inclusion_tag("parts/_cost.html")
def cost(credits: Decimal | None, kind: str) -> dict[str, Any]:
    """A figure with its word: estimate, exact, actual, unknown or not charged."""
    kind = "unknown" if credits is None else kind
    return {"credits": credits, "kind": kind, "word": {"estimate": "est."}.get(kind, kind)}


@register.inclusion_tag("parts/_cost.html")
def task_cost(task: Task) -> dict[str, Any]:
    return dict(cost(task.cost, task.cost_kind))


@register.inclusion_tag("parts/_state.html")
def state(task: Task) -> dict[str, Any]:
    """The state of a task: icon, word, colour. Late and problems are computed from the row."""
    late = task.is_late
    return {
        "state": "late" if late else task.state,
        "word": "Late" if late else task.get_state_display(),
        "icon": "clock-alert" if late else STATE_ICONS[State(task.state)],
        "turns": task.state == State.RUNNING and not late,
    }


@register.filter
def short_name(person: User) -> str:
    """People are called by their first names."""
    return person.first_name or person.get_username()


@register.filter
def full_name(person: User) -> str:
    return person.get_full_name() or person.get_username()


@register.inclusion_tag("parts/_avatar.html")
def avatar(person: User, size: str = "") -> dict[str, Any]:
    """Initials in the person's own hue. Decorative."""
    names = full_name(person).split()
    initials = (names[0][:1] + (names[-1][:1] if len(names) > 1 else names[0][1:2])).upper()
    return {"initials": initials, "hue": hue(person.pk), "size": size}


def hue(person_id: int) -> int:
    """Which of the twelve hues a person has, on avatars and in charts."""
    return person_id * 5 % 12


@register.filter
def clock(seconds: float | int | None) -> str:
    """0:08, 1:24, 1:02:03."""
    if seconds is None:
        return ""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.simple_tag
def ago(when: datetime | None) -> SafeString:
    """“10 min ago” that ticks by script, exact on hover. Nothing for no time."""
    if when is None:
        return SafeString("")
    local = timezone.localtime(when)
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        when.isoformat(),
        f"{local:%a %-d %b %Y, %H:%M:%S %Z}",
        age_text((timezone.now() - when).total_seconds()),
    )


@register.simple_tag
def since(when: datetime | None) -> SafeString:
    """A clock that counts up by script from a moment on."""
    if when is None:
        return SafeString("")
    elapsed = max(0.0, (timezone.now() - when).total_seconds())
    return format_html(
        '<time class="num" datetime="{}" data-since>{}</time>', when.isoformat(), clock(elapsed)
    )


def age_text(seconds: float) -> str:
    if seconds < 10:
        return "just now"
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {name} ago"
    return f"{int(seconds)} s ago"


@register.filter
def span_text(seconds: tuple[int, int] | None) -> str:
    """“1–3 min”, “20–40 s” for a range of seconds."""
    if seconds is None:
        return ""
    low, high = seconds
    if high < 90:
        return f"{low}–{high} s" if low < high else f"{high} s"
    low, high = max(1, round(low / 60)), max(1, round(high / 60))
    return f"{low}–{high} min" if low < high else f"{high} min"


@register.filter
def bytes_text(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.0f} kB"


@register.filter
def facts(task: Task) -> str:
    """“8 s 720p” of a task's values, for one line."""
    spec = task.spec
    if spec is None:
        return ""
    seconds = spec.seconds(task.values)
    size = spec.value_of("size", task.values)
    return " ".join(filter(None, [f"{seconds:f} s" if seconds else "", str(size or "")]))
