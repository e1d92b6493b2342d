"""Projects: list, desk, one of them, telling and changing, the people of the investor."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.forms import submitted
from district.kernel.cases.public import Case, case_url, desk_view
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.investment_promotion.forms import ContactForm, LeadForm, ProjectForm
from district.systems.investment_promotion.models import Project
from district.systems.investment_promotion.names import (
    CONTACT,
    OPEN,
    PROJECTS,
    SAVE,
    SAVE_VISIT,
    TYPE,
    VERIFY,
    VIEW,
)
from district.systems.investment_promotion.pages.shared import (
    form_answer,
    own_unit,
    own_units,
    project_crumbs,
)
from district.systems.investment_promotion.selectors.projects import project_detail, stage_words
from district.systems.investment_promotion.selectors.rights import owned_project, project_for
from district.systems.investment_promotion.selectors.settings import (
    chain_label,
    chain_options,
    source_label,
    source_options,
    verifying_unit,
)
from district.systems.investment_promotion.services.projects import (
    add_contact,
    change_project,
    read_contacts,
    tell_lead,
)

_FIELDS = (
    "organisation", "code", "country", "city", "chain", "industry", "source", "recommended_by",
    "investment", "wanted", "space_area", "land_area", "distinct",
)  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All projects."""
    extra = {"may_tell": permitted_somewhere(actor_of(request), OPEN)}
    template = "investment_promotion/projects.html"
    return list_view(request, PROJECTS, template=template, extra=extra)


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of projects, with all of them as tabs."""
    may = permitted_somewhere(actor_of(request), OPEN)
    create = reverse("investment_project_new") if may else ""
    base = reverse("investment_desk", args=["lead"]).rsplit("/", 2)[0] + "/"
    return desk_view(request, TYPE, desk, base_url=base, create_url=create)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Tell of a lead."""
    actor = actor_of(request)
    authorise_somewhere(actor, OPEN)
    choices = {
        "chain": chain_options(),
        "source": source_options(),
        "lead_unit": own_units(actor, OPEN),
    }
    form = LeadForm(request.POST or None, choices=choices, initial={"lead_unit": own_unit(actor)})
    key = request.POST.get("key", "")[:80] or uuid4().hex
    told = submitted(form, lambda data: tell_lead(data, actor=actor, key=key))
    if told is not None:
        again = _("这条线索已经登记过，没有重复登记。")
        messages.success(request, again if told.repeated else _("线索已登记。"))
        return redirect(told.project)
    title = _("登记线索")
    return form_answer(
        request,
        form,
        title=title,
        submit=_("登记"),
        lead=_("同一投资方由先登记的单位跟进"),
        crumbs=project_crumbs(last=title),
        key=key,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what is known of a project."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    initial = {name: getattr(row, name) for name in _FIELDS}
    choices = {"chain": chain_options(), "source": source_options()}
    form = ProjectForm(request.POST or None, choices=choices, initial=initial)
    seen = request.POST.get("version", "")
    saved = submitted(
        form,
        lambda data: change_project(
            row.pk, data, actor=actor, seen=int(seen) if seen.isdigit() else None
        ),
    )
    if saved is not None:
        messages.success(request, _("项目已修改。"))
        return redirect(row)
    return form_answer(
        request,
        form,
        title=_("修改项目"),
        submit=_("保存"),
        crumbs=project_crumbs(row.organisation, row.get_absolute_url(), last=_("修改项目")),
        version=seen or row.version,
    )


@require_safe
def project(request: HttpRequest, key: UUID) -> HttpResponse:
    """A project: what is known, where it stands, its visits, its verification."""
    actor = actor_of(request)
    row = project_for(key, actor)
    detail = project_detail(row, actor)
    owned, stage = owned_project(row.case), row.case.stage
    may_save = permitted(actor, SAVE, owned) and row.case.category != Case.Category.DONE
    verifies = stage in ("registered", "recheck") and permitted(
        actor, VERIFY, Owned(verifying_unit())
    )
    context = {
        "row": row,
        "detail": detail,
        "chain": chain_label(row.chain),
        "source": source_label(row.source),
        # Whoever only verifies does not handle it.
        "case_url": case_url(row.pk) if permitted(actor, VIEW, owned) else "",
        "may_save": may_save,
        "may_sign": may_save and stage in ("contact", "talks"),
        "may_register": may_save and stage in ("signed", "recheck"),
        "may_verify": verifies,
        "may_visit": permitted_somewhere(actor, SAVE_VISIT),
        "may_read": detail.contacts > 0 and permitted(actor, CONTACT, owned),
        "crumbs": project_crumbs(last=row.organisation),
    }
    return render(request, "investment_promotion/project.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note somebody of the investor."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    form = ContactForm(request.POST or None)
    made = submitted(form, lambda data: add_contact(row.pk, **data, actor=actor))
    if made is not None:
        messages.success(request, _("联系人已登记，内容加密保存。"))
        return redirect(row)
    return form_answer(
        request,
        form,
        title=_("登记联系人"),
        submit=_("保存"),
        lead=_("加密保存，每次查看都记入历史"),
        crumbs=project_crumbs(row.organisation, row.get_absolute_url(), last=_("登记联系人")),
    )


@require_POST
def contacts(request: HttpRequest, key: UUID) -> HttpResponse:
    """The people of the investor, for a reason; the viewing is in history."""
    actor = actor_of(request)
    found = read_contacts(key, actor=actor, reason=request.POST.get("reason", ""))
    row = project_for(key, actor)
    context = {
        "row": row,
        "people": found,
        "crumbs": project_crumbs(row.organisation, row.get_absolute_url(), last=_("联系人")),
    }
    return render(request, "investment_promotion/contacts.html", context)


def case_section(request: HttpRequest, case: Case) -> str:
    """The card on the page of a case: what the project is, and the way to its own page. One
    query."""
    row = Project.objects.filter(pk=case.pk).first()
    if row is None:
        return ""
    context = {
        "row": row,
        "chain": chain_label(row.chain),
        "source": source_label(row.source),
        "stage": stage_words(case.stage),
    }
    return render_to_string("investment_promotion/case_section.html", context, request)
