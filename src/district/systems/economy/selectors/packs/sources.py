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
from district.systems.economy.selectors.packs.changes import (
    member_of,
    recomputed_text,
    replaced_text,
    revised_text,
)
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
    """One number of a pack; at most four statements. NotFound where there is none."""
    row = PackFigure.objects.select_related("pack__meeting", "series").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这个数。"))
    refs = [ref.split(":") for ref in row.rests_on]
    content: Content = row.pack.content
    values = list(
        SeriesValue.objects.filter(pk__in=[one[1] for one in refs if one[0] == "v"])
        .select_related("series", "superseded_by")
        .order_by("period_end", "industry", "street", "id")
    )
    targets = list(
        Decomposition.objects.filter(
            pk__in=[one[1] for one in refs if one[0] == "d"]
        ).select_related("series")
    )
    used = {one[1]: int(one[2]) for one in refs if one[0] == "n"}
    nowcasts = [
        (one, used[str(one.pk)], one.version == used[str(one.pk)])
        for one in Nowcast.objects.filter(pk__in=list(used))
    ]
    return FigureDetail(
        row,
        tuple(_source(one, content) for one in values),
        tuple(targets),
        tuple(nowcasts),
        (
            *(revised_text(one, content) for one in values if not one.is_current),
            *(
                replaced_text(one.number, None)
                for one in targets
                if one.state != Decomposition.State.APPROVED
            ),
            *(recomputed_text(one.computed_at) for one, _used, holds in nowcasts if not holds),
        ),
    )


def _source(row: SeriesValue, content: Content) -> ValueSource:
    return ValueSource(
        f"{period_label(row)} {member_of(row, content)}",
        row,
        vintage_figure(row, "value", row.series.unit) if row.value is not None else None,
        vintage_figure(row, "growth", "%") if row.growth is not None else None,
    )
