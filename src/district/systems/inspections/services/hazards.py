"""From a failed item to its hazard case: opened once, its pictures laid to it, closed on the spot
where it was put right at once."""

from __future__ import annotations

import logging
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import DistrictError, NotPermitted
from district.kernel.cases.public import (
    Case,
    CaseAttachment,
    Report,
    attach,
    case_type_of,
    perform,
    report_case,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_for
from district.systems.inspections.models import Answer, Inspection, Place
from district.systems.inspections.names import HAZARD, SYSTEM
from district.systems.inspections.rules.answers import Judged
from district.systems.inspections.rules.checklist import Checklist
from district.systems.inspections.services.photos import read_photos

log = logging.getLogger(__name__)
_CHUNK = 100


def open_hazard(
    row: Inspection, place: Place, checklist: Checklist, one: Judged, *, actor: Actor
) -> Case:
    """The case of a failed item, at the desk of the inspecting unit; once for inspection and item.

    Called within the transaction of the submission.
    """
    found = _("%(item)s不合格") % {"item": one.item.text.zh}
    value = f" {one.value.normalize():f}{one.item.unit.zh}" if one.value is not None else ""
    report = Report(
        HAZARD,
        "\n".join(part for part in (f"{found}{value}", one.note) if part),
        source="patrol",
        title=f"{place.name}：{one.item.text.zh}"[:120],
        lon=place.lon,
        lat=place.lat,
        place=place.address,
        street=place.street_unit_id,
        community=place.community_unit_id or "",
        centre=row.lead_unit_id,
        facts={
            "place_code": place.code,
            "place_name": place.name,
            "field": checklist.field,
            "inspection": row.number,
            "item": f"{one.item.number} {one.item.text.zh}",
            "standard": one.item.standard.zh,
            "found_grade": one.severity,
            "on_spot": one.fixed,
        },
    )
    # The product opens it: that a member may submit was decided before.
    made = report_case(report, actor=SYSTEM, key=f"insp:{row.pk.hex}:{one.item.key}")
    return made.case


def responsible_unit(case: Case) -> str:
    """The unit that answers for the place of a hazard; "" where the place is gone."""
    code = case.facts.get("place_code", "")
    found = Place.objects.filter(code=code).values_list("lead_unit_id", flat=True).first()
    return found or ""


def settle(inspection_id: UUID) -> bool:
    """Lay the pictures to the hazards and close what was put right on the spot; again does nothing.

    Outside any transaction of the caller's, as pictures take their time. True when all is done.
    """
    row = Inspection.objects.select_related("inspector").filter(pk=inspection_id).first()
    if row is None or row.settled:
        return row is not None
    answers = row.answers.exclude(hazard=None).select_related("hazard")
    for answer in answers:
        _lay(row, answer)
        if answer.fixed:
            _close(row, answer)
    Inspection.objects.filter(pk=row.pk).update(settled=True)
    return True


def _lay(row: Inspection, answer: Answer) -> None:
    kinds = CaseAttachment.Kind
    for kind, digests in ((kinds.BEFORE, answer.photos), (kinds.AFTER, answer.after)):
        if digests and answer.hazard_id is not None:
            files = read_photos(row.pk, digests)
            attach(answer.hazard_id, files, actor=SYSTEM, kind=kind)


def _close(row: Inspection, answer: Answer) -> None:
    """By the inspector; by the product where they have lost the right meanwhile.

    Where somebody has acted on it since, it goes its way from there.
    """
    if answer.hazard is None or answer.hazard.stage != case_type_of(HAZARD).start:
        return
    data = {"result": answer.note or _("检查时当场整改完毕。")}
    key = f"insp-fixed:{answer.pk}"
    try:
        perform(answer.hazard.pk, "fix_on_spot", actor=actor_for(row.inspector), data=data, key=key)
    except NotPermitted:
        perform(answer.hazard.pk, "fix_on_spot", actor=SYSTEM, data=data, key=key)


def settle_left() -> int:
    """Go on with inspections whose pictures were broken off; returns how many were done."""
    done = 0
    for key in Inspection.objects.filter(settled=False).values_list("pk", flat=True)[:_CHUNK]:
        try:
            done += settle(key)
        except (DistrictError, OSError):
            log.exception("inspection %s cannot be settled", key)
    return done
