"""One project: its page, entering and changing it, its stage, its money, its pictures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.attachments import show_picture, small_of
from district.kernel.base.forms import submitted
from district.kernel.cases.public import files_sent
from district.kernel.history.public import events_of
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
)
from district.systems.projects.files import dossier_manuscript
from district.systems.projects.forms import (
    CountedForm,
    CountForm,
    FundForm,
    MonthForm,
    NewProjectForm,
    PhotoForm,
    PlanForm,
    ProjectForm,
    StageForm,
)
from district.systems.projects.models import Month, Project
from district.systems.projects.names import CALL, COUNT, RAISE, SAVE
from district.systems.projects.pages.shared import (
    crumbs_of,
    form_answer,
    leader_choices,
    own_units,
    streets,
)
from district.systems.projects.selectors.projects import papers_of, photo_of, project_detail
from district.systems.projects.selectors.rights import (
    owned_count,
    owned_project,
    project_for,
    project_subject,
)
from district.systems.projects.selectors.settings import (
    coordinating_unit,
    kind_label,
    kind_options,
    output_words,
    sector_label,
    sector_options,
    source_options,
    works_label,
    works_options,
)
from district.systems.projects.services.months import Filed, count_month, file_month, plan_year
from district.systems.projects.services.photos import add_photos, storage
from district.systems.projects.services.projects import add_project, change_project, move_stage
from district.systems.projects.services.standing import set_counted, set_fund
from district.systems.spaces.public import parcels_known
from district.ui.documents import WRITERS, manuscript_answer

_FIELDS = (
    "name", "sector", "works", "output", "ownership", "developer", "lead_unit", "street", "leader",
    "total", "earlier", "planned_start", "planned_finish", "land", "parcel", "land_area",
    "place", "lon", "lat", "text",
)  # fmt: skip


@require_safe
def project(request: HttpRequest, key: UUID) -> HttpResponse:
    """A project: where it stands, its network, its year, its problems."""
    actor = actor_of(request)
    row = project_for(key, actor)
    owned = owned_project(row)
    context = {
        "row": row,
        "detail": project_detail(row, actor),
        "kind": kind_label(row.kind),
        "sector": sector_label(row.sector),
        "works": works_label(row.works) if row.works else "",
        "output": output_words(row.works),
        "parcel": parcels_known([row.parcel]).get(row.parcel) if row.parcel else None,
        "may_save": permitted(actor, SAVE, owned),
        "may_raise": row.is_open and permitted(actor, RAISE, owned),
        "may_call": row.is_open
        and permitted(actor, CALL, Owned(row.street_id, centre=coordinating_unit())),
        "may_count": permitted(actor, COUNT, owned_count()),
        "crumbs": crumbs_of(last=row.name),
    }
    return render(request, "projects/project.html", context)


@require_safe
def papers(request: HttpRequest, key: UUID) -> HttpResponse:
    """A project's money, stages, pictures and history."""
    actor = actor_of(request)
    row = project_for(key, actor)
    context = {
        "row": row,
        "papers": papers_of(row),
        "events": events_of(project_subject(row.pk))[:30],
        "may_save": permitted(actor, SAVE, owned_project(row)),
        "crumbs": crumbs_of(row, last=_("项目档案")),
    }
    return render(request, "projects/papers.html", context)


@require_safe
def dossier(request: HttpRequest, key: UUID) -> HttpResponse:
    """All that is known of a project as a document; `?format=` pdf or xlsx, else docx."""
    row = project_for(key, actor_of(request))
    kind = request.GET.get("format", "")
    return manuscript_answer(
        dossier_manuscript(row, clock.today()), kind if kind in WRITERS else "docx"
    )


def _choices(actor: Any) -> dict[str, Any]:
    return {
        "kind": kind_options(),
        "sector": sector_options(),
        "works": works_options(),
        "lead_unit": own_units(actor, SAVE),
        "street": streets(),
        "leader": leader_choices(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a project."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE)
    form = NewProjectForm(request.POST or None, choices=_choices(actor))
    made = submitted(form, lambda data: add_project(data, actor=actor))
    if made is not None:
        messages.success(request, _("项目已登记，审批事项已按项目类型列出。"))
        return redirect(made)
    title = _("登记项目")
    return form_answer(request, form, title=title, submit=_("登记"), crumbs=crumbs_of(last=title))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what is known of a project."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row))
    initial = {name: getattr(row, name) for name in _FIELDS} | {
        "lead_unit": row.lead_unit_id, "street": row.street_id, "leader": row.leader_id,
    }  # fmt: skip
    form = ProjectForm(request.POST or None, choices=_choices(actor), initial=initial)
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
    title = _("修改项目")
    return form_answer(
        request, form, title=title, submit=_("保存"), crumbs=crumbs_of(row, last=title),
        version=seen or row.version,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bring a project to another stage."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row))
    options = [(one, label) for one, label in Project.Stage.choices if one != row.stage]
    form = StageForm(
        request.POST or None, choices={"stage": options}, initial={"on": clock.today()}
    )
    moved = submitted(form, lambda data: move_stage(row.pk, **data, actor=actor))
    if moved is not None:
        messages.success(request, _("已转入“%(stage)s”。") % {"stage": moved.get_stage_display()})
        return redirect(row)
    title = _("转阶段")
    return form_answer(
        request, form, title=title, submit=_("确定"), crumbs=crumbs_of(row, last=title),
        lead=_("现在是“%(stage)s”，%(day)s起") % {
            "stage": row.get_stage_display(), "day": row.stage_since.isoformat(),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, key: UUID) -> HttpResponse:
    """File what was done in a month."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row))
    initial = {"month": clock.today().replace(day=1), "progress": row.progress}
    form = MonthForm(request.POST or None, initial=initial)
    filed = submitted(form, lambda data: file_month(row.pk, Filed(**data), actor=actor))
    if filed is not None:
        if filed.doubt:
            messages.warning(request, _("已填报，但数据可疑，请核对。"))
        else:
            messages.success(request, _("月度投资已填报。"))
        return redirect(row)
    title = _("填报月度投资")
    return form_answer(
        request, form, title=title, submit=_("填报"), crumbs=crumbs_of(row, last=title),
        lead=_("再次填报同一个月会替换原来的数，两次都留在履历里"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Plan this year's investment by month."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row))
    year = clock.today().year
    known = Month.objects.filter(project=row, month__year=year)
    initial = {f"m{one.month.month}": one.planned for one in known}
    form = PlanForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> bool:
        amounts = {int(name[1:]): value for name, value in data.items() if value is not None}
        plan_year(row.pk, year, amounts, actor=actor)
        return True

    if submitted(form, save):
        messages.success(request, _("年度投资计划已保存。"))
        return redirect(row)
    title = _("%(year)s年投资计划") % {"year": year}
    return form_answer(
        request, form, title=title, submit=_("保存"), crumbs=crumbs_of(row, last=title)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, key: UUID) -> HttpResponse:
    """What statistics counted of a month."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, COUNT, owned_count())
    form = CountForm(request.POST or None, initial={"month": clock.today().replace(day=1)})
    if submitted(form, lambda data: count_month(row.pk, **data, actor=actor)) is not None:
        messages.success(request, _("纳统投资已登记。"))
        return redirect(row)
    title = _("登记月度纳统投资")
    return form_answer(
        request, form, title=title, submit=_("登记"), crumbs=crumbs_of(row, last=title)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def counted(request: HttpRequest, key: UUID) -> HttpResponse:
    """How a project stands in statistics."""
    actor = actor_of(request)
    row = project_for(key, actor)
    if not permitted(actor, COUNT, owned_count()):
        authorise(actor, SAVE, owned_project(row))
    form = CountedForm(request.POST or None, initial={"counted": row.counted, "on": row.counted_on})
    saved = submitted(
        form, lambda data: set_counted(row.pk, data["counted"], data["on"], actor=actor)
    )
    if saved is not None:
        messages.success(request, _("纳统状态已登记。"))
        return redirect(row)
    title = _("登记纳统状态")
    return form_answer(
        request, form, title=title, submit=_("保存"), crumbs=crumbs_of(row, last=title)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def fund(request: HttpRequest, key: UUID) -> HttpResponse:
    """Money of a source."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row))
    form = FundForm(request.POST or None, choices={"source": source_options()})
    saved = submitted(
        form,
        lambda data: set_fund(
            row.pk, data["source"], data["planned"], data["arrived"] or Decimal(0), actor=actor
        ),
    )
    if saved is not None:
        messages.success(request, _("资金已登记。"))
        return redirect("projects_papers", row.pk)
    title = _("登记资金")
    return form_answer(
        request, form, title=title, submit=_("保存"), crumbs=crumbs_of(row, last=title),
        lead=_("同一来源再次登记会替换原来的数"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest, key: UUID) -> HttpResponse:
    """Add pictures."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row))
    form = PhotoForm(request.POST or None, initial={"taken_on": clock.today()})
    made = submitted(
        form, lambda data: add_photos(row.pk, files_sent(request, "photos"), **data, actor=actor)
    )
    if made is not None:
        messages.success(request, _("已上传%(n)s张照片。") % {"n": len(made)})
        return redirect("projects_papers", row.pk)
    context = {"form": form, "row": row, "crumbs": crumbs_of(row, last=_("上传照片"))}
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/photos.html", context, status=status)


@require_safe
def photo(request: HttpRequest, key: UUID, photo: UUID) -> FileResponse:
    """A picture of a project, drawn anew; `?small=1` the small one."""
    found = photo_of(project_for(key, actor_of(request)), photo)
    if request.GET.get("small"):
        return show_picture(storage(), small_of(found.stored), found.name, "image/jpeg")
    return show_picture(storage(), found.stored, found.name, found.content_type)
