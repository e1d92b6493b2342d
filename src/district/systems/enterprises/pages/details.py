"""The page of an enterprise, and the forms that change what is known of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.forms import submitted
from district.kernel.history.public import events_of
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
)
from district.systems.enterprises.forms import FactsForm, QualificationForm
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.names import QUALIFY, SAVE, SAVE_PRODUCT
from district.systems.enterprises.rules.facts import FACTS
from district.systems.enterprises.selectors.catalogue import class_label, qualification_label
from district.systems.enterprises.selectors.details import facts_of, names_of
from district.systems.enterprises.selectors.finding import enterprise_for
from district.systems.enterprises.selectors.ladder import rungs, steps_of
from district.systems.enterprises.selectors.products import current_products
from district.systems.enterprises.selectors.qualifications import qualifications_of
from district.systems.enterprises.selectors.rights import owned_enterprise
from district.systems.enterprises.services.qualifying import save_qualification
from district.systems.enterprises.services.telling import add_enterprise, subject_of, tell

_SHOWN = 50


@require_safe
def enterprise(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """What is known of an enterprise, who says so, and how it stands on the ladder."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    facts, owned = facts_of(row), owned_enterprise(row)
    context = {
        "enterprise": row,
        "known": facts,
        "unknown": [shown.fact.label for shown in facts if shown.believed is None],
        "conflicting": [shown for shown in facts if shown.conflicts],
        "steps": steps_of(row, rungs()),
        "names": names_of(row)[:_SHOWN],
        "qualifications": [
            (one, qualification_label(one.kind)) for one in qualifications_of(row)[:_SHOWN]
        ],
        "products": [
            (one, class_label(one.product_class) if one.product_class else "")
            for one in current_products(row.pk)[:_SHOWN]
        ],
        "events": events_of(subject_of(row), limit=_SHOWN),
        "may_save": permitted(actor, SAVE, owned),
        "may_add_product": permitted(actor, SAVE_PRODUCT, owned),
        "may_qualify": permitted(actor, QUALIFY, owned),
        "crumbs": [(_("企业库"), reverse("enterprises")), (row.code, "")],
    }
    return render(request, "enterprises/enterprise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter an enterprise by hand."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE)
    form = FactsForm(request.POST or None, new=True)
    made = submitted(form, lambda data: add_enterprise(data["code"], data, actor=actor))
    context = {
        "title": _("登记企业"),
        "crumbs": [(_("企业库"), reverse("enterprises")), (_("登记企业"), "")],
    }
    return _answer(request, form, made, _("企业已登记。"), context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Say by hand what is known of an enterprise; what is left as it is is not said."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    authorise(actor, SAVE, owned_enterprise(row))
    initial = {fact.key: _initial(row, fact.column) for fact in FACTS}
    form = FactsForm(request.POST or None, new=False, initial=initial)
    version = request.POST.get("version", "")

    def said(data: dict[str, Any]) -> Enterprise:
        told = {key: data[key] for key in form.changed_data if data.get(key) not in (None, "")}
        if {"lon", "lat"} & told.keys():
            told |= {key: data.get(key) for key in ("lon", "lat")}
        if "community" in told:
            told.setdefault("street", "")
        return tell(
            row.pk,
            told,
            actor=actor,
            version=int(version) if version.isascii() and version.isdigit() else None,
        )

    made = submitted(form, said)
    context = {
        "title": _("核实数据"),
        "lead": row.name,
        "version": row.version,
        "note": _("改动的各项记为“人工核实”，比其他来源更可信；没有改动的各项不受影响。"),
        "crumbs": _crumbs(row, _("核实数据")),
    }
    return _answer(request, form, made, _("已记下。"), context)


def _initial(row: Enterprise, column: str) -> Any:
    value = getattr(row, column)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


@require_http_methods(["GET", "HEAD", "POST"])
def qualify(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Enter a qualification of an enterprise."""
    actor = actor_of(request)
    row = enterprise_for(enterprise_id, actor)
    authorise(actor, QUALIFY, owned_enterprise(row))
    form = QualificationForm(request.POST or None)

    def saved(data: dict[str, Any]) -> Enterprise:
        return save_qualification(row.pk, data, actor=actor).enterprise

    made = submitted(form, saved)
    context = {
        "title": _("登记资质"),
        "lead": row.name,
        "crumbs": _crumbs(row, _("登记资质")),
    }
    return _answer(request, form, made, _("资质已登记。"), context)


def _crumbs(row: Enterprise, last: str) -> list[tuple[str, str]]:
    return [(_("企业库"), reverse("enterprises")), (row.code, row.get_absolute_url()), (last, "")]


def _answer(
    request: HttpRequest,
    form: Any,
    made: Enterprise | None,
    done: str,
    context: dict[str, Any],
) -> HttpResponse:
    if made is not None:
        messages.success(request, done)
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    return render(request, "enterprises/form.html", {"form": form, **context}, status=status)
