"""A case that goes on as one of another type: mediation to arbitration, with facts and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict
from district.kernel.cases.models import Case, CaseAttachment, CaseLink, CoUnit, Reporter
from district.kernel.cases.rules.attachments import LARGEST_CASE, MOST_IN_A_CASE
from district.kernel.cases.services.attaching import told_of
from district.kernel.cases.services.doing import owned, refuse_complained, subject_of
from district.kernel.cases.services.intake import Report
from district.kernel.cases.services.performing import locked_case
from district.kernel.cases.services.reporting import Reported, report_case
from district.kernel.cases.types import case_type_of, type_of, view_action
from district.kernel.history.public import Actor, Entry, record, record_many
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
    come along with their encrypted names, and their old codes still answer for the old case.
    Files come along too, their content shared: whoever may see the new case may see them. The
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
    inside = _open_inside(case)
    people = _bring_reporters(case, inside, made.case)
    _bring_files(case, inside, made.case, people, actor)
    for one, other in ((case, made.case), (made.case, case)):
        record(
            subject_of(one), "cases.case.linked", {"kind": kind, "to": other.number}, actor=actor
        )
    return made


def _open_inside(case: Case) -> list[Case]:
    """The cases merged into this one that keep no secret which it does not keep itself: a
    confidential report stays one, and a complaint is not passed to the unit that it is about."""
    return [
        inside
        for inside in case.merged_cases.order_by("pk")
        if (case.is_confidential or not inside.is_confidential)
        and inside.complained_unit_id in (None, case.complained_unit_id)
    ]


def _bring_reporters(case: Case, inside: list[Case], after: Case) -> dict[str, str]:
    """The same people under the same keys, those of merged cases too; they ask by the old code,
    which still answers. Returns the ids of their new rows by the old ones."""
    rows = Reporter.objects.filter(case__in=[case, *inside]).order_by("joined_at", "pk")
    made = {
        str(row.pk): Reporter(
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
    }
    Reporter.objects.bulk_create(made.values())
    after.reporter_count = len(made)
    Case.objects.filter(pk=after.pk).update(reporter_count=len(made))
    return {old: str(row.pk) for old, row in made.items()}


def _bring_files(
    case: Case, inside: list[Case], after: Case, people: Mapping[str, str], actor: Actor
) -> None:
    """Rows of the new case over the same content, the case's own files first, each once, as many
    as a case may hold. Steps stay behind; a reporter's file belongs to the same person there."""
    # Locked, so that nobody takes a file back, and its content away, while it comes along.
    rows = list(CaseAttachment.objects.select_for_update().filter(case__in=[case, *inside]))
    rows.sort(key=lambda row: (row.case_id != case.pk, row.at, row.pk))
    copies: dict[str, CaseAttachment] = {}
    size = 0
    for row in rows:
        fits = len(copies) < MOST_IN_A_CASE and size + row.size <= LARGEST_CASE
        if row.sha256 in copies or not fits:
            continue
        size += row.size
        copies[row.sha256] = _copied(row, after, people)
    CaseAttachment.objects.bulk_create(copies.values())
    record_many(
        [
            Entry(subject_of(after), "cases.case.attached", {**told_of(row), "from": case.number})
            for row in copies.values()
        ],
        actor=actor,
    )


def _copied(row: CaseAttachment, after: Case, people: Mapping[str, str]) -> CaseAttachment:
    by_reporter = row.actor_kind == "public"
    return CaseAttachment(
        case=after,
        origin_id=row.case_id,
        kind=row.kind,
        stored=row.stored,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        is_image=row.is_image,
        public=row.public,
        actor_kind=row.actor_kind,
        actor_id=people.get(row.actor_id, "") if by_reporter else row.actor_id,
        actor_name=row.actor_name,
        at=row.at,
    )
