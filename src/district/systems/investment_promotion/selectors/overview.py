"""The numbers of the overview: where projects stand, by source, chain and unit; each opens rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import case_type_of, days_q, said, units_kept
from district.kernel.history.public import Actor
from district.kernel.registers.public import Figure
from district.systems.investment_promotion.models import Project, Visit
from district.systems.investment_promotion.names import (
    ALONE,
    MERGED,
    PROJECTS,
    TYPE,
    VISITS,
    WAY,
)
from district.systems.investment_promotion.rules.landing import BANDS
from district.systems.investment_promotion.selectors.rights import projects_seen, visits_seen
from district.systems.investment_promotion.selectors.settings import chain_label, source_label

#: Stages in which a project is under way, rests or waits, in the order of the page.
_STANDING = (*WAY[:-1], "recheck", "shelved")


@dataclass(frozen=True)
class Line:
    """A source, a link of the chain or a unit: its projects under way, signed, landed, lost this
    year, and those overdue."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Overview:
    """What the page shows; `funnel` is a chart."""

    stats: tuple[Figure, ...]
    funnel: dict[str, Any]
    standing: tuple[Figure, ...]
    bands: tuple[Figure, ...]
    tables: tuple[tuple[str, str, tuple[Line, ...]], ...]


def overdue_where() -> str:
    """Whose time to be followed up is over, as a condition over the register."""
    now = timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")
    return f'category = "open" and due_at < {now}'


def _overdue_q() -> Q:
    now = clock.now().replace(second=0, microsecond=0)
    return Q(case__category="open", case__clock__due_at__lt=now)


def _conditions(first: date) -> dict[str, tuple[str, Q]]:
    """What the lines count, as the register says it and as the database is asked."""
    year, alone = f">= {first.isoformat()}", ~Q(case__stage__in=MERGED)
    return {
        "under_way": (
            f'category in ("open", "paused") and {ALONE}',
            Q(case__category__in=("open", "paused")) & alone,
        ),
        "overdue": (overdue_where(), _overdue_q()),
        "signed": (
            f'signed_on {year} and stage != "lost" and {ALONE}',
            Q(signed_on__gte=first) & ~Q(case__stage__in=("lost", *MERGED)),
        ),
        "landed": (
            f'landed_on {year} and stage = "landed"',
            Q(landed_on__gte=first, case__stage="landed"),
        ),
        "told": (f"told_on {year} and {ALONE}", Q(told_on__gte=first) & alone),
    }


def labels() -> dict[str, str]:
    """What the lines count, in words."""
    return {
        "told": _("本年线索"),
        "under_way": _("在谈"),
        "overdue": _("超期未跟进"),
        "signed": _("本年签约"),
        "landed": _("本年落户"),
    }


def overview(actor: Actor) -> Overview:
    """The page over what the actor may see. Six queries."""
    today = clock.today()
    first = today.replace(month=1, day=1)
    rows, words = projects_seen(actor), labels()
    found = _conditions(first)
    counts = {key: Count("pk", filter=query) for key, (_where, query) in found.items()}
    bands = {name: Count("pk", filter=_band_q(name, first)) for name in BANDS}
    whole = rows.aggregate(
        **counts, **{f"band_{name}": count for name, count in bands.items()},
        agreed=Sum("agreed", filter=found["signed"][1]),
    )  # fmt: skip
    stats = [_figure(key, found[key][0], whole[key], words[key]) for key in words]
    money = Figure(
        PROJECTS,
        found["signed"][0],
        "total:agreed",
        whole["agreed"] or Decimal(0),
        "万元",
        _("本年协议投资额"),
    )
    stats.append(_visits(actor, first, today))
    return Overview(
        tuple(stats),
        *_standing(rows),
        (*(_band(name, first, whole[f"band_{name}"]) for name in BANDS), money),
        tuple(_tables(rows, found, counts)),
    )


def _figure(key: str, where: str, value: int, label: str) -> Figure:
    return Figure(PROJECTS, where, value=value, unit=_("个"), label=label)


def _visits(actor: Actor, first: date, today: date) -> Figure:
    days = f"starts_at >= {first.isoformat()} and starts_at <= {today.isoformat()}"
    held = visits_seen(actor).filter(days_q("starts_at", first, today), state=Visit.State.HELD)
    return Figure(
        VISITS, f'state = "held" and {days}', value=held.count(), unit=_("次"), label=_("本年行程")
    )


def _band_q(name: str, first: date) -> Q:
    least, below = BANDS[name]
    query = Q(landed_on__gte=first, case__stage="landed", counted__gte=least)
    return query & Q(counted__lt=below) if below is not None else query


def band_where(name: str, first: date) -> str:
    """The projects of a band that landed since a day, as a condition over the register."""
    least, below = BANDS[name]
    where = f'landed_on >= {first.isoformat()} and stage = "landed" and counted >= {least}'
    return f"{where} and counted < {below}" if below is not None else where


def _band(name: str, first: date, value: int) -> Figure:
    said_of = {
        "100m": _("亿元以上落户"), "1b_3b": _("10亿至30亿元落户"), "3b": _("30亿元以上落户"),
    }  # fmt: skip
    return _figure(name, band_where(name, first), value, said_of[name])


def _standing(rows: QuerySet[Project]) -> tuple[dict[str, Any], tuple[Figure, ...]]:
    """Where projects stand now, as a chart whose bars open their rows, and as figures."""
    stages = case_type_of(TYPE).stages
    counted = dict(
        rows.order_by().values_list("case__stage").annotate(n=Count("pk")).values_list(
            "case__stage", "n"
        )
    )  # fmt: skip
    figures = tuple(
        _figure(stage, f'stage = "{stage}"', counted.get(stage, 0), said(stages[stage].label))
        for stage in (*_STANDING, "landed", "lost")
    )
    shown = figures[: len(_STANDING)]
    chart = {
        "kind": "bar",
        "horizontal": True,
        "fromZero": True,
        "unit": _("个"),
        "categories": [str(one.label) for one in shown],
        "series": [
            {
                "name": _("现有项目"),
                "values": [one.value for one in shown],
                "urls": [one.url for one in shown],
            }
        ],
    }
    return chart, figures


def _tables(
    rows: QuerySet[Project], found: dict[str, tuple[str, Q]], counts: dict[str, Any]
) -> list[tuple[str, str, tuple[Line, ...]]]:
    tables = []
    kept = units_kept()

    def unit_name(code: str) -> str:
        unit = kept.get(code)
        return unit.display_short if unit else code

    for title, first, column, field, name_of in (
        (_("按来源"), _("线索来源"), "source", "source", source_label),
        (_("按产业链环节"), _("产业链环节"), "chain", "chain", chain_label),
        (_("按跟进单位"), _("单位"), "case__lead_unit_id", "lead_unit", unit_name),
    ):
        lines = rows.order_by().values(column).annotate(n=Count("pk"), **counts)
        tables.append(
            (
                title,
                first,
                tuple(
                    _line(name_of(str(line[column])), f'{field} = "{line[column]}"', line, found)
                    for line in sorted(lines, key=lambda one: (-one["n"], str(one[column])))
                ),
            )
        )
    return tables


def _line(name: str, own: str, line: Any, found: dict[str, tuple[str, Q]]) -> Line:
    return Line(
        name,
        tuple(_figure(key, f"{own} and {found[key][0]}", line[key], name) for key in labels()),
    )
