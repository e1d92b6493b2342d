"""What happened just now and today: the newest moves, what came in and was closed by the hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case as When
from django.db.models import Count, F, IntegerField, Q, Value
from django.db.models import When as Is
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.recent import kept_for
from district.kernel.cases.public import (
    Case,
    CaseStep,
    case_types,
    case_url,
    days_condition,
    days_q,
    said,
    units_kept,
    visible_cases,
    visible_q,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Unit
from district.kernel.registers.public import Figure
from district.systems.operations_centre.board.rules import By
from district.systems.operations_centre.board.selectors.figures import figure, where_unit

#: Of so many newest steps, whatever they are of, those are shown that the viewer may see.
_LOOKED_AT = 400
_SHOWN = 12
_RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MoveMade:
    """A line of the ticker: when, which case, what was done, whose it is."""

    at: datetime
    number: str
    url: str
    type_label: str
    unit: str
    did: str
    light: str


def newest_moves(actor: Actor, unit: Unit, by: By) -> list[MoveMade]:
    """The newest moves of the last hour that `actor` may see, of cases that a unit leads, with what
    came in there; newest first.

    One query, once a minute two. It looks at the newest steps of all cases alone, so that it costs
    the same however many there are.
    """
    oldest, since = oldest_looked_at(), clock.now() - _RECENT
    newest = Q(pk__gte=oldest) if oldest else Q()
    moved = (
        CaseStep.objects.filter(newest, at__gte=since)
        .filter(case__in=visible_cases(actor).order_by().values("pk"))
        .filter(case__lead_unit__path__startswith=unit.path)
        .order_by()
        .annotate(made=F("pk"))
        .values_list("at", "made", "action", *(f"case__{name}" for name in _COLUMNS))
    )
    came = Case.objects.filter(visible_q(actor)).filter(_under(unit, by), reported_at__gte=since)
    latest = came.order_by("-reported_at", "-pk").values("pk")[:_SHOWN]
    arrived = (
        Case.objects.filter(pk__in=latest)
        .order_by()
        .annotate(at=F("reported_at"), made=F("pk"), action=Value("report"))
        .values_list("at", "made", "action", *_COLUMNS)
    )
    known = units_kept()
    rows = moved.union(arrived, all=True).order_by("-at", "-made")[:_SHOWN]
    return [_move(at, action, row, known) for at, _made, action, *row in rows]


@kept_for(60)
def oldest_looked_at() -> UUID | None:
    """The first of the newest steps, None where all are looked at.

    Asked by itself: as a part of the other query it let the database begin with all steps of the
    hour. A minute later there are some more behind it, which does no harm.
    """
    keys = CaseStep.objects.order_by("-pk").values_list("pk", flat=True)
    return keys[_LOOKED_AT - 1 : _LOOKED_AT].first()


#: What a line of the ticker is made of, of its case.
_COLUMNS = ("pk", "number", "type_key", "lead_unit", "clock__light")


def _move(at: datetime, action: str, row: Sequence[Any], known: Mapping[str, Unit]) -> MoveMade:
    case, number, type_key, lead, light = row
    case_type = next((one for one in case_types() if one.key == type_key), None)
    move = case_type.moves.get(action) if case_type else None
    return MoveMade(
        at=at,
        number=number,
        url=case_url(case),
        type_label=said(case_type.label) if case_type else type_key,
        unit=known[lead].display_short if lead in known else lead,
        did=said(move.label) if move else _other(action),
        light=light or "none",
    )


def _other(action: str) -> str:
    words = {"report": _("新登记"), "join": _("又有人反映"), "import": _("导入")}
    return words.get(action, action)


@dataclass(frozen=True)
class Today:
    """What came in and what was closed today, in all and by the hour up to now."""

    received: Figure
    closed: Figure
    hours: tuple[tuple[str, Figure, Figure], ...]
    chart: dict[str, Any]


def today_of(actor: Actor, unit: Unit, by: By) -> Today:
    """Today's inflow and outflow of a unit, as `actor` may see it. One query, which counts by the
    hour in the database: of a thousand cases that came today no row is read."""
    day, now = clock.today(), timezone.localtime(clock.now())
    came, went = days_q("reported_at", day, day), days_q("closed_at", day, day)
    # Spelled as the index of closed cases is: nothing of today has been anonymised.
    went &= Q(category=Case.Category.DONE, anonymised_at=None)
    rows = Case.objects.filter(visible_q(actor)).filter(_under(unit, by)).order_by()
    hours = rows.filter(came | went).values_list(
        _hour_of(came, "reported_at"), _hour_of(went, "closed_at")
    )
    received, closed = [0] * 24, [0] * 24
    for came_at, went_at, count in hours.annotate(n=Count("*")):
        if came_at is not None:
            received[came_at] += count
        if went_at is not None:
            closed[went_at] += count
    mine = where_unit(unit, by)

    lines, came_word, went_word = [], _("新收"), _("结案")
    for hour in range(now.hour + 1):
        words = f"{hour:02d}:00"
        came_q, went_q = (_within(field, day, hour) for field in ("reported_at", "closed_at"))
        lines.append(
            (
                words,
                figure(received[hour], f"{words} {came_word}", came_q, mine),
                figure(closed[hour], f"{words} {_('结案')}", went_q, mine),
            )
        )
    whole = [days_condition(field, day, day) for field in ("reported_at", "closed_at")]
    return Today(
        received=figure(sum(received), _("今日新收"), whole[0], mine),
        closed=figure(sum(closed), _("今日结案"), whole[1], mine),
        hours=tuple(lines),
        chart={
            "kind": "bar",
            "categories": [words for words, _came, _went in lines],
            "series": [
                {
                    "name": came_word,
                    "values": [one.value for _w, one, _o in lines],
                    "urls": [one.url for _w, one, _o in lines],
                },
                {
                    "name": went_word,
                    "values": [one.value for _w, _o, one in lines],
                    "urls": [one.url for _w, _o, one in lines],
                },
            ],
            "unit": _("件"),
            "fromZero": True,
        },
    )


def _hour_of(today: Q, field: str) -> When:
    """The local hour of a moment of today, none of another."""
    return When(Is(today, then=ExtractHour(field)), output_field=IntegerField())


def _within(field: str, day: date, hour: int) -> str:
    """The condition of one hour of a day; a day's last hour ends with the next day."""
    end = f"{day}T{hour + 1:02d}:00" if hour < 23 else f"{day + timedelta(days=1)}T00:00"
    return f"{field} >= {day}T{hour:02d}:00 and {field} < {end}"


def _under(unit: Unit, by: By) -> Q:
    if by == "lead":
        return Q(lead_unit__path__startswith=unit.path)
    return {"street": Q(street_unit=unit.pk), "community": Q(community_unit=unit.pk)}.get(
        unit.level, Q()
    )
