"""Text and icons shared by every page: icons, credits, ages, people."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.models import State, Task
from generations.wording import figures, history, lineage, names, obstacles, times
from generations.wording.names import full_name
from generations.wording.times import age_text, clock

register = template.Library()
for words in (
    figures.cr,
    figures.usd,
    figures.bytes_text,
    figures.facts,
    names.short_name,
    names.full_name,
    times.clock,
    times.span_text,
    obstacles.obstacle,
    lineage.how_it_came,
    history.told,
):
    register.filter(words)

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


@register.inclusion_tag("parts/_cost.html")
def cost(credits: Decimal | None, kind: str) -> dict[str, Any]:
    """A figure with its label: estimate, exact, actual, unknown or not charged."""
    kind = "unknown" if credits is None else kind
    return {"credits": credits, "kind": kind, "word": {"estimate": "est."}.get(kind, kind)}


@register.inclusion_tag("parts/_cost.html")
def task_cost(task: Task) -> dict[str, Any]:
    return dict(cost(task.cost, task.cost_kind))


@register.inclusion_tag("parts/_state.html")
def state(task: Task) -> dict[str, Any]:
    """The state of a task: icon and label. Lateness and problems are computed from the row."""
    late = task.is_late
    return {
        "state": "late" if late else task.state,
        "word": "Late" if late else task.get_state_display(),
        "icon": "clock-alert" if late else STATE_ICONS[State(task.state)],
        "turns": task.state == State.RUNNING and not late,
    }


@register.inclusion_tag("parts/_avatar.html")
def avatar(person: User, size: str = "") -> dict[str, Any]:
    """Initials in the person's own colour. Decorative."""
    names = full_name(person).split()
    initials = (names[0][:1] + (names[-1][:1] if len(names) > 1 else names[0][1:2])).upper()
    return {"initials": initials, "hue": hue(person.pk), "size": size}


def hue(person_id: int) -> int:
    """Which of the twelve hues a person has on avatars and in charts."""
    return person_id * 5 % 12


@register.simple_tag(takes_context=True)
def poll(context: Context, url: str) -> str:
    """The address at which a part asks for news of itself: with the mark of what it shows now."""
    mark = getattr(context.get("request"), "mark", "")
    return f"{url}{'&' if '?' in url else '?'}seen={mark}" if mark else url


@register.simple_tag
def ago(when: datetime | None) -> SafeString:
    """“10 min ago”, updated by script, with the exact time on hover. Empty without a time."""
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
    """A clock that counts up from a moment, by script."""
    if when is None:
        return SafeString("")
    elapsed = max(0.0, (timezone.now() - when).total_seconds())
    return format_html(
        '<time class="num" datetime="{}" data-since>{}</time>', when.isoformat(), clock(elapsed)
    )
