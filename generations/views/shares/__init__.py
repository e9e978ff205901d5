"""Links for guests: made from a clip or a view, listed with who looked, kept open longer, withdrawn."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations import policy, wake
from generations.decisions import shares as decisions
from generations.forms.shares import DAYS, ExtendForm, ShareForm
from generations.models import Share
from generations.numbers import whole
from generations.views.access import MemberRequest, sharing_required
from generations.views.shares.chosen import Chosen
from generations.views.shares.listed import clips_in, looks_at, page_of, row_of

USUAL = {"days": DAYS, "may_rate": True, "may_comment": True, "may_approve": True}
"""What a new link allows unless its maker says otherwise."""
STAYS_CLOSED = "This link was withdrawn, or who made it may not share any more. Make a new one."


@require_safe
@sharing_required
def shares(request: MemberRequest) -> HttpResponse:
    """The links that the person made, or for an admin all of the team."""
    number = whole(request.GET.get("page", "")) or 1
    rows, page = page_of(policy.visible_shares(request.user), request.user, number)
    return render(request, "shares/page.html", {"rows": rows, "page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sharing_required
def make(request: MemberRequest) -> HttpResponse:
    """The form for a link to what the address names; sent, it makes the link and shows it this once."""
    chosen = Chosen.of(request.GET, request.user)
    if request.method != "POST":
        start = USUAL | {"title": chosen.title, "key": uuid4(), "seen": chosen.digest}
        return _form(request, chosen, ShareForm(initial=start, digest=chosen.digest))
    form = ShareForm(request.POST, digest=chosen.digest)
    if not form.is_valid():
        return _form(request, chosen, form, status=422)
    try:
        made, token = decisions.share(request.user, chosen.clips, form.terms, form.cleaned_data["key"])
    except decisions.MadeAlready as already:
        messages.warning(request, str(already))
        return redirect("share", already.made.uuid)
    except decisions.NotShared as refusal:
        form.add_error(None, str(refusal))
        return _form(request, chosen, form, status=422)
    wake.nudge()
    return _made(request, made, token, len(chosen.clips))


@require_safe
@sharing_required
def share(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """One link: its terms, its clips with what was said there, and the log of looks."""
    made = _find(request, uuid)
    return _page(request, made, ExtendForm(share=made))


@require_POST
@sharing_required
def decide(request: MemberRequest, uuid: UUID, deed: str) -> HttpResponse:
    """Withdraw a link, or keep it open longer."""
    made = _find(request, uuid)
    if deed == "withdraw":
        return _revoke(request, made)
    if deed == "extend":
        return _extend(request, made)
    raise Http404("A link can be withdrawn or kept open longer.")


def _revoke(request: MemberRequest, made: Share) -> HttpResponse:
    if decisions.revoke(request.user, made):
        messages.success(request, "Withdrawn. Whoever has the link sees nothing any more.")
    return redirect("share", made.uuid)


def _extend(request: MemberRequest, made: Share) -> HttpResponse:
    form = ExtendForm(request.POST, share=made)
    lasts = policy.lasting_shares().filter(pk=made.pk).exists()
    if lasts and not form.is_valid():
        return _page(request, made, form, status=422)
    if lasts and decisions.extend(request.user, made, form.cleaned_data["days"]):
        messages.success(request, f"Open for {form.cleaned_data['days']} days from now.")
    else:
        messages.error(request, STAYS_CLOSED)
    return redirect("share", made.uuid)


def _find(request: MemberRequest, uuid: UUID) -> Share:
    return get_object_or_404(policy.visible_shares(request.user), uuid=uuid)


def _page(request: MemberRequest, made: Share, form: ExtendForm, *, status: int = 200) -> HttpResponse:
    row = row_of(made, request.user)
    context = {"row": row, "form": form, "clips": clips_in(made), "looks": looks_at(made)}
    return render(request, "shares/share.html", context, status=status)


def _form(request: MemberRequest, chosen: Chosen, form: ShareForm, *, status: int = 200) -> HttpResponse:
    return render(request, "shares/make.html", {"chosen": chosen, "form": form}, status=status)


def _made(request: MemberRequest, made: Share, token: str, count: int) -> HttpResponse:
    """The only answer that shows the address of the link."""
    path = reverse("guest", args=[token])
    address = f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
    return render(request, "shares/made.html", {"share": made, "address": address, "count": count})
