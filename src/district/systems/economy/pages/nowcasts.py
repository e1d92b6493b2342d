"""A kept nowcast as the page of its series shows it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.registers.public import Figure
from district.systems.economy.figures import nowcast_figure
from district.systems.economy.models import Nowcast, Series
from district.systems.economy.rules.nowcasting import needed
from district.systems.economy.selectors.nowcasts import Kept
from district.systems.economy.selectors.settings import dimension_label, member_label
from district.systems.economy.words import model_label, months, nowcast_note

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class ModelLine:
    """A model: its own outturn (growth in percent of a series of growth alone), its weight and its
    past error, both in percent."""

    name: str
    value: Decimal | None
    weight: Decimal
    error: Decimal | None


@dataclass(frozen=True)
class MemberLine:
    """A member of a dimension: its outturn with the interval, and its growth in percent."""

    name: str
    level: Decimal
    low: Decimal | None
    high: Decimal | None
    growth: Decimal | None


@dataclass(frozen=True)
class Shown:
    """A nowcast in words and numbers.

    `needed` is the growth that the target asks of the open months, in percent; `models_unit` the
    unit of the models' values; `members` are dimension, lines and what published figures do not
    add up by.
    """

    row: Nowcast
    stale: bool
    problem: str
    after: str
    level: Figure | None
    growth: Figure | None
    chance: Figure | None
    needed: Decimal | None
    share: Decimal
    notes: tuple[str, ...]
    models: tuple[ModelLine, ...]
    models_unit: str
    places: int
    members: tuple[tuple[str, tuple[MemberLine, ...], Decimal], ...]


def shown_nowcast(series: Series, kept: Kept) -> Shown:
    """What the page shows of a kept nowcast; no statement."""
    row, name = kept.row, series.display_name
    problem, levels = dict(row.problem), series.has_levels
    return Shown(
        row=row,
        stale=kept.stale,
        problem=nowcast_note(problem["key"], problem["values"]) if problem else "",
        after=_months_known(row.after),
        level=nowcast_figure(row, "level", series.unit, name) if levels else None,
        growth=nowcast_figure(row, "growth", "%", name),
        chance=nowcast_figure(row, "chance", "%", name),
        needed=_needed(kept),
        share=row.share * _HUNDRED,
        notes=tuple(_notes(series, row)),
        models=tuple(_models(row, levels=levels)),
        models_unit=series.unit if levels else "%",
        places=series.places if levels else 1,
        members=tuple(
            (
                dimension_label(dimension),
                tuple(_member(dimension, key, one) for key, one in group.items()),
                Decimal(row.differences.get(dimension, "0")),
            )
            for dimension, group in row.members.items()
        ),
    )


def _needed(kept: Kept) -> Decimal | None:
    """The growth that the target still asks of the open months, in percent."""
    outturn = kept.outturn
    if outturn is None or kept.row.target is None:
        return None
    found = needed(outturn, kept.row.target)
    return None if found is None else found.growth


def _months_known(after: int) -> str:
    if not after:
        return _("本年还没有公布")
    return _("已公布%(months)s") % {"months": months(1, after)}


def _notes(series: Series, row: Nowcast) -> list[str]:
    found = [nowcast_note(one["key"], one["values"]) for one in row.notes]
    if series.prices == Series.Prices.COMPARABLE and series.has_levels:
        found.insert(0, _("总量按可比价，与目标分解一致，和现价公布数不同。"))
    return found


def _models(row: Nowcast, *, levels: bool) -> list[ModelLine]:
    found = []
    for one in sorted(row.parts, key=lambda part: -Decimal(part["weight"])):
        value: Decimal | None = Decimal(one["level"])
        if not levels and value is not None:
            value = (value / row.base - 1) * _HUNDRED if row.base else None
        error = None if one["error"] is None else Decimal(one["error"]) * _HUNDRED
        weight = Decimal(one["weight"]) * _HUNDRED
        found.append(ModelLine(model_label(one["model"]), value, weight, error))
    return found


def _member(dimension: str, key: str, one: dict[str, str | None]) -> MemberLine:
    low, high, growth = (
        None if one[name] is None else Decimal(str(one[name])) for name in ("low", "high", "growth")
    )
    return MemberLine(member_label(dimension, key), Decimal(str(one["level"])), low, high, growth)
