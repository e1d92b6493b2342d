"""What community workers tell people: the list, one notice with its outcome."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.registers.public import list_view
from district.systems.policies.forms import OutcomeForm
from district.systems.policies.models import Notice
from district.systems.policies.names import MONEY, NOTE_OUTCOME, NOTICES, VIEW_NOTICE
from district.systems.policies.selectors.explaining import kept_lines
from district.systems.policies.selectors.recipients import notice_for, owned_notice
from district.systems.policies.services.notices import OUTCOMES, note_outcome


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All notices that the member may see."""
    return list_view(request, NOTICES)


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice: whom to tell what, why it is them; noting what came of it."""
    actor = actor_of(request)
    found = notice_for(notice_id, actor, VIEW_NOTICE)
    kind = Notice.Kind(found.kind)
    form = OutcomeForm(request.POST or None, outcomes=OUTCOMES[kind])
    seen = request.POST.get("seen", "")
    noted = submitted(
        form,
        lambda data: note_outcome(
            found.pk,
            data["outcome"],
            data["means"],
            actor=actor,
            no_more=data["no_more"],
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        ),
    )
    if noted is not None:
        messages.success(request, _("告知结果已登记。"))
        return redirect(noted)
    kept = found.push or found.application
    waiting = found.outcome in (Notice.Outcome.WAITING, Notice.Outcome.UNREACHED)
    context = {
        "notice": found,
        "version": found.policy_version,
        "policy": found.policy_version.policy,
        "lines": kept_lines(kept) if kept is not None and kept.reasons else [],
        "money": MONEY,
        "form": form,
        "may_note": waiting and permitted(actor, NOTE_OUTCOME, owned_notice(found)),
        "crumbs": [(_("告知任务"), reverse("policy_notices")), (found.recipient.number, "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "policies/notice.html", context, status=status)
