"""The cases that everybody may know of, and what of them: nothing that speaks of a person.

Neither the reporter's words nor the officers' leave the house, for either may name somebody: a
request is described by its matter and its street, its state by the name of the last public step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from district.kernel.cases.public import Case, CaseStep, matter_of, said, type_of
from district.kernel.organisation.public import Unit
from district.systems.appeals.names import TYPE
from district.systems.appeals.open311.catalogue import OTHER, Service, services_list
from district.systems.appeals.open311.rules import MOST

#: Degrees to so many places: a ten-thousandth is ten metres, a thousandth a hundred.
_EXACT, _ROUGH = 6, 3


def public_cases() -> QuerySet[Case]:
    """Cases that are open to the public's eye: nothing sensitive, confidential or about a unit."""
    last = CaseStep.objects.filter(case=OuterRef("pk"), public=True).order_by("-at", "-id")
    return (
        Case.objects.filter(
            type_key=TYPE, is_sensitive=False, is_confidential=False, complained_unit=None
        )
        .select_related("lead_unit", "street_unit", "community_unit")
        .annotate(
            last_action=Subquery(last.values("action")[:1]), last_at=Subquery(last.values("at")[:1])
        )
        .defer("text", "title", "place", "result", "facts")
    )


@dataclass(frozen=True)
class Asked:
    """What requests are asked for; `numbers` overrides the rest."""

    start: datetime
    end: datetime
    statuses: frozenset[str]
    services: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


def requests_for(asked: Asked) -> list[dict[str, Any]]:
    """The newest thousand requests that are asked for, as the standard describes them."""
    rows = public_cases()
    if asked.numbers:
        rows = rows.filter(number__in=[number.upper() for number in asked.numbers])
    else:
        rows = rows.filter(reported_at__gte=asked.start, reported_at__lte=asked.end)
        if asked.statuses == {"closed"}:
            rows = rows.filter(category=Case.Category.DONE)
        elif asked.statuses == {"open"}:
            rows = rows.exclude(category=Case.Category.DONE)
        if asked.services:
            rows = rows.filter(_of_services(asked.services))
    names = {service.code: service for service in services_list()}
    newest = rows.order_by("-reported_at", "-id")[:MOST]
    return [request_out(row, names) for row in newest if not _sensitive(row)]


def _of_services(codes: Iterable[str]) -> Q:
    wanted = set(codes)
    condition = Q(matter__in=sorted(wanted - {OTHER}))
    return condition | Q(matter="") if OTHER in wanted else condition


def request_of(number: str) -> dict[str, Any] | None:
    """One request by its number; None where there is none that is public."""
    row = public_cases().filter(number=number.upper()).first()
    if row is None or _sensitive(row):
        return None
    return request_out(row, {one.code: one for one in services_list()})


def _sensitive(case: Case) -> bool:
    """Whether the catalogue of today calls the case's matter sensitive; when it was chosen the
    catalogue may not have."""
    matter = matter_of(TYPE, case.matter)
    return matter is not None and matter.sensitive


def number_of_key(key: str) -> str:
    """The number of the request that was sent under a key; "" where there is none."""
    found = Case.objects.filter(key=key, type_key=TYPE).values_list("number", flat=True).first()
    return found or ""


def request_out(case: Case, services: dict[str, Service]) -> dict[str, Any]:
    """A case as the standard describes a request."""
    done = case.category == Case.Category.DONE
    updated = (case.closed_at if done else None) or getattr(case, "last_at", None)
    name = _service_name(case, services)
    return {
        "service_request_id": case.number,
        "status": "closed" if done else "open",
        "status_notes": _notes(case),
        "service_name": name,
        "service_code": case.matter or OTHER,
        "description": " · ".join(word for word in (name, _street(case)) if word),
        "agency_responsible": case.lead_unit.display_name if case.dispatched_at else None,
        "service_notice": None,
        "requested_datetime": w3c(case.reported_at),
        "updated_datetime": w3c(updated or case.reported_at),
        "expected_datetime": None,
        "address": _street(case) or None,
        "address_id": None,
        "zipcode": None,
        "lat": _degrees(case, case.lat),
        "long": _degrees(case, case.lon),
        "media_url": None,
    }


def w3c(moment: datetime) -> str:
    """A moment as the standard writes it, in the district's zone, to the second."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _service_name(case: Case, services: dict[str, Service]) -> str:
    known = services.get(case.matter or OTHER)
    if known is not None:
        return known.name
    matter = matter_of(TYPE, case.matter)
    return said(matter.label) if matter else case.matter


def _notes(case: Case) -> str | None:
    """The name of the last step that the public may know of; else where the case stands."""
    case_type = type_of(case)
    move = case_type.moves.get(getattr(case, "last_action", None) or "")
    if move is not None:
        return said(move.label)
    stage = case_type.stages[case.stage]
    return said(stage.public) or None


def _street(case: Case) -> str:
    """The community and the street, from specific to general; never what a person wrote."""
    units: tuple[Unit | None, ...] = (case.community_unit, case.street_unit)
    return ", ".join(unit.display_name for unit in units if unit is not None)


def _degrees(case: Case, value: Any) -> float | None:
    """Where it is: rough while nobody has said what it is, for it may turn out to be sensitive."""
    if value is None:
        return None
    return round(float(value), _EXACT if case.matter else _ROUGH)
