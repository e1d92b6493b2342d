"""Conversion of leads by month, source, unit or chain, as its page and its files show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import case_type_of, said, units_kept
from district.kernel.history.public import Actor
from district.kernel.registers.public import Figure
from district.systems.investment_promotion.names import ALONE, MERGED, PROJECTS, TYPE
from district.systems.investment_promotion.rules.conversion import (
    Conversion,
    Track,
    cohorts,
    conversion,
)
from district.systems.investment_promotion.selectors.rights import projects_seen
from district.systems.investment_promotion.selectors.settings import chain_label, source_label
from district.systems.investment_promotion.selectors.standing import REACHED, with_reached

#: The conversion is estimated for so many days after the lead.
WITHIN_DAYS = 180
#: What cohorts are made by, and the register's field.
BY = ("month", "source", "unit", "chain")
_FIELD = {"source": "source", "unit": "lead_unit", "chain": "chain"}


@dataclass(frozen=True)
class Cell:
    """How a cohort converts to a stage; the number of those who reached it opens them."""

    figure: Figure
    share: str
    days: str
    within: str


@dataclass(frozen=True)
class CohortLine:
    """A cohort: its name, its leads, those still under way and lost, and a cell a stage."""

    name: str
    leads: Figure
    under_way: Figure
    lost: Figure
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Cohorts:
    """What the page shows: the stages in words, all leads, and the cohorts."""

    by: str
    stages: tuple[str, ...]
    whole: CohortLine
    lines: tuple[CohortLine, ...]


def tracks_of(actor: Actor) -> list[Track]:
    """The ways of the projects that the actor may see, but for those merged into others; watched
    until today, or until they were over. One query."""
    today = clock.today()
    columns = [f"{stage}_at" for stage in REACHED]
    rows = with_reached(projects_seen(actor).exclude(case__stage__in=MERGED)).order_by("pk")
    found = rows.values_list(
        "told_on",
        "case__stage",
        "case__closed_at",
        "source",
        "case__lead_unit_id",
        "chain",
        *columns,
    )
    return [
        Track(
            told=told,
            until=max(today, told),
            reached={stage: _local(at) for stage, at in zip(REACHED, reached, strict=True) if at},
            lost=_local(closed) if stage == "lost" and closed else None,
            source=source,
            unit=unit,
            chain=chain,
        )
        for told, stage, closed, source, unit, chain, *reached in found
    ]


def _local(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def cohort_table(actor: Actor, by: str) -> Cohorts:
    """The conversion of what the actor may see. Two queries."""
    tracks = tracks_of(actor)
    stages = case_type_of(TYPE).stages
    name_of = _names(by)
    lines = tuple(
        _line(name_of(key), _where(by, key), group) for key, group in cohorts(tracks, by).items()
    )
    return Cohorts(
        by,
        tuple(said(stages[stage].label) for stage in REACHED),
        _line(_("合计"), ALONE, tracks),
        lines,
    )


def _names(by: str) -> Callable[[str], str]:
    if by == "unit":
        kept = units_kept()
        return lambda code: kept[code].display_short if code in kept else code
    named: dict[str, Callable[[str], str]] = {"source": source_label, "chain": chain_label}
    return named.get(by, str)


def _where(by: str, key: str) -> str:
    own = f'{_FIELD[by]} = "{key}"' if by in _FIELD else _month(key)
    return f"{own} and {ALONE}"


def _month(key: str) -> str:
    first = date.fromisoformat(f"{key}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return f"told_on >= {first.isoformat()} and told_on < {after.isoformat()}"


def _line(name: str, where: str, tracks: list[Track]) -> CohortLine:
    found = [conversion(tracks, stage, WITHIN_DAYS) for stage in REACHED]
    lost = sum(track.lost is not None for track in tracks)
    open_ones = sum(track.lost is None and not _is_landed(track) for track in tracks)
    return CohortLine(
        name,
        _figure(where, len(tracks), name),
        _figure(f'{where} and not landed_at known and stage != "lost"', open_ones, name),
        _figure(f'{where} and stage = "lost"', lost, name),
        tuple(_cell(where, one, name) for one in found),
    )


def _is_landed(track: Track) -> bool:
    return "landed" in track.reached


def _figure(where: str, value: int, name: str) -> Figure:
    return Figure(PROJECTS, where, value=value, unit=_("个"), label=name)


def _cell(where: str, found: Conversion, name: str) -> Cell:
    return Cell(
        _figure(f"{where} and {found.stage}_at known", found.reached, name),
        percent_words(found.share),
        "—" if found.median_days is None else f"{float(found.median_days):g}",
        percent_words(found.within),
    )


def percent_words(share: Fraction | None) -> str:
    """A share in percent as it is shown, one place; a dash where there is none."""
    return "—" if share is None else f"{float(share * 100):.1f}%"
