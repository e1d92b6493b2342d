"""A report's own file, and files that came with progress or a completion: for plan readers."""

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
    report_storage,
)
from district.systems.plan_tracking.pages.common import page
from district.systems.plan_tracking.selectors.reviewing import edition_header


@page("plan.read")
def original(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    """The file that an edition was uploaded as; always a download, never shown in place."""
    edition = edition_header(edition_id)
    if not edition.original:
        raise NotFound(_("这一版载入时没有保留原文件，只有正文。"))
    return download(report_storage(), edition.original, edition.file_name)


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
