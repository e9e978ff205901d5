"""Geometry of the charts: figures in, SVG attributes out. No markup."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil

from generations.money.reconciliation import History, Rise
from generations.money.spending import NOTHING, Burn, Period, Spend
from generations.views.credits.colours import OTHER, Colour
from generations.wording.figures import cr

HEIGHT = 340
TOP = 38
FLOOR = 24
"""Pixels of the day chart: its height, the space for the readout above, and for the dates below."""

WIDTH = 1000
BASE = 114
CEILING = 8
"""Units of the balance chart, which is stretched to fit its place."""
NOW = 770
"""Where the line ends when a projection follows."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    colour: Colour
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, kw_only=True)
class Day:
    hit_x: str
    hit_width: str
    middle: str
    bars: list[Bar]
    tick: str
    title: str
    detail: str
    last: bool


@dataclass(frozen=True, kw_only=True)
class Grid:
    y: str
    text_y: str
    label: str


@dataclass(frozen=True, kw_only=True)
class DayChart:
    left: str
    lines: list[Grid]
    days: list[Day]
    height: int = HEIGHT
    hit_y: int = TOP
    hit_height: int = HEIGHT - TOP - FLOOR
    tick_y: int = HEIGHT - 6


def day_chart(spend: Spend, colours: dict[str, Colour]) -> DayChart:
    """Stacked bars, one per day (or week, four weeks, year for longer periods), with colours by key."""
    days = spend.period.days
    ceiling, step = scale(max((spend.on(day) for day in days), default=NOTHING))
    left = Decimal("1.4") + Decimal("0.75") * len(cr(ceiling))
    slot = (100 - left) / len(days)
    room = Decimal(HEIGHT - TOP - FLOOR)
    every = max(1, round(len(days) / 5))
    lines = [
        Grid(y=f"{_height(value, ceiling, room):.1f}", text_y=_text_y(value, ceiling, room), label=cr(value))
        for value in (step * n for n in range(int(ceiling / step) + 1))
    ]
    rows = []
    for n, day in enumerate(days):
        x = left + slot * n
        last = n == len(days) - 1
        near_end = len(days) - 1 - n < every / 2
        rows.append(
            Day(
                hit_x=f"{x:.2f}%",
                hit_width=f"{slot:.2f}%",
                middle=f"{x + slot / 2:.2f}%",
                bars=_bars(spend, day, x, slot, ceiling, colours),
                tick=_tick(spend.period, day, last=last) if last or (n % every == 0 and not near_end) else "",
                title=f"{_span(spend.period, day)} · {cr(spend.on(day))} cr",
                detail=_detail(spend, day),
                last=last,
            )
        )
    return DayChart(left=f"{left:.2f}%", lines=lines, days=rows)


def scale(most: Decimal) -> tuple[Decimal, Decimal]:
    """A round maximum and the step between grid lines, three to five of them."""
    if most <= 0:
        return Decimal(100), Decimal(50)
    power = Decimal(10) ** (most.adjusted() - 1)
    steps = (power * n for n in (1, 2, 5, 10, 20, 25, 50))
    step = next((s for s in steps if most / s <= 4), power * 50)
    return step * ceil(most / step), step


def _bars(
    spend: Spend, day: date, x: Decimal, slot: Decimal, ceiling: Decimal, colours: dict[str, Colour]
) -> list[Bar]:
    width = min(slot * Decimal("0.72"), Decimal("4.5"))
    room = Decimal(HEIGHT - TOP - FLOOR)
    bars, below = [], NOTHING
    for series in spend.series:
        value = series.amounts.get(day, NOTHING)
        if not value:
            continue
        top, bottom = _height(below + value, ceiling, room), _height(below, ceiling, room)
        bars.append(
            Bar(
                colour=colours.get(series.key, OTHER),
                x=f"{x + (slot - width) / 2:.2f}%",
                width=f"{width:.2f}%",
                y=f"{top:.1f}",
                height=f"{max(bottom - top - 1, Decimal(1)):.1f}",
            )
        )
        below += value
    return bars


def _height(value: Decimal, ceiling: Decimal, room: Decimal) -> Decimal:
    return TOP + room - room * value / ceiling


def _text_y(value: Decimal, ceiling: Decimal, room: Decimal) -> str:
    return f"{_height(value, ceiling, room) + 4:.1f}"


def _tick(period: Period, day: date, *, last: bool) -> str:
    if last and period.step == 1:
        return "Today"
    return f"{day:%-d %b %Y}" if period.step > 28 else f"{day:%-d %b}"


def _span(period: Period, day: date) -> str:
    if period.step == 1:
        return f"{day:%a %-d %b}"
    end = min(day + timedelta(days=period.step - 1), period.last)
    return f"{day:%-d %b} to {end:%-d %b}"


def _detail(spend: Spend, day: date) -> str:
    parts = [(s.name, s.amounts.get(day, NOTHING)) for s in spend.series]
    said = [f"{name} {cr(value)}" for name, value in parts if value]
    return " · ".join(said) or "nothing spent"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A label below the balance line."""

    x: str
    anchor: str
    text: str
    kind: str = ""
    """warned is highlighted; minor is hidden on a phone."""


@dataclass(frozen=True, kw_only=True)
class BalanceChart:
    area: str
    line: str
    now: int
    keys: list[Key]
    projection: tuple[str, str] | None = None
    """Where the dashed line ends, x and y; None: there is no projection."""
    now_y: str = ""
    base: int = BASE
    width: int = WIDTH


def balance_chart(history: History, period: Period, burn: Burn) -> BalanceChart | None:
    """The readings as a line, top-ups as jumps; None while there is nothing to draw."""
    if len(history.points) < 2:
        return None
    foretold = burn.days is not None and burn.days > 0
    begin, end = min(period.start, history.points[0][0]), period.end
    now = NOW if foretold else WIDTH
    most = max(credits for _, credits in history.points) or Decimal(1)
    points = [_point(at, credits, begin, end, now, most) for at, credits in history.points]
    balance = history.points[-1][1]
    points.append(_point(end, balance, begin, end, now, most))
    line = " ".join(points)
    first_x, last_x = points[0].split(",")[0], points[-1].split(",")[0]
    chart = BalanceChart(
        area=f"{first_x},{BASE} {line} {last_x},{BASE}",
        line=line,
        now=now,
        keys=_keys(history.top_ups, period, begin, now),
        now_y=points[-1].split(",")[1],
    )
    return _foretell(chart, period, burn, begin, balance / most) if foretold else chart


def _point(at: datetime, credits: Decimal, begin: datetime, end: datetime, now: int, most: Decimal) -> str:
    x = _share(at, begin, end) * now
    y = BASE - (BASE - CEILING) * max(credits, NOTHING) / most
    return f"{x:.1f},{y:.1f}"


def _share(at: datetime, begin: datetime, end: datetime) -> Decimal:
    whole = Decimal((end - begin).total_seconds()) or Decimal(1)
    return Decimal((at - begin).total_seconds()) / whole


def _foretell(
    chart: BalanceChart, period: Period, burn: Burn, begin: datetime, level: Decimal
) -> BalanceChart:
    """The dashed line to zero at the mean rate, cut off at the edge."""
    if burn.days is None:
        return chart
    shown = Decimal((period.end - begin).total_seconds()) / 86400
    x = chart.now + burn.days / shown * chart.now
    at_edge = x > WIDTH
    left = (x - WIDTH) / (x - chart.now) if at_edge else NOTHING
    y = BASE - (BASE - CEILING) * level * left
    keys = chart.keys
    if not at_edge:
        gone = period.end + timedelta(days=float(burn.days))
        keys = [*keys, Key(x="100%", anchor="end", text=f"Empty about {gone:%-d %b}", kind="warned")]
    return BalanceChart(
        **{**vars(chart), "keys": keys, "projection": (f"{min(x, Decimal(WIDTH)):.1f}", f"{y:.1f}")}
    )


def _keys(rises: list[Rise], period: Period, begin: datetime, now: int) -> list[Key]:
    """The first day, the two largest jumps if there is room, and today."""
    end = Decimal(now) / 10
    minor = "minor" if now < WIDTH else ""
    said = [
        (NOTHING, Key(x="0", anchor="start", text=f"{period.first:%-d %b}", kind=minor)),
        (end, Key(x=f"{end:.1f}%", anchor="end", text="Today", kind=minor)),
    ]
    for rise in sorted(rises, key=lambda r: -r.topped_up)[:2]:
        x = _share(rise.at, begin, period.end) * end
        if all(abs(x - other) > 15 for other, _ in said):
            local = rise.at.astimezone(period.end.tzinfo)
            text = f"+{cr(rise.topped_up)} on {local:%-d %b}"
            said.append((x, Key(x=f"{x:.1f}%", anchor="middle", text=text)))
    return [key for _, key in said]
