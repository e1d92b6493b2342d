"""Signing, registering, verifying."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base.forms import submitted
from district.kernel.organisation.public import Owned, actor_of, authorise
from district.systems.investment_promotion.forms import RegistrationForm, SignForm, VerifyForm
from district.systems.investment_promotion.names import SAVE, VERIFY
from district.systems.investment_promotion.pages.shared import form_answer, project_crumbs
from district.systems.investment_promotion.selectors.projects import stage_words, verified
from district.systems.investment_promotion.selectors.rights import owned_project, project_for
from district.systems.investment_promotion.selectors.settings import settings, verifying_unit
from district.systems.investment_promotion.services.landing import (
    note_registration,
    sign_agreement,
    verify_landing,
)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note that the agreement is signed."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    form = SignForm(request.POST or None)
    done = submitted(form, lambda data: sign_agreement(row.pk, **data, actor=actor))
    if done is not None:
        messages.success(request, _("已登记签约。"))
        return redirect(row)
    return form_answer(
        request,
        form,
        title=_("登记签约"),
        submit=_("登记签约"),
        lead=row.organisation,
        crumbs=project_crumbs(row.organisation, row.get_absolute_url(), last=_("登记签约")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note which entity was registered."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    initial = {"code": row.entity_code, "name": row.entity_name}
    form = RegistrationForm(request.POST or None, initial=initial)
    done = submitted(form, lambda data: note_registration(row.pk, **data, actor=actor))
    if done is not None:
        messages.success(request, _("已登记落户主体，等待核验。"))
        return redirect(row)
    return form_answer(
        request,
        form,
        title=_("登记注册"),
        submit=_("登记注册"),
        lead=row.organisation,
        crumbs=project_crumbs(row.organisation, row.get_absolute_url(), last=_("登记注册")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, key: UUID) -> HttpResponse:
    """The condition of landing clause by clause as the register is now; accepting it."""
    actor = actor_of(request)
    authorise(actor, VERIFY, Owned(verifying_unit()))
    row = project_for(key, actor)
    form = VerifyForm(request.POST or None)
    accept = request.POST.get("do") == "accept"
    made = submitted(
        form, lambda data: verify_landing(row.pk, accept=accept, note=data["note"], actor=actor)
    )
    if made is not None:
        messages.success(
            request, _("已认定落户。") if accept else _("核验结果已记录，项目暂不计为落户。")
        )
        return redirect(row)
    landing, entity = verified(row)
    context = {
        "row": row,
        "form": form,
        "landing": landing,
        "entity": entity,
        "condition": settings().condition_text,
        "stage": stage_words(row.case.stage),
        "crumbs": project_crumbs(row.organisation, row.get_absolute_url(), last=_("落户核验")),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "investment_promotion/verify.html", context, status=status)
