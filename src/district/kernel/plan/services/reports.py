"""Writes on reports and their editions: create, upload, publish."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.compiler import ReportError
from district.compiler.document import MAX_BYTES
from district.kernel.base import clock
from district.kernel.base.attachments import checked_file, keep, private_storage
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise, unit_of
from district.kernel.plan.models import Edition, Report
from district.kernel.plan.models.reports import EditionState
from district.kernel.plan.services import compiling
from district.kernel.plan.subjects import edition_subject, report_subject

#: Longer texts are compiled by the worker; shorter ones take less than a second.
INLINE_CHARACTERS = 200_000
#: What the reader takes at most, in bytes.
LARGEST_FILE = MAX_BYTES
_SUFFIXES = (".txt", ".md", ".docx", ".pdf")


def report_storage() -> FileSystemStorage:
    """Where the files of reports lie."""
    return private_storage("reports")


@transaction.atomic
def create_report(unit_code: str, year: int, title: str, *, actor: Actor) -> Report:
    """Make a report of the district `unit_code` for `year`; editions are added to it.

    Raises Invalid (title, year) and Conflict when the unit has such a report already.
    """
    authorise(actor, "plan.report.manage")
    title = title.strip()
    if not title:
        raise Invalid(
            "title", _("还没有填写报告标题。"), _("请填写，例如“2025年国民经济和社会发展计划”。")
        )
    if len(title) > 200:
        raise Invalid("title", _("标题超过200字。"), _("请缩短标题。"))
    if not 1949 <= year <= 2199:
        raise Invalid("year", _("年度不对。"), _("请填写四位数的年份，例如 2025。"))
    unit = unit_of(unit_code)
    if Report.objects.filter(unit=unit, year=year, title=title).exists():
        raise Conflict(_("已有同名的%(year)s年报告。修订稿请在该报告中上传。") % {"year": year})
    report = Report.objects.create(unit=unit, year=year, title=title, created_at=clock.now())
    record(
        report_subject(report.pk),
        "plan.report.created",
        {"unit": unit_code, "year": year, "title": title},
        actor=actor,
    )
    return report


def add_edition(report_id: UUID | str, content: bytes, file_name: str, *, actor: Actor) -> Edition:
    """Upload a report's file (.txt, .md, .docx, .pdf) as its next edition and compile it.

    The file itself is kept beside its text, its checksum stands in the edition's history.
    A report of up to INLINE_CHARACTERS comes back compiled; a longer one comes back in state
    `compiling` and the worker goes on (`edition.progress`, `edition.step`). The first edition
    becomes current at once; an amended one waits as `proposed` for `accept_amended_edition`.
    Raises Invalid (file) with what is wrong with the file, Conflict when the very file is
    there already or another edition is being compiled. Nothing is written then.
    """
    authorise(actor, "plan.report.manage")
    text = _read(content, file_name)
    shown, _type = checked_file(file_name, content)
    with transaction.atomic():
        edition = _new_edition(report_id, content, shown, text, actor)
        if len(text) <= INLINE_CHARACTERS:
            _compile_now(edition, actor)
        else:
            # In the edition's own transaction: neither is ever there without the other.
            _enqueue(str(edition.pk))
        # Last, so that a report that cannot be compiled leaves no file. Where the caller's own
        # transaction is taken back, a file lies unused and harms nobody.
        stored = keep(report_storage(), content)
        Edition.objects.filter(pk=edition.pk).update(original=stored)
    edition.refresh_from_db()
    return edition


def _compile_now(edition: Edition, actor: Actor) -> None:
    try:
        compiling.compile_now(edition, actor)
    except ReportError as error:
        problem = _("不能解析这份报告（%(detail)s）。") % {"detail": error}
        raise Invalid("file", problem, _("请检查后重新上传。")) from error


def _enqueue(edition_id: str) -> None:
    from district.kernel.plan.jobs import compile_edition

    compile_edition.enqueue(edition_id)


def _read(content: bytes, file_name: str) -> str:
    suffix = Path(file_name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise Invalid("file", _("不能读取这种文件。"), _("请上传 .txt、.docx 或 .pdf 格式的报告。"))
    if not content:
        raise Invalid("file", _("文件是空的。"), _("请检查后重新选择文件。"))
    if len(content) > LARGEST_FILE:
        raise Invalid("file", _("文件超过 20 MB。"), _("请上传不含图片的文字版。"))
    from district.compiler.document import read_report

    with tempfile.TemporaryDirectory(prefix="district-report-") as folder:
        # Under its own name: the reader's messages say it.
        path = Path(folder) / f"{Path(file_name).stem[:60] or 'report'}{suffix}"
        path.write_bytes(content)
        try:
            return read_report(path)
        except ReportError as error:
            problem = _("不能读取这份文件（%(detail)s）。") % {"detail": error}
            raise Invalid(
                "file", problem, _("请上传文字版的报告（UTF-8 文本、.docx 或 .pdf）。")
            ) from error


def _new_edition(
    report_id: UUID | str, content: bytes, file_name: str, text: str, actor: Actor
) -> Edition:
    report = Report.objects.filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("没有这份报告。"))
    digest = hashlib.sha256(content).hexdigest()
    earlier = list(
        Edition.objects.filter(report=report)
        .order_by("number")
        .values_list("number", "sha256", "state")
    )
    alive = [row for row in earlier if row[2] not in (EditionState.FAILED, EditionState.SUPERSEDED)]
    if any(row[1] == digest for row in alive):
        raise Conflict(_("这个文件已经上传过。修订稿请上传修改后的文件。"))
    if any(row[2] == EditionState.COMPILING for row in alive):
        raise Conflict(_("上一份文件还在解析。请稍候再上传。"))
    edition = Edition.objects.create(
        report=report,
        number=max((row[0] for row in earlier), default=0) + 1,
        file_name=file_name,
        size=len(content),
        sha256=digest,
        text=text,
        uploaded_at=clock.now(),
        uploaded_by=actor.name[:80],
    )
    record(
        edition_subject(edition.pk),
        "plan.edition.uploaded",
        {
            "report": report.pk,
            "number": edition.number,
            "file": edition.file_name,
            "size": edition.size,
            "sha256": digest,
        },
        actor=actor,
    )
    return edition


@transaction.atomic
def publish_report(report_id: UUID | str, *, actor: Actor) -> Report:
    """Show the report's confirmed headline figures to people without a log-in. Idempotent."""
    authorise(actor, "plan.report.publish")
    report = _locked(report_id)
    if report.published_at is None:
        if not report.editions.filter(state=EditionState.CURRENT).exists():
            raise Conflict(_("报告还没有解析完成的版本。请先上传报告。"))
        report.published_at = clock.now()
        report.save(update_fields=["published_at"])
        record(report_subject(report.pk), "plan.report.published", {}, actor=actor)
    return report


@transaction.atomic
def withdraw_report(report_id: UUID | str, *, actor: Actor) -> Report:
    """Take the report off the public page. Idempotent."""
    authorise(actor, "plan.report.publish")
    report = _locked(report_id)
    if report.published_at is not None:
        report.published_at = None
        report.save(update_fields=["published_at"])
        record(report_subject(report.pk), "plan.report.withdrawn", {}, actor=actor)
    return report


def _locked(report_id: UUID | str) -> Report:
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("没有这份报告。"))
    return report
