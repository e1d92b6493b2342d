"""A kept pack as pages and files show it: every number with what opens it, stale ones named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.public import commitment_url
from district.kernel.tracking.public import reason_texts
from district.systems.economy.models import Pack, PackFigure
from district.systems.economy.rules.packs import (
    BehindPart,
    ChartPart,
    Content,
    DecisionPart,
    IndicatorPart,
    Key,
    MovedPart,
    SupposedPart,
    changed_refs,
)
from district.systems.economy.selectors.packs.changes import Changes, changes_since, member_name
from district.systems.economy.selectors.packs.views import (
    AgendaView,
    BehindView,
    ChartView,
    DecisionView,
    IndicatorView,
    MovedView,
    Number,
    PackView,
    SupposedView,
)
from district.systems.economy.selectors.settings import dimension_label
from district.systems.economy.words import outcome_label


def pack_for(key: object) -> Pack:
    """A pack with its meeting, and the number of the meeting's newest as `newest`; NotFound."""
    newest = (
        Pack.objects.filter(meeting=OuterRef("meeting"))
        .order_by()
        .values("meeting")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    rows = Pack.objects.select_related("meeting__chair").annotate(newest=Subquery(newest))
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这份会议材料。"))
    return found


def pack_view(pack: Pack) -> PackView:
    """A pack and what has changed since; five statements."""
    content: Content = pack.content
    rows = PackFigure.objects.filter(pack=pack).select_related("vintage", "decomposition")
    by_key = {row.key: row for row in rows}
    changes = changes_since(pack, pack.meeting.year, content)
    reader = _Reader(by_key, changes, content)
    indicators = tuple(reader.indicator(part) for part in content["indicators"])
    decisions = tuple(reader.decision(part) for part in content["decisions"])
    told = [row.vintage_at for row in by_key.values() if row.vintage_at is not None]
    return PackView(
        pack=pack,
        newest=int(getattr(pack, "newest", pack.number) or pack.number),
        decisions=decisions,
        indicators=indicators,
        suppositions=tuple(reader.supposed(part) for part in content["suppositions"]),
        agenda=tuple(AgendaView(part) for part in content["agenda"]),
        stale_figures=sum(
            1 for row in by_key.values() if changed_refs(row.rests_on, changes.by_ref)
        ),
        stale=tuple(
            [(one.name, one.stale) for one in indicators if one.stale]
            + [(one.part["text"], (one.now,)) for one in decisions if one.now]
        ),
        vintage=max(told, default=None),
    )


class _Reader:
    """Turns parts into what is shown, given the figures and what has changed."""

    def __init__(self, rows: Mapping[Key, PackFigure], changes: Changes, content: Content) -> None:
        self._rows, self._changes, self._content = rows, changes, content

    def member(self, dimension: str, key: str) -> str:
        return member_name(self._content, dimension, key)

    def number(self, key: Key) -> Number:
        row = self._rows[key]
        refs = changed_refs(row.rests_on, self._changes.by_ref)
        return Number(row, _("；").join(self._changes.by_ref[ref] for ref in refs))

    def maybe(self, key: Key | None) -> Number | None:
        return self.number(key) if key else None

    def indicator(self, part: IndicatorPart) -> IndicatorView:
        refs = list(part["rests_on"])
        for key, row in self._rows.items():
            if key.startswith(f"{part['series']}."):
                refs += row.rests_on
        said = [self._changes.by_ref[ref] for ref in changed_refs(refs, self._changes.by_ref)]
        return IndicatorView(
            part=part,
            figures={name: self.number(key) for name, key in part["figures"].items()},
            reasons=tuple(reason_texts(part["reasons"])),
            stale=(*said, *self._changes.by_series.get(part["series"], ())),
            chart=self._chart(part["chart"], part["unit"]),
            moved=tuple(self._moved(one) for one in part["moved"]),
            behind=tuple(self._behind(one) for one in part["behind"]),
        )

    def _chart(self, part: ChartPart | None, unit: str) -> ChartView | None:
        if part is None:
            return None
        return ChartView(
            unit=part["unit"] or unit,
            spans=tuple((first, last) for first, last in part["spans"]),
            actual=tuple(self.maybe(key) for key in part["actual"]),
            target=tuple(self.maybe(key) for key in part["target"]),
            nowcast=tuple(self.maybe(key) for key in part["nowcast"]),
        )

    def _moved(self, part: MovedPart) -> MovedView:
        dimension = part["dimension"]
        return MovedView(
            dimension=dimension_label(dimension),
            lines=tuple(
                (
                    self.member(dimension, one["member"]) if one["member"] else _("其他和误差"),
                    self.number(str(one["change"])),
                    self.number(str(one["points"])),
                    self.maybe(one["growth"]),
                )
                for one in part["lines"]
            ),
            change=self.number(part["change"]),
            points=self.number(part["points"]),
            missing=tuple(self.member(dimension, key) for key in part["missing"]),
        )

    def _behind(self, part: BehindPart) -> BehindView:
        return BehindView(
            dimension=dimension_label(part["dimension"]),
            name=self.member(part["dimension"], part["member"]),
            actual=self.number(part["actual"]),
            due=self.number(part["due"]),
            gap=self.number(part["gap"]),
            growth=self.maybe(part["growth"]),
        )

    def decision(self, part: DecisionPart) -> DecisionView:
        now = self._changes.outcomes.get(part["id"], part["outcome"])
        commitment = part["commitment"]
        return DecisionView(
            part=part,
            outcome=outcome_label(part["outcome"]),
            reasons=tuple(reason_texts(part["reasons"])),
            now=_("现在：%(outcome)s") % {"outcome": outcome_label(now)}
            if now != part["outcome"]
            else "",
            url=commitment_url(UUID(commitment)) if commitment else "",
        )

    def supposed(self, part: SupposedPart) -> SupposedView:
        return SupposedView(
            part=part,
            growths=tuple(
                (self.member(part["dimension"], key), Decimal(text))
                for key, text in part["growths"].items()
            ),
            level=self.number(part["level"]),
            change=self.number(part["change"]),
            growth=self.maybe(part["growth"]),
        )
