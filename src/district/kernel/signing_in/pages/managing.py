"""What an administrator sees of a member's sign-in, and the reset of a lost second factor."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from district.kernel.base.forms import submitted
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    managed_through,
    member_by_id,
    second_factor_asked,
)
from district.kernel.signing_in.forms import ReasonForm
from district.kernel.signing_in.names import RESET
from district.kernel.signing_in.selectors import standing_of
from district.kernel.signing_in.services import reset_second_factor


@require_http_methods(["GET", "HEAD", "POST"])
def member_sign_in(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Whether the member has a second factor; POST takes it away, with a reason."""
    actor, shown = actor_of(request), member_by_id(member_id)
    for owned in managed_through(shown):
        authorise(actor, RESET, owned)
    form = ReasonForm(request.POST or None)

    def act(values: dict[str, str]) -> bool:
        reset_second_factor(shown, values["reason"], actor=actor)
        return True

    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("两步验证已重置，此人的所有登录已结束。"))
        return redirect("member", shown.pk)
    context = {
        "shown": shown,
        "standing": standing_of(shown),
        "asked": second_factor_asked(shown),
        "form": form,
        "crumbs": [
            (pgettext("清单", "成员"), reverse("members")),
            (shown.display_name, shown.get_absolute_url()),
            (_("登录安全"), ""),
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "signing_in/member.html", context, status=status)
