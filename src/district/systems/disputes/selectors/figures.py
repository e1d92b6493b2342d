"""A month's figures of disputes, each opening its rows; and the measures."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from district.kernel.cases.public import (
    Case,
    case_type_of,
    counted_by_unit,
    days_condition,
    days_q,
    known_shares,
    percent,
    register_key,
    said,
    visible_cases,
)
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod, once_a_run
from district.kernel.organisation.public import permitted_somewhere, root_code, units
from district.kernel.registers.public import Figure
from district.systems.disputes.models import Centre
from district.systems.disputes.names import (
    ARBITRATION,
    COURT,
    LEGAL_AID,
    MEDIATION,
    PETITION,
    TYPES,
)

#: The stages in which a mediation stands that ended in an agreement, and those without one.
AGREED = ("agreed", "fulfilled", "breached")
FAILED = ("failed",)
GRANTED = ("granted", "helping", "closed", "ended")
DECIDED = ("settled", "awarded")
#: What counts as done well, for the rate of a type.
_GOOD: Mapping[str, tuple[str, ...]] = {
    MEDIATION: AGREED,
    LEGAL_AID: GRANTED,
    ARBITRATION: DECIDED,
    COURT: (),
    PETITION: (),
}


#: Ends that are none of the unit's own handling.
_GIVEN_UP = ("withdrawn", "declined")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of a type over a stretch of days."""

    reported: int
    finished: int
    good: int
    late: int

    @property
    def in_time(self) -> Decimal | None:
        """Finished in time, in percent of all finished; None where nothing was."""
        return percent(self.finished - self.late, self.finished)

    @property
    def rate(self) -> Decimal | None:
        """Good ends, in percent of all; None where there was no end."""
        return percent(self.good, self.finished)


def _counted(first: date, last: date) -> dict[str, Count]:
    """The counts of any type: what a good end is depends on it."""
    good = Q(pk__in=[])
    for key, stages in _GOOD.items():
        good |= Q(type_key=key, stage__in=stages)
    reported, finished = days_q("reported_at", first, last), days_q("finished_at", first, last)
    # What was withdrawn or declined was not handled to an end of its own.
    finished &= ~Q(stage__in=_GIVEN_UP)
    return {
        "reported": Count("pk", filter=reported),
        "finished": Count("pk", filter=finished),
        "good": Count("pk", filter=finished & good),
        "late": Count("pk", filter=finished & Q(finished_at__gt=F("due_at"))),
    }


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts(row["reported"], row["finished"], row["good"], row["late"])


@dataclass(frozen=True, slots=True)
class Block:
    """A type's figures, each opening its rows, and its rates."""

    label: str
    figures: tuple[tuple[str, Figure], ...]
    rate_label: str
    rate: Decimal | None
    in_time: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit's mediations."""

    label: str
    reported: Figure
    finished: Figure
    agreed: Figure
    rate: Decimal | None


@dataclass(frozen=True)
class Month:
    """The figures of a month."""

    first: date
    last: date
    blocks: tuple[Block, ...]
    by_unit: tuple[UnitLine, ...]


def month_figures(actor: Actor, year: int, month: int) -> Month:
    """The figures of a month over what `actor` may see. Three queries."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    rows = visible_cases(actor, *TYPES).order_by().values("type_key")
    counted = {row["type_key"]: _counts(row) for row in rows.annotate(**_counted(first, last))}
    none = Counts(0, 0, 0, 0)
    blocks = [
        _block(key, counted.get(key, none), first, last)
        for key in TYPES
        if permitted_somewhere(actor, f"cases.{key}.view")
    ]
    return Month(first, last, tuple(blocks), tuple(_by_unit(actor, first, last)))


def _listed(stages: tuple[str, ...]) -> str:
    return "(" + ", ".join(f'"{stage}"' for stage in stages) + ")"


def _over(key: str, first: date, last: date) -> str:
    """Ended in those days, as a condition; it names no stage that the type has not."""
    given_up = tuple(stage for stage in _GIVEN_UP if stage in case_type_of(key).stages)
    ended = days_condition("finished_at", first, last)
    return f"{ended} and not stage in {_listed(given_up)}" if given_up else ended


def _good_labels(key: str) -> tuple[str, str]:
    """What a good end of a type is called, and its rate."""
    return {
        MEDIATION: (_("达成协议"), _("调解成功率")),
        LEGAL_AID: (_("给予援助"), _("援助率")),
        ARBITRATION: (_("裁决和调解"), _("裁决和调解率")),
    }.get(key, ("", ""))


def _finished_label(key: str) -> str:
    return {
        MEDIATION: _("调解办结"),
        LEGAL_AID: _("审查决定"),
        ARBITRATION: _("仲裁结案"),
        COURT: _("移送法院"),
        PETITION: _("信访答复"),
    }[key]


def _block(key: str, counts: Counts, first: date, last: date) -> Block:
    good, rate = _good_labels(key)
    over = _over(key, first, last)
    rows = [
        (_("受理登记"), days_condition("reported_at", first, last), counts.reported),
        (_finished_label(key), over, counts.finished),
        (_("逾期"), f"{over} and finished_late = true", counts.late),
    ]
    if good:
        rows.insert(2, (good, f"{over} and stage in {_listed(_GOOD[key])}", counts.good))
    register = register_key(key)
    return Block(
        label=said(case_type_of(key).label),
        figures=tuple(
            (label, Figure(register, where, value=value, unit=_("件"), label=label))
            for label, where, value in rows
        ),
        rate_label=rate,
        rate=counts.rate if good else None,
        in_time=counts.in_time,
    )


def _by_unit(actor: Actor, first: date, last: date) -> list[UnitLine]:
    if not permitted_somewhere(actor, f"cases.{MEDIATION}.view"):
        return []
    rows = (
        visible_cases(actor, MEDIATION)
        .filter(days_q("reported_at", first, last) | days_q("finished_at", first, last))
        .order_by()
        .values("lead_unit_id", "lead_unit__path")
        .annotate(**_counted(first, last))
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    names = {unit.pk: unit.display_short for unit in units(active=False)} if found else {}
    return [
        _unit_line(row, names.get(row["lead_unit_id"], ""), first, last)
        for row in sorted(found, key=lambda row: (-row["finished"], row["lead_unit_id"]))
    ]


def _unit_line(row: Mapping[str, Any], label: str, first: date, last: date) -> UnitLine:
    counts = _counts(row)
    mine = f'lead_unit = "{row["lead_unit_id"]}"'
    reported = f"{mine} and {days_condition('reported_at', first, last)}"
    over = f"{mine} and {_over(MEDIATION, first, last)}"

    def figure(where: str, value: int) -> Figure:
        return Figure(register_key(MEDIATION), where, value=value, label=label)

    return UnitLine(
        label=label,
        reported=figure(reported, counts.reported),
        finished=figure(over, counts.finished),
        agreed=figure(f"{over} and stage in {_listed(AGREED)}", counts.good),
        rate=counts.rate,
    )


@once_a_run
def _measured(type_key: str, period: StatPeriod) -> dict[str, Counts]:
    """Every lead unit's counts and the whole district's."""
    counted = counted_by_unit(type_key, _counted(period.start, period.end))
    return {unit: _counts(row) for unit, row in counted.items()}


def _finished(type_key: str, period: StatPeriod) -> Mapping[str, Decimal]:
    return {unit: Decimal(row.finished) for unit, row in _measured(type_key, period).items()}


def mediated(period: StatPeriod) -> Mapping[str, Decimal]:
    """Mediations that ended, with an agreement or without, by lead unit; the district's is all."""
    return _finished(MEDIATION, period)


def mediation_success(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of ended mediations that ended in an agreement, in percent."""
    return known_shares({unit: row.rate for unit, row in _measured(MEDIATION, period).items()})


def mediation_in_time(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of mediations that ended within their term, in percent."""
    return known_shares({unit: row.in_time for unit, row in _measured(MEDIATION, period).items()})


def handed_over(period: StatPeriod) -> Mapping[str, Decimal]:
    """Cases handed over to the court."""
    return _finished(COURT, period)


def aid_granted(period: StatPeriod) -> Mapping[str, Decimal]:
    """Applications for legal aid that were granted."""
    return {unit: Decimal(row.good) for unit, row in _measured(LEGAL_AID, period).items()}


def aid_in_time(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of applications for legal aid decided within seven days, in percent."""
    return known_shares({unit: row.in_time for unit, row in _measured(LEGAL_AID, period).items()})


def aid_recovered(period: StatPeriod) -> Mapping[str, Decimal]:
    """Losses recovered by aid cases closed in the period, in ten thousand yuan."""
    rows = Case.objects.filter(
        days_q("closed_at", period.start, period.end), type_key=LEGAL_AID, stage="closed"
    )
    total: dict[str, Decimal] = {}
    for unit, facts in rows.values_list("lead_unit_id", "facts"):
        amount = Decimal(str(facts.get("recovered") or 0)) / 10_000
        for code in {str(unit), root_code()}:
            total[code] = total.get(code, Decimal(0)) + amount
    return total


def arbitrated(period: StatPeriod) -> Mapping[str, Decimal]:
    """Arbitrations that ended, by lead unit."""
    return _finished(ARBITRATION, period)


def arbitration_in_time(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of arbitrations that ended within their term, in percent."""
    return known_shares({unit: row.in_time for unit, row in _measured(ARBITRATION, period).items()})


def petitions_answered(period: StatPeriod) -> Mapping[str, Decimal]:
    """Petitions that were answered, by lead unit."""
    return _finished(PETITION, period)


def petitions_in_time(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of petitions answered within their term, in percent."""
    return known_shares({unit: row.in_time for unit, row in _measured(PETITION, period).items()})


def centres(period: StatPeriod) -> Mapping[str, Decimal]:
    """One-stop centres that there are now; the district's figure alone."""
    return {root_code(): Decimal(Centre.objects.count())}
