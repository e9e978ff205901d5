"""Credits: the balance, the spending, the budgets, the reconciliation and the ledger."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from generations import policy
from generations.decisions import approvals, limits
from generations.decisions.approvals import Limits
from generations.forms.credits import ApprovalForm, CapForm, LimitForm
from generations.models import Task
from generations.money import ledger, reconciliation, spending, statement
from generations.money.spending import Period
from generations.money.statement import KINDS, Filter
from generations.views.access import MemberRequest, admin_required, member_required
from generations.views.credits import approval, budgets, charts
from generations.views.credits.colours import OTHER, Colour, colours_of, model_colours
from generations.views.credits.printed import sheet
from generations.wording.figures import cr
from generations.wording.names import full_name


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    word: str
    url: str = ""
    chosen: bool = False


class Address:
    """Addresses of this page that keep the current selection and change one thing."""

    def __init__(self, chosen: Filter, by: str) -> None:
        person = "" if chosen.person_id is None else str(chosen.person_id)
        self.query = {
            "period": chosen.period.key,
            "by": by,
            "person": person,
            "model": chosen.model_id,
            "kind": chosen.kind,
        }

    def to(self, name: str = "credits", **changes: str) -> str:
        query = {key: value for key, value in (self.query | changes).items() if value}
        return f"{reverse(name)}?{urlencode(query)}"


@require_GET
@member_required
@vary_on_headers("HX-Request")
def credits(request: MemberRequest) -> HttpResponse:
    return render(request, "credits/page.html", page(request))


@require_GET
@member_required
def ledger_csv(request: MemberRequest) -> StreamingHttpResponse:
    """The whole ledger under the page's filter, all of its pages."""
    rows = statement.csv_rows(Filter.of(request.GET, request.user))
    name = f"kiestudio-ledger-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


@require_GET
@member_required
def statement_sheet(request: MemberRequest) -> HttpResponse:
    """A printable sheet for a period, by default this month: what was spent, by whom, and every line."""
    query = request.GET.copy()
    query.setdefault("period", f"{timezone.localdate():%Y-%m}")
    chosen = Filter.of(query, request.user)
    address = Address(chosen, "model")
    admin = policy.may_administer(request.user)
    by_model = spending.spend(chosen.period, "model")
    context = {
        "period": chosen.period,
        "zone": timezone.get_current_timezone_name(),
        "may_administer": admin,
        "total": by_model.total,
        "worth": spending.worth(chosen.period),
        "people": spending.spend(chosen.period, "person").series if admin else [],
        "reconciliation": reconciliation.reconcile(
            chosen.period, reconciliation.history(chosen.period).top_ups
        ),
        "sheet": sheet(chosen),
        "csv_url": address.to("ledger-csv"),
        "before_url": address.to("statement", period=chosen.period.month_before),
        "after_url": address.to("statement", period=after) if (after := chosen.period.month_after) else "",
    }
    return render(request, "credits/statement.html", context)


@require_POST
@admin_required
def budget(request: MemberRequest, pk: int) -> HttpResponse:
    """Set or lift a person's monthly limit. Errors are shown at the field."""
    person = get_object_or_404(policy.members(), pk=pk)
    form = LimitForm(request.POST)
    if form.is_valid():
        limit: Decimal | None = form.cleaned_data["limit"]
        limits.set_limit(request.user, person, limit)
        if not request.htmx:
            messages.success(request, f"{full_name(person)} has {limits.in_words(limit)}.")
            return redirect(f"{reverse('credits')}#budget-{person.pk}")
    status = 200 if form.is_valid() else 422
    bad = form if form.errors else None
    if request.htmx:
        line = budgets.budget_line(person, ledger.budget_of(person), form=bad)
        return render(request, "credits/_budget.html", {"line": line, "may_administer": True}, status=status)
    return render(request, "credits/page.html", page(request, bad=(person, form)), status=status)


@require_POST
@admin_required
def unpriced_cap(request: MemberRequest) -> HttpResponse:
    """Set or lift what an order without a known price may hold. Errors are shown at the field."""
    form = CapForm(request.POST)
    if form.is_valid():
        cap: Decimal | None = form.cleaned_data["cap"]
        limits.set_unpriced_cap(request.user, cap)
        if not request.htmx:
            messages.success(request, f"Orders without a known price: {limits.cap_in_words(cap)}.")
            return redirect(f"{reverse('credits')}#unpriced-cap")
    status = 200 if form.is_valid() else 422
    shown = budgets.unpriced_cap(form if form.errors else None)
    if request.htmx:
        context = {"unpriced": shown, "may_administer": True}
        return render(request, "credits/_unpriced.html", context, status=status)
    return render(request, "credits/page.html", page(request) | {"unpriced": shown}, status=status)


@require_POST
@admin_required
def approval_limits(request: MemberRequest) -> HttpResponse:
    """Set or lift what creators may order without asking. Errors are shown at their fields."""
    form = ApprovalForm(request.POST)
    if form.is_valid():
        new = Limits(order=form.cleaned_data["order"], day=form.cleaned_data["day"])
        approvals.set_limits(request.user, new)
        if not request.htmx:
            messages.success(request, f"Creators: {new.words}.")
            return redirect(f"{reverse('credits')}#approval")
    shown = {"approval": approval.approval(form if form.errors else None)}
    status = 422 if form.errors else 200
    if request.htmx:
        return render(request, "credits/_approval.html", shown | {"may_administer": True}, status=status)
    return render(request, "credits/page.html", page(request) | shown, status=status)


def page(request: MemberRequest, bad: tuple[User, LimitForm] | None = None) -> dict[str, object]:
    """Everything the page shows, according to the address."""
    admin = policy.may_administer(request.user)
    chosen = Filter.of(request.GET, request.user)
    by = "person" if admin and request.GET.get("by") == "person" else "model"
    address = Address(chosen, by)
    now = ledger.balance()
    by_model = spending.spend(chosen.period, "model")
    shown = spending.spend(chosen.period, "person") if by == "person" else by_model
    readings = reconciliation.history(chosen.period)
    burn = spending.burn(chosen.period, by_model.total, now.free)
    colours = colours_of(shown, by)
    day_chart = charts.day_chart(shown, colours)
    return ledger_part(request, chosen, address) | {
        "may_administer": admin,
        "period": chosen.period,
        "periods": periods(address, chosen.period),
        "zone": timezone.get_current_timezone_name(),
        "now": now,
        "low": low_line(now.credits),
        "burn": burn,
        "balance_chart": charts.balance_chart(readings, chosen.period, burn),
        "spend": shown,
        "legend": [(series, colours.get(series.key, OTHER)) for series in shown.series],
        "day_chart": day_chart,
        "table": day_table(shown, day_chart),
        "bys": [
            Choice(value=v, word=w, url=address.to(by=v), chosen=v == by)
            for v, w in (("model", "Model"), ("person", "Person"))
        ],
        "budgets": budgets.shown_to(request.user, bad),
        "team": budgets.team_line(),
        "unpriced": budgets.unpriced_cap(),
        "approval": approval.approval(),
        "worth": coloured_worth(chosen.period),
        "failures": spending.failures(chosen.period),
        "reconciliation": reconciliation.reconcile(chosen.period, readings.top_ups),
        "by": by,
    }


def coloured_worth(period: Period) -> list[tuple[spending.Worth, Colour]]:
    colours = model_colours()
    return [(row, colours.get(row.model_id, OTHER)) for row in spending.worth(period)]


def ledger_part(request: MemberRequest, chosen: Filter, address: Address) -> dict[str, object]:
    """One page of the ledger, its filters, and the addresses of the pages around it."""
    admin = policy.may_administer(request.user)
    lines, older = statement.lines(chosen, request.GET.get("before", ""))
    whole = urlencode({"period": chosen.period.key, "by": address.query["by"]})
    return {
        "over": statement.over(chosen.period, request.user),
        "over_url": address.to(kind="over", person="", model="") + "#ledger",
        "lines": lines,
        "line_count": statement.entries(chosen).count(),
        "older_url": address.to(before=older) + "#ledger" if older else "",
        "newest_url": address.to() + "#ledger" if request.GET.get("before") else "",
        "csv_url": address.to("ledger-csv"),
        "statement_url": address.to("statement"),
        "filters": filters(chosen, admin=admin),
        "filtered": bool(chosen.model_id or chosen.kind or (admin and chosen.person_id is not None)),
        "all_url": f"{reverse('credits')}?{whole}#ledger",
    }


def periods(address: Address, period: Period) -> list[Choice]:
    words = [(key, Period.of(key).word) for key in ("7", "30", "month")] + [("all", "All")]
    return [Choice(value=k, word=w, url=address.to(period=k), chosen=k == period.key) for k, w in words]


def low_line(credits: Decimal | None) -> str:
    """The warning when the balance is low; empty while it is not."""
    if credits is None or credits >= settings.LOW_BALANCE:
        return ""
    return f"The balance is below {cr(settings.LOW_BALANCE)} cr."


def day_table(spend: spending.Spend, chart: charts.DayChart) -> list[tuple[str, list[Decimal]]]:
    """The chart as a table: a row for each day with spending, the total first."""
    rows = []
    for day, drawn in zip(spend.period.days, chart.days, strict=True):
        if spend.on(day):
            parts = [series.amounts.get(day, Decimal(0)) for series in spend.series]
            rows.append((drawn.title.split(" · ")[0], [spend.on(day), *parts]))
    return rows[::-1]


def filters(chosen: Filter, *, admin: bool) -> list[tuple[str, str, list[Choice]]]:
    """The selects above the ledger: name, label, choices."""
    ids = Task.objects.order_by("model_id").values_list("model_id", flat=True).distinct()
    models = sorted(spending.model_names(list(ids)).items(), key=lambda item: item[1])
    found = [
        ("model", "Model", [Choice(value=i, word=w, chosen=i == chosen.model_id) for i, w in models]),
        (
            "kind",
            "Entry",
            [Choice(value=k, word=word, chosen=k == chosen.kind) for k, (_, word) in KINDS.items()],
        ),
    ]
    if admin:
        people = [
            Choice(value=str(p.pk), word=full_name(p), chosen=p.pk == chosen.person_id)
            for p in policy.members()
        ]
        found.insert(0, ("person", "Person", people))
    return found
