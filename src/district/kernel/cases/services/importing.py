"""Cases that were handled elsewhere before: brought in whole, for counts and for learning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.masking import without_numbers
from district.kernel.cases.models import CallBack, Case
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.rules.nearness import cell_of
from district.kernel.cases.rules.numbers import new_number
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.services.intake import Report
from district.kernel.cases.services.publishing import ensure_published
from district.kernel.cases.types import case_type_of, create_action, matter_of
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.organisation.public import Owned, authorise_by, root_code

_CHUNK = 500


@dataclass(frozen=True)
class Handled:
    """A case as another platform kept it: the report, who handled it, when, and how it ended.

    All times are aware. `satisfaction` is a word of the call-back, "" where nobody was called.
    `stage` is the done stage that it ended in.
    """

    report: Report
    lead_unit: str
    stage: str
    reported_at: datetime
    finished_at: datetime
    closed_at: datetime
    due_at: datetime | None = None
    result: str = ""
    satisfaction: str = ""
    returns: int = 0
    reopens: int = 0
    reporters: int = 1


@transaction.atomic
def import_handled(rows: Sequence[Handled], *, actor: Actor) -> int:
    """Bring in handled cases of one type; none of them runs a clock. Returns how many.

    All or nothing, in a few statements a chunk. Raises Invalid naming the row (from 1) whose
    stage is not over or whose times run backwards, Conflict when one is here already.
    """
    if not rows:
        return 0
    case_type = case_type_of(rows[0].report.type_key)
    centre = root_code()
    authorise_by(actor, create_action(case_type), Owned(centre, centre=centre))
    for at, row in enumerate(rows, 1):
        _check(case_type, row, at)
    numbers = [row.report.source_number for row in rows if row.report.source_number]
    source = rows[0].report.source_name
    for start in range(0, len(numbers), _CHUNK):
        some = numbers[start : start + _CHUNK]
        known = Case.objects.filter(source_name=source, source_number__in=some).first()
        if known is not None:
            raise Conflict(_("来源单号 %(n)s 已经导入过。") % {"n": known.source_number})
    ensure_published(case_type)
    for start in range(0, len(rows), _CHUNK):
        _bring(case_type, centre, rows[start : start + _CHUNK], actor)
    return len(rows)


def _check(case_type: CaseType, row: Handled, at: int) -> None:
    stage = case_type.stages.get(row.stage)
    if row.report.type_key != case_type.key or stage is None or stage.category != "done":
        raise Invalid("stage", _("第%(at)s行：不是已结束的环节。") % {"at": at})
    if not row.reported_at <= row.finished_at <= row.closed_at:
        raise Invalid("closed_at", _("第%(at)s行：反映、办结、结案时间先后不对。") % {"at": at})


def _bring(case_type: CaseType, centre: str, rows: Sequence[Handled], actor: Actor) -> None:
    cases = [_case(case_type, centre, row) for row in rows]
    Case.objects.bulk_create(cases, batch_size=_CHUNK)
    CallBack.objects.bulk_create(
        [
            CallBack(case=case, outcome=row.satisfaction, caller=actor.name[:80], at=row.closed_at)
            for case, row in zip(cases, rows, strict=True)
            if row.satisfaction
        ],
        batch_size=_CHUNK,
    )
    record_many(
        [
            Entry(
                subject_of(case),
                "cases.case.imported",
                {
                    "number": case.number,
                    "type": case.type_key,
                    "stage": case.stage,
                    "lead_unit": case.lead_unit_id,
                    "reported_at": case.reported_at,
                    "closed_at": case.closed_at,
                    "satisfaction": case.satisfaction,
                    "text_sha256": hashlib.sha256(case.text.encode()).hexdigest(),
                },
            )
            for case in cases
        ],
        actor=actor,
        fresh=True,
    )


def _case(case_type: CaseType, centre: str, row: Handled) -> Case:
    report = row.report
    matter = matter_of(case_type.key, report.matter)
    return Case(
        number=new_number(case_type.number, timezone.localtime(row.reported_at).date()),
        type_key=case_type.key,
        type_version=case_type.version,
        title=without_numbers(report.title or report.text)[:120],
        text=report.text,
        stage=row.stage,
        category=Case.Category.DONE,
        grade=case_type.default_grade,
        matter=report.matter,
        catalogue=matter.catalogue if matter else "",
        source=report.source,
        source_name=report.source_name,
        source_number=report.source_number,
        is_sensitive=bool(matter and matter.sensitive),
        is_anonymous=report.is_anonymous,
        lon=report.lon,
        lat=report.lat,
        cell=cell_of(report.lon, report.lat),  # type: ignore[arg-type]  # numbers here, no texts
        place=report.place,
        street_unit_id=report.street or None,
        community_unit_id=report.community or None,
        centre_unit_id=centre,
        lead_unit_id=row.lead_unit,
        holder_unit_id=centre,
        reporter_count=row.reporters,
        returns=row.returns,
        reopens=row.reopens,
        result=row.result,
        satisfaction=row.satisfaction,
        due_at=row.due_at,
        reported_at=row.reported_at,
        dispatched_at=row.reported_at,
        accepted_at=row.reported_at,
        finished_at=row.finished_at,
        closed_at=row.closed_at,
    )
