"""Clips side by side: two to four at once, or pair by pair until they stand in an order."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generations.library import rounds
from generations.models import Pick
from generations.views.access import MemberRequest, member_required, own_form
from generations.views.back import next_page
from generations.views.compare.choosing import choose_page
from generations.views.compare.chosen import Chosen, chosen_of
from generations.views.compare.panes import MOST_SIDES, ComparePage, Round

MOST_IN_A_ROUND = 16
"""Clips that can be named for a round one by one; of a plan it takes all."""


@require_safe
@member_required
def compare(request: MemberRequest) -> HttpResponse:
    """Two to four clips; for anything else a page on which they can be chosen."""
    chosen = chosen_of(request.user, request.GET)
    problem = chosen.problem(MOST_SIDES)
    if problem or len(chosen.tasks) < 2 or "choose" in request.GET:
        return _choose(request, chosen, problem)
    page = ComparePage.of(request.user, chosen, blind="blind" in request.GET)
    return render(request, "compare/page.html", {"compared": page})


@require_safe
@member_required
def take_round(request: MemberRequest) -> HttpResponse:
    """The next pair of a round of winners, or the order in which its clips stand when all is picked."""
    chosen = chosen_of(request.user, request.GET)
    problem = chosen.problem(len(chosen.tasks) if chosen.plan else MOST_IN_A_ROUND)
    if problem or len(chosen.tasks) < 2:
        return _choose(request, chosen, problem)
    blind = "blind" in request.GET
    url = f"{reverse('compare-round')}?{chosen.query}{'&blind=1' if blind else ''}"
    standing = rounds.standing_of(request.user, chosen.tasks)
    if standing.pair is None:
        return render(request, "compare/order.html", {"standing": standing, "chosen": chosen, "url": url})
    pairs = standing.asked + standing.left
    turn = Round(number=standing.asked + 1, of=pairs, url=url, plan=chosen.plan)
    pair = replace(chosen, tasks=rounds.shuffled(request.user, standing.pair), plan=None)
    page = ComparePage.of(request.user, pair, blind=blind, turn=turn)
    return render(request, "compare/page.html", {"compared": page})


@require_POST
@member_required
def pick(request: MemberRequest) -> HttpResponse:
    """Prefer one of the clips to the others, or take back what was picked among them."""
    own_form(request)
    chosen = chosen_of(request.user, request.POST)
    back = next_page(request, f"{reverse('compare')}?{chosen.query}")
    if request.POST.get("do") == "withdraw":
        Pick.take_back(request.user, chosen.tasks)
        return redirect(back)
    if problem := chosen.problem(MOST_SIDES):
        return _choose(request, chosen, problem)
    wanted = request.POST.get("winner", "")
    winner = next((task for task in chosen.tasks if str(task.uuid) == wanted), None)
    if winner is None:
        raise Http404("That clip is not one of those that are compared.")
    Pick.give(request.user, winner, [task for task in chosen.tasks if task != winner])
    return redirect(back)


def _choose(request: MemberRequest, chosen: Chosen, problem: str) -> HttpResponse:
    page = choose_page(request.user, chosen, problem)
    return render(request, "compare/choose.html", {"choice": page}, status=422 if problem else 200)
