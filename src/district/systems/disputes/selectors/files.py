"""The file of a dispute: whose it is, its parties, its documents, the cases before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Subquery

from district.kernel.cases.public import (
    Case,
    CaseLink,
    CoUnit,
    case_for,
    owned,
    said,
    type_of,
    visible_q,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, permitted
from district.systems.disputes.models import CaseParty, Centre, Document
from district.systems.disputes.names import TYPES
from district.systems.disputes.rules.carrying import Way, ways_from
from district.systems.disputes.rules.documents import KINDS, Kind, kinds_of
from district.systems.disputes.rules.neutral import part_word


def owned_by(case: Case) -> Owned:
    """To whom a case belongs, as far as rights go. One query; the lead unit must be loaded."""
    return owned(case, list(CoUnit.objects.filter(case=case)))


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party without its name: the word of its part and whether it is a person."""

    word: str
    kind: str
    is_unnamed: bool
    is_erased: bool


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A document with the name of its kind."""

    row: Document
    name: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A case before or after this one, where it stands, and by which way it was carried on."""

    case: Case
    type_label: str
    stage: str
    kind: str
    is_before: bool


@dataclass(frozen=True)
class DisputeFile:
    """All that belongs to a case besides its course."""

    case: Case
    type_label: str
    parties: tuple[PartyLine, ...]
    papers: tuple[PaperLine, ...]
    kinds: tuple[Kind, ...]
    ways: dict[str, Way]
    linked: tuple[Linked, ...]
    hidden: int
    handles: bool
    centre: str


def dispute_file(case_id: UUID | str, actor: Actor) -> DisputeFile:
    """The file of a case; NotFound where the actor may not see it. Six queries."""
    case = case_for(case_id, actor)
    on = owned_by(case)
    handles = permitted(actor, "disputes.party.read", on)
    linked, hidden = _linked(case, actor)
    parties, centre = parties_and_centre(case)
    gone = {one.case.type_key for one in linked if not one.is_before}
    ways = ways_from(case.type_key, case.stage, str(case.facts.get("dispute_kind") or ""))
    return DisputeFile(
        case=case,
        type_label=said(type_of(case).label),
        parties=tuple(parties),
        papers=tuple(_papers(case)) if handles else (),
        kinds=tuple(kinds_of(case.type_key, case.stage)) if handles else (),
        ways={key: way for key, way in ways.items() if handles and key not in gone},
        linked=linked,
        hidden=hidden,
        handles=handles,
        centre=centre,
    )


def parties_and_centre(case: Case) -> tuple[list[PartyLine], str]:
    """The parties without their names, and what the chosen centre is called. One query."""
    named = Centre.objects.filter(code=str(case.facts.get("centre") or "")).values("name")[:1]
    rows = CaseParty.objects.filter(case=case).select_related("party")
    found = list(rows.annotate(centre_name=Subquery(named)))
    return _lines(found), (found[0].centre_name or "") if found else ""


def _lines(rows: Sequence[CaseParty]) -> list[PartyLine]:
    count = {role: sum(row.role == role for row in rows) for role in CaseParty.Role.values}
    return [
        PartyLine(
            part_word(row.role, row.position, count[row.role]),
            str(row.party.get_kind_display()),
            row.party.is_unnamed,
            row.party.erased_at is not None,
        )
        for row in rows
    ]


def _papers(case: Case) -> list[PaperLine]:
    rows = Document.objects.filter(case=case)
    return [PaperLine(row, said(KINDS[row.kind].name)) for row in rows if row.kind in KINDS]


def _linked(case: Case, actor: Actor) -> tuple[tuple[Linked, ...], int]:
    """The cases before and after that the actor may see, and how many more there are."""
    rows = CaseLink.objects.filter(Q(before=case) | Q(after=case)).select_related("before", "after")
    links = list(rows.order_by("at"))
    if not links:
        return (), 0
    others = [link.after_id if link.before_id == case.pk else link.before_id for link in links]
    seen = set(
        Case.objects.filter(visible_q(actor, TYPES), pk__in=others).values_list("pk", flat=True)
    )
    found = []
    for link in links:
        is_before = link.after_id == case.pk
        other = link.before if is_before else link.after
        if other.pk in seen:
            declared = type_of(other)
            stage = said(declared.stages[other.stage].label)
            found.append(Linked(other, said(declared.label), stage, link.kind, is_before))
    return tuple(found), len(links) - len(found)
