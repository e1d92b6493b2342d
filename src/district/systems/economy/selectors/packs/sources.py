"""On what a number of a pack rests."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.registers.public import Figure
from district.systems.economy.figures import vintage_figure
from district.systems.economy.models import Decomposition, Nowcast, PackFigure, SeriesValue
from district.systems.economy.rules.packs import Content
from district.systems.economy.selectors.packs.changes import changes_since
from district.systems.economy.selectors.settings import member_label
from district.systems.economy.words import period_label


@dataclass(frozen=True)
class ValueSource:
    """A vintage that a number rests on: what it is of, its numbers, each opening its row as it was
    told, and whether it was revised since."""

    name: str
    row: SeriesValue
    value: Figure | None
    growth: Figure | None


@dataclass(frozen=True)
class FigureDetail:
    """A number with everything that it rests on; `stale` says what changed since. `nowcasts` are
    rows with the version that was used and whether it still stands."""

    row: PackFigure
    values: tuple[ValueSource, ...]
    decompositions: tuple[Decomposition, ...]
    nowcasts: tuple[tuple[Nowcast, int, bool], ...]
    stale: tuple[str, ...]


def figure_detail(key: UUID) -> FigureDetail:
    """One number of a pack; at most seven statements. NotFound where there is none."""
    rows = PackFigure.objects.select_related("pack__meeting", "series", "nowcast")
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这个数。"))
    refs = [ref.split(":") for ref in row.rests_on]
    values = SeriesValue.objects.filter(pk__in=[one[1] for one in refs if one[0] == "v"])
    targets = Decomposition.objects.filter(pk__in=[one[1] for one in refs if one[0] == "d"])
    used = {one[1]: int(one[2]) for one in refs if one[0] == "n"}
    nowcasts = Nowcast.objects.filter(pk__in=list(used)) if used else []
    changes = changes_since(row.pack, row.pack.meeting.year, _without_decisions(row.pack.content))
    return FigureDetail(
        row,
        tuple(
            _source(one)
            for one in values.select_related("series").order_by(
                "period_end", "industry", "street", "id"
            )
        ),
        tuple(targets.select_related("series")),
        tuple((one, used[str(one.pk)], one.version == used[str(one.pk)]) for one in nowcasts),
        tuple(changes.by_ref[ref] for ref in row.rests_on if ref in changes.by_ref),
    )


def _source(row: SeriesValue) -> ValueSource:
    member = member_label("industry", row.industry) if row.industry else ""
    if row.street:
        member = member_label("street", row.street)
    name = f"{period_label(row)} {member or _('全区')}"
    return ValueSource(
        name,
        row,
        vintage_figure(row, "value", row.series.unit) if row.value is not None else None,
        vintage_figure(row, "growth", "%") if row.growth is not None else None,
    )


def _without_decisions(content: Content) -> Content:
    found = content.copy()
    found["decisions"] = []
    return found
