"""Files that came with a progress report or a completion, for those who may read the plan."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from district.kernel.base.attachments import download
from district.kernel.base.errors import NotFound
from district.kernel.plan.public import (
    completion_by_id,
    completion_storage,
    progress_report_by_id,
    progress_storage,
)
from district.systems.plan_tracking.pages.common import page


@page("plan.read")
def evidence(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """Always a download, never shown in place."""
    report = progress_report_by_id(report_id)
    if not report.evidence:
        raise NotFound(_("这条进展没有附佐证材料。"))
    return download(progress_storage(), report.evidence, report.evidence_name)


@page("plan.read")
def completion(request: HttpRequest, completion_id: UUID) -> HttpResponseBase:
    """Always a download, never shown in place."""
    done = completion_by_id(completion_id)
    if not done.evidence:
        raise NotFound(_("这条办结记录没有附佐证材料。"))
    return download(completion_storage(), done.evidence, done.evidence_name)
