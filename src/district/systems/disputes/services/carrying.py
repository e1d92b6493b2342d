"""A dispute goes on as one of another type, with its facts and its parties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.cases.public import Case, carry_on, case_for, case_type_of
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.systems.disputes.models import CaseParty
from district.systems.disputes.names import COURT
from district.systems.disputes.rules.carrying import ways_from
from district.systems.disputes.rules.facts import still_to_ask
from district.systems.disputes.rules.neutral import holds_numbers
from district.systems.disputes.selectors.files import owned_by
from district.systems.disputes.services.intake import desk_for, hand_on, refuse_incomplete


@transaction.atomic
def carry(
    case_id: UUID | str,
    type_key: str,
    *,
    actor: Actor,
    facts: Mapping[str, Any] | None = None,
    key: str = "",
) -> Case:
    """Carry a case on: facts and parties come along, `facts` answers only what was not known.

    Raises NotFound, NotPermitted for who does not handle it, Conflict where it cannot go that way
    from where it stands or has gone it already, Invalid naming what is missing.
    """
    case = case_for(case_id, actor)
    authorise(actor, "disputes.case.carry", owned_by(case))
    done = case.links_after.filter(after__key=key).select_related("after").first() if key else None
    if done is not None:
        return done.after
    way = ways_from(case.type_key, case.stage, str(case.facts.get("dispute_kind") or "")).get(
        type_key
    )
    if way is None:
        raise Conflict(_("这一单目前不能这样转办。请刷新后再看。"))
    answers = _answers(case, type_key, facts or {})
    made = carry_on(
        case.pk,
        type_key,
        kind=way.kind.zh,
        actor=actor,
        facts=answers,
        key=key,
        centre=desk_for(type_key),
    )
    if made.repeated:
        return made.case
    CaseParty.objects.bulk_create(
        [
            CaseParty(case=made.case, party_id=row.party_id, role=row.role, position=row.position)
            for row in CaseParty.objects.filter(case=case)
        ]
    )
    return hand_on(made.case, lead_unit=case.lead_unit_id if type_key == COURT else "")


def _answers(case: Case, type_key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered of what had to be asked; what is known already is not taken again."""
    schema = case_type_of(type_key).schema
    known = {name: value for name, value in case.facts.items() if schema.get(name)}
    asked = still_to_ask(type_key, known)
    answers = {name: given[name] for name in asked if given.get(name) not in (None, "")}
    refuse_incomplete(type_key, {**known, **answers})
    for name, value in answers.items():
        if isinstance(value, str) and holds_numbers(value):
            raise Invalid(name, _("这里有手机号或身份证号。"), _("请填到当事人的联系方式中。"))
    return answers
