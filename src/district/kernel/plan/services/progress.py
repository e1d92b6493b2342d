"""Progress of tasks without a number, said by their lead unit."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.attachments import checked_file, keep, private_storage
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import Commitment, ProgressReport
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.rights import owned
from district.kernel.plan.services import tracked
from district.kernel.plan.services.adjusting import commitment_for
from district.kernel.plan.subjects import commitment_subject


def progress_storage() -> FileSystemStorage:
    """Where the files of progress reports lie."""
    return private_storage("progress")


@transaction.atomic
def report_progress(
    commitment_id: UUID | str,
    *,
    percent: int,
    text: str,
    actor: Actor,
    evidence: bytes | None = None,
    evidence_name: str = "",
) -> ProgressReport:
    """Say how far an active task is (`percent` 0 to 100), with words and perhaps a file.

    The lead unit's officers and head may, and planners. Raises Invalid (percent, text,
    evidence); Conflict for a commitment that is not active or whose light comes from a
    measure (its values are filed instead).
    """
    row = commitment_for(commitment_id)
    authorise(actor, "plan.progress.report", owned(row))
    _check(row, percent, text)
    report = ProgressReport(
        commitment=row,
        percent=percent,
        text=text.strip(),
        reported_by=actor.name[:80],
        reported_at=clock.now(),
    )
    if evidence is not None:
        _attach(report, evidence, evidence_name)
    report.save(force_insert=True)
    row.percent = percent
    save_versioned(row, ["percent"])
    record(
        commitment_subject(row.pk),
        "plan.commitment.progress_reported",
        {"percent": percent, "text": report.text, "evidence": report.evidence_name},
        actor=actor,
    )
    tracked.refresh([row.pk])
    return report


def _check(row: Commitment, percent: int, text: str) -> None:
    if not 0 <= percent <= 100:
        raise Invalid("percent", _("形象进度不对。"), _("请填写0到100的整数。"))
    if not text.strip():
        raise Invalid("text", _("还没有填写进展情况。"), _("请用一两句话说明进展。"))
    if row.state != CommitmentState.ACTIVE:
        raise Conflict(_("该事项不在推进中，不能填报进展。"))
    if row.is_quantitative:
        raise Conflict(_("该事项按指标数值考核。请在“我的填报”中填报数值。"))


def _attach(report: ProgressReport, evidence: bytes, name: str) -> None:
    report.evidence_name, _type = checked_file(name, evidence, field="evidence")
    report.evidence = keep(progress_storage(), evidence)
