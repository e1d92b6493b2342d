"""Reports and their editions: list, upload, compile, compare, adopt, publish."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted, root_unit
from district.kernel.plan.public import (
    Edition,
    accept_amended_edition,
    add_edition,
    create_report,
    publish_report,
    report_by_id,
    withdraw_report,
)
from district.systems.plan_tracking.forms import AmendForm, UploadForm
from district.systems.plan_tracking.pages.common import (
    done,
    page,
    said,
    wants_fragment,
)
from district.systems.plan_tracking.selectors.editions import compared_editions, report_cards
from district.systems.plan_tracking.selectors.reviewing import edition_header


@page("plan.read")
def index(request: HttpRequest) -> HttpResponse:
    """All reports with their editions and how far each is reviewed."""
    actor = actor_of(request)
    context = {
        "reports": report_cards(),
        "may_upload": permitted(actor, "plan.report.manage"),
        "may_publish": permitted(actor, "plan.report.publish"),
        "may_decide": permitted(actor, "plan.statement.decide"),
    }
    return render(request, "plan_tracking/reports.html", context)


@page("plan.report.manage", "GET", "HEAD", "POST")
def upload(request: HttpRequest) -> HttpResponse:
    """A new report with its first edition."""
    if request.method != "POST":
        return _form(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            edition = _create(form, actor_of(request))
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            return _uploaded(request, edition)
    return _form(request, form, status=422)


@transaction.atomic
def _create(form: UploadForm, actor: Actor) -> Edition:
    """Report and edition together: a file that cannot be read leaves no empty report."""
    data = form.cleaned_data
    report = create_report(root_unit().pk, data["year"], data["title"], actor=actor)
    return add_edition(report.pk, data["file"].read(), data["file"].name, actor=actor)


def _form(
    request: HttpRequest, form: UploadForm | AmendForm, status: int = 200, **extra: object
) -> HttpResponse:
    context = {"form": form, **extra}
    return render(request, "plan_tracking/upload.html", context, status=status)


def _uploaded(request: HttpRequest, edition: Edition) -> HttpResponse:
    if edition.state == "proposed":
        address = reverse("plan_difference", args=[edition.pk])
        return done(request, _("修订稿已解析，请核对变化后采用。"), address)
    address = reverse("plan_report", args=[edition.report_id])
    if edition.state == "compiling":
        return done(request, _("已收到，正在解析。"), f"{address}?edition={edition.number}")
    return done(request, _("报告已解析，请确认读出的表述。"), address)


@page("plan.report.manage", "GET", "HEAD", "POST")
def amend(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """An amended edition of a report."""
    report = report_by_id(report_id)
    if request.method != "POST":
        return _form(request, AmendForm(), report=report)
    form = AmendForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            edition = add_edition(report.pk, file.read(), file.name, actor=actor_of(request))
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            return _uploaded(request, edition)
    return _form(request, form, status=422, report=report)


@page("plan.read")
def progress(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """How far a compilation is; when it is done, HTMX goes on to the edition."""
    edition = edition_header(edition_id)
    address = f"{reverse('plan_report', args=[edition.report_id])}?edition={edition.number}"
    if edition.state in ("compiling", "failed"):
        if wants_fragment(request):
            return render(request, "plan_tracking/progress.html", {"edition": edition})
        return render(request, "plan_tracking/compiling.html", {"edition": edition})
    if edition.state == "proposed":
        address = reverse("plan_difference", args=[edition.pk])
    return done(request, _("报告已解析。"), address)


@page("plan.read")
def difference(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """What an edition changes against the one before it."""
    shown = compared_editions(edition_header(edition_id))
    actor = actor_of(request)
    context = {
        "difference": shown,
        "edition": shown.edition,
        "may_adopt": shown.edition.state == "proposed" and permitted(actor, "plan.report.manage"),
        "may_decide": permitted(actor, "plan.statement.decide"),
    }
    return render(request, "plan_tracking/difference.html", context)


@page("plan.report.manage", "POST")
def adopt(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Make an amended edition the current one."""
    edition = edition_header(edition_id)
    try:
        result = accept_amended_edition(edition.pk, actor=actor_of(request))
    except Conflict as error:
        return said(request, error, reverse("plan_difference", args=[edition.pk]))
    text = _(
        "已采用修订稿：沿用 %(carried)s 条处理结果，"
        "%(changed)s 条有变化，%(added)s 条新增，%(removed)s 条删去。"
    ) % {
        "carried": result.carried,
        "changed": result.changed,
        "added": result.added,
        "removed": result.removed,
    }
    return done(request, text, f"{reverse('plan_review', args=[edition.pk])}?state=proposed")


@page("plan.report.publish", "POST")
def publish(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show the headline figures to everybody, or take them back."""
    address = reverse("plan_reports")
    withdraw = request.POST.get("do") == "withdraw"
    try:
        (withdraw_report if withdraw else publish_report)(report_id, actor=actor_of(request))
    except Conflict as error:
        return said(request, error, address)
    text = _("已撤回公开。") if withdraw else _("主要指标已公开，未登录也可查看。")
    return done(request, text, address)
