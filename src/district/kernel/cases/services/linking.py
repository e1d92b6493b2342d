"""A case that goes on as one of another type: mediation to arbitration, with the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.cases.models import Case, CaseLink, CoUnit, Reporter
from district.kernel.cases.services.doing import owned, refuse_complained, subject_of
from district.kernel.cases.services.intake import Report
from district.kernel.cases.services.performing import locked_case
from district.kernel.cases.services.reporting import Reported, report_case
from district.kernel.cases.types import case_type_of, type_of, view_action
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise_by


@transaction.atomic
def carry_on(
    case_id: UUID | str,
    type_key: str,
    *,
    kind: str,
    actor: Actor,
    facts: Mapping[str, Any] | None = None,
    key: str = "",
    centre: str = "",
) -> Reported:
    """Open a case of another type that carries on from this one, so that nobody is asked twice.

    Text, place and those facts that the new type knows come along, `facts` add to them; reporters
    come along with their encrypted names, and their old codes still answer for the old case. The
    desk is the old one unless `centre` names another.
    The actor must see the one and may open the other. Raises Conflict when it was carried on so.
    """
    case = locked_case(case_id)
    refuse_complained(case, actor, _("本单涉及您的单位，您不能办理。"))
    co_units = list(CoUnit.objects.filter(case=case))
    authorise_by(actor, view_action(type_of(case)), owned(case, co_units))
    earlier = case.links_after.filter(after__type_key=type_key).select_related("after").first()
    if earlier is not None and key and earlier.after.key == key:
        return Reported(earlier.after, "", repeated=True)
    if earlier is not None:
        raise Conflict(_("该单已经转为另一类事件。请在关联事件中查看。"))
    wanted = case_type_of(type_key)
    known = {name: value for name, value in case.facts.items() if wanted.schema.get(name)}
    report = Report(
        type_key=type_key,
        text=case.text,
        title=case.title,
        source="system",
        lon=case.lon,
        lat=case.lat,
        place=case.place,
        street=case.street_unit_id or "",
        community=case.community_unit_id or "",
        is_anonymous=case.is_anonymous,
        is_confidential=case.is_confidential,
        complained_unit=case.complained_unit_id or "",
        centre=centre or case.centre_unit_id,
        facts={**known, **(facts or {})},
    )
    made = report_case(report, actor=actor, key=key)
    if made.repeated:
        raise Conflict(_("这个请求编号已用于另一项操作。请换一个。"))
    CaseLink.objects.create(before=case, after=made.case, kind=kind[:40], at=clock.now())
    _bring_reporters(case, made.case)
    for one, other in ((case, made.case), (made.case, case)):
        record(
            subject_of(one), "cases.case.linked", {"kind": kind, "to": other.number}, actor=actor
        )
    return made


def _bring_reporters(case: Case, after: Case) -> None:
    """The same people under the same keys, those of merged cases too; they ask by the old code,
    which still answers."""
    inside = Q(case=case) | Q(case__merged_into=case)
    rows = list(Reporter.objects.filter(inside).order_by("joined_at", "pk"))
    Reporter.objects.bulk_create(
        [
            Reporter(
                case=after,
                name=row.name,
                phone=row.phone,
                phone_index=row.phone_index,
                code_hash=f"{row.pk.hex}{after.pk.hex}",
                text=row.text,
                wants_call=row.wants_call,
                joined_at=clock.now(),
            )
            for row in rows
        ]
    )
    after.reporter_count = len(rows)
    Case.objects.filter(pk=after.pk).update(reporter_count=len(rows))
