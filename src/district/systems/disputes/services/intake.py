"""Opening a dispute at a counter: its parties, what it is about, and whose it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import Case, Report, perform, report_case
from district.kernel.history.public import Actor
from district.systems.disputes.models import Body, CaseParty, Centre
from district.systems.disputes.names import ARBITRATION, COURT, MEDIATION, OPENED, PETITION
from district.systems.disputes.rules.facts import still_to_ask
from district.systems.disputes.rules.neutral import holds_numbers, neutral, part_word
from district.systems.disputes.services.offices import body_unit
from district.systems.disputes.services.parties import PartyGiven, checked, keep_parties

#: Hands a new case to whoever handles it; whoever opened it has been authorised to.
SYSTEM = Actor.system("disputes")


@dataclass(frozen=True)
class Application:
    """What is brought to a counter. `street`, `community`, `complained_unit` are unit codes."""

    type_key: str
    text: str
    parties: Sequence[PartyGiven]
    facts: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    place: str = ""
    street: str = ""
    community: str = ""
    complained_unit: str = ""
    source: str = "counter"


@transaction.atomic
def open_dispute(given: Application, *, actor: Actor, key: str = "") -> Case:
    """Open a case with its parties and hand it on; the same `key` opens no second one.

    Names of parties in the texts become the words of their parts. Raises NotPermitted, and
    Invalid naming the field.
    """
    if given.type_key not in OPENED:
        raise Invalid("type", _("这类事项不能直接登记。"), _("请从前一环节转来。"))
    parties = [checked(one) for one in given.parties]
    if not any(one.role == CaseParty.Role.APPLICANT for one in parties):
        raise Invalid("applicant_name", _("还没有填写申请人。"), _("不愿具名的请勾选“不具名”。"))
    refuse_incomplete(given.type_key, given.facts)
    text, facts = without_people(given.text, given.facts, parties)
    report = Report(
        given.type_key,
        text,
        source=given.source,
        title=without_people(given.title, {}, parties)[0],
        place=given.place,
        street=given.street,
        community=given.community,
        complained_unit=given.complained_unit,
        is_anonymous=any(one.is_unnamed for one in parties),
        is_confidential=True,
        centre=desk_for(given.type_key),
        facts=facts,
    )
    made = report_case(report, actor=actor, key=key)
    if made.repeated:
        return made.case
    keep_parties(made.case, parties)
    return hand_on(made.case)


def refuse_incomplete(type_key: str, facts: Mapping[str, Any]) -> None:
    """Invalid naming the first fact that the type cannot do without."""
    for name, required in still_to_ask(type_key, facts).items():
        if required:
            raise Invalid(name, _("还没有填写这一项。"), _("请填写后再提交。"))


def without_people(
    text: str, facts: Mapping[str, Any], parties: Sequence[PartyGiven]
) -> tuple[str, dict[str, Any]]:
    """The text and the written facts without names; Invalid where a personal number is left."""
    words = _words(parties)
    found = {k: neutral(v, words) if isinstance(v, str) else v for k, v in facts.items()}
    neutral_text = neutral(text, words)
    for name, value in {"text": neutral_text, **found}.items():
        if isinstance(value, str) and holds_numbers(value):
            raise Invalid(
                name,
                _("这里有手机号或身份证号。"),
                _("请填到当事人的联系方式中，这里只写“申请人”“被申请人”。"),
            )
    return neutral_text, found


def _words(parties: Sequence[PartyGiven]) -> list[tuple[str, str]]:
    count: dict[str, int] = {}
    for one in parties:
        count[one.role] = count.get(one.role, 0) + 1
    seen: dict[str, int] = {}
    words = []
    for one in parties:
        seen[one.role] = seen.get(one.role, 0) + 1
        words.append((one.name, part_word(one.role, seen[one.role], count[one.role])))
    return words


def desk_for(type_key: str) -> str:
    """The unit that keeps the desk of a type: petitions have their own, all else is justice's."""
    return body_unit(Body.Key.PETITIONS if type_key == PETITION else Body.Key.JUSTICE)


def hand_on(case: Case, *, lead_unit: str = "") -> Case:
    """Give a new case to whoever handles it, where that is plain; else it waits at its desk."""
    unit = lead_unit
    if not unit and case.type_key == ARBITRATION:
        unit = body_unit(Body.Key.ARBITRATION)
    if not unit and case.type_key == MEDIATION:
        unit = _mediators(case)
    if not unit and case.type_key == COURT:
        unit = case.lead_unit_id
    if not unit or case.type_key not in (ARBITRATION, MEDIATION, COURT):
        return case
    return perform(case.pk, "dispatch", actor=SYSTEM, data={"lead_unit": unit})


def _mediators(case: Case) -> str:
    """The unit of the centre that was chosen, else the street's."""
    code = str(case.facts.get("centre") or "")
    if code:
        unit = Centre.objects.filter(code=code).values_list("unit_id", flat=True).first()
        if unit is None:
            raise Invalid("centre", _("没有这个调援裁诉中心。"), _("请从列表中选择。"))
        return str(unit)
    return case.street_unit_id or ""
