"""Annual targets are drafted, taken apart and set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.economy.models import Decomposition, DecompositionCell, Series
from district.systems.economy.names import PROPOSE, decomposition_subject
from district.systems.economy.rules.decomposition.bounds import Frame
from district.systems.economy.rules.decomposition.cube import Decomposed, decomposed
from district.systems.economy.rules.decomposition.pattern import level as level_from
from district.systems.economy.rules.decomposition.pattern import level_of, quanta
from district.systems.economy.rules.decomposition.tables import Floats
from district.systems.economy.rules.decomposition.wishes import (
    MOST,
    InfeasibleError,
    Node,
    Wish,
)
from district.systems.economy.rules.settings import DIMENSIONS
from district.systems.economy.selectors.patterns import Pattern, pattern_of
from district.systems.economy.selectors.rights import decomposition_for, owned_series
from district.systems.economy.words import conflict_text, node_label

State = Decomposition.State
_MOST_WISHES = 500
_MOST_STEPS = 50


@transaction.atomic
def draft_decomposition(
    series: Series,
    year: int,
    growth: Decimal | None,
    *,
    base: Decimal | None = None,
    level: Decimal | None = None,
    note: str = "",
    copy: Decomposition | None = None,
    actor: Actor,
) -> Decomposition:
    """Draft a year's target and take it apart by last year's pattern.

    The target is a growth in percent over the comparable base (as known where `base` is not
    given), made a level in one step, or a `level` itself. Of a series without levels it stays a
    growth. `copy` hands its wishes on. Raises NotPermitted, and Invalid naming the field.
    """
    authorise(actor, PROPOSE, owned_series(series))
    pattern = pattern_of(series, year)
    base = pattern.base if base is None else base
    level = _level(series, growth, base, level)
    known = Decomposition.objects.select_for_update().filter(series=series, year=year)
    row = Decomposition(
        series=series,
        year=year,
        number=max((one.number for one in known), default=0) + 1,
        growth=growth,
        base=base,
        level=level,
        wishes=list(copy.wishes) if copy and level is not None else [],
        note=note.strip()[:400],
        made_by=actor.name[:80],
        made_by_id=str(actor.id),
        made_at=clock.now(),
        drawn_at=clock.now(),
    )
    result = None if level is None else _computed(row, pattern)
    row.save()
    if result is not None:
        _keep(row, result, pattern)
    tell(row, "drafted", {"wishes": row.wishes}, actor)
    return row


def _level(
    series: Series, growth: Decimal | None, base: Decimal | None, level: Decimal | None
) -> Decimal | None:
    if growth is None and level is None:
        raise Invalid("growth", _("没有写目标。"), _("请填写增速目标或目标总量。"))
    if growth is not None and not -100 < growth < 1000:
        raise Invalid("growth", _("增速目标不合理。"), _("请填写百分数，例如 8。"))
    if base is not None and base <= 0:
        raise Invalid("base", _("同口径基数要大于0。"), _("请核对基数，或留空。"))
    if level is None and growth is not None:
        if base is None:
            if not series.has_levels:
                return None
            raise Invalid(
                "base",
                _("不知道上年的同口径基数，增速目标换算不成总量。"),
                _("请填写同口径基数，或先导入上年数据。"),
            )
        level = level_of(base, growth, series.places)
    if level is not None and not 0 < quanta(level, series.places) <= MOST:
        raise Invalid("level", _("目标总量不合理。"), _("请核对数字和单位。"))
    return level


def _computed(row: Decomposition, pattern: Pattern) -> Decomposed:
    """The decomposition under its wishes. Raises Invalid that says which cannot be met."""
    series = row.series
    if not pattern.bases.any():
        raise Invalid(
            "year",
            _("没有%(year)s年的数据，不知道按什么分解。") % {"year": row.year - 1},
            _("请先导入上年各期数据。"),
        )
    target = quanta(row.level or Decimal(0), series.places)
    try:
        return decomposed(
            target,
            _comparable(row, pattern),
            pattern.frame,
            [_wish(one, series) for one in row.wishes],
            calendar=pattern.calendar,
        )
    except InfeasibleError as error:
        said = _("；").join(conflict_text(series, one) for one in error.conflicts[:5])
        raise Invalid(
            "value",
            _("这样分不下去：%(said)s。") % {"said": said},
            _("请改小或放开其中的数，其余的数不会被改动。"),
        ) from error


def _wish(one: Mapping[str, Any], series: Series) -> Wish:
    node = node_of(series, one)
    return Wish(node, one["kind"], quanta(Decimal(one["value"]), series.places))


def node_of(series: Series, one: Mapping[str, Any]) -> Node:
    """The node of a kept wish, whose members are named by their dimensions."""
    members = [str(one.get(name, "")) for name in series.dimensions]
    members += [""] * (2 - len(members))
    return Node(int(one["first"]), int(one["last"]), members[0], members[1])


def _comparable(row: Decomposition, pattern: Pattern) -> Floats:
    """Last year's values as they are counted now: brought to the comparable base."""
    whole = float(pattern.bases.sum())
    return pattern.bases * (float(row.base) / whole if row.base is not None else 1.0)


def _keep(row: Decomposition, result: Decomposed, pattern: Pattern) -> None:
    series, frame = row.series, pattern.frame
    names = list(series.dimensions)
    known = row.base is not None
    bases = np.round(_comparable(row, pattern), series.places) if known else None
    rows = []
    for (i, k, p), value in np.ndenumerate(result.cells):
        named = dict(zip(names, (frame.primary[i], frame.secondary[k]), strict=False))
        first, last = frame.periods[p]
        rows.append(
            DecompositionCell(
                decomposition=row,
                first_month=first,
                last_month=last,
                value=level_from(int(value), series.places),
                base=None if bases is None else Decimal(str(bases[i, k, p])),
                **named,
            )
        )
    row.cells.all().delete()
    DecompositionCell.objects.bulk_create(rows, batch_size=1000)


def tell(row: Decomposition, what: str, data: Mapping[str, Any], actor: Actor) -> None:
    """Put in history what was done with a decomposition."""
    told = {
        "series": row.series_id, "year": row.year, "number": row.number,
        "growth": None if row.growth is None else str(row.growth),
        "level": None if row.level is None else str(row.level), **data,
    }  # fmt: skip
    kind = f"economy.decomposition.{what}"
    record(decomposition_subject(row.pk), kind, told, actor=actor, note=row.note)


def for_change(key: object, seen: int | None, actor: Actor) -> Decomposition:
    """A draft that the actor may change; Conflict where it is none or not the one that was seen."""
    row = decomposition_for(key)
    authorise(actor, PROPOSE, owned_series(row.series))
    if seen is not None and row.version != seen:
        raise Conflict(_("这个分解刚被别人修改过。请刷新后再试。"))
    if not row.is_open:
        raise Conflict(_("送审或审定后的分解不能再改。请另起一版。"))
    return row


@transaction.atomic
def set_cell(
    key: object,
    node: Mapping[str, Any],
    kind: str,
    value: Decimal,
    *,
    seen: int | None = None,
    actor: Actor,
) -> Decomposition:
    """Set a number by hand: `kind` "fixed" stays as it is, "floor" is not fallen below.

    `node` is {first, last, industry, street}, months and members, "" for the whole; `value` in the
    unit of the series. Everything else is taken apart anew around it. Raises Conflict where it was
    changed meanwhile or is no draft, Invalid where there is no such number or the wishes cannot
    all be met: then nothing has changed.
    """
    row = for_change(key, seen, actor)
    if row.level is None:
        raise Conflict(_("只有增速的指标没有总量，不能分解。"))
    if kind not in ("fixed", "floor"):
        raise Invalid("kind", _("选项不对。"), _("请选择“定死”或“不低于”。"))
    if not value.is_finite() or value < 0 or quanta(value, row.series.places) > MOST:
        raise Invalid("value", _("数值不合理。"), _("请填写不小于0的数，单位与指标相同。"))
    place: dict[str, Any] = {name: str(node.get(name, "")) for name in DIMENSIONS}
    place |= {"first": int(node["first"]), "last": int(node["last"])}
    wish = {**place, "kind": kind, "value": str(round(value, row.series.places))}
    others = [one for one in row.wishes if not _is_at(one, place)]
    if len(others) >= _MOST_WISHES:
        raise Invalid("value", _("手工设定的数太多。"), _("请先放开一些。"))
    return _changed(row, [*others, wish], actor)


def _is_at(wish: Mapping[str, Any], place: Mapping[str, Any]) -> bool:
    return all(wish[name] == place[name] for name in ("industry", "street", "first", "last"))


@transaction.atomic
def free_cell(
    key: object, node: Mapping[str, Any], *, seen: int | None = None, actor: Actor
) -> Decomposition:
    """Take back what was set at a place. Raises as `set_cell`, Conflict where nothing was set."""
    row = for_change(key, seen, actor)
    place: dict[str, Any] = {name: str(node.get(name, "")) for name in DIMENSIONS}
    place |= {"first": int(node["first"]), "last": int(node["last"])}
    left = [one for one in row.wishes if not _is_at(one, place)]
    if len(left) == len(row.wishes):
        raise Conflict(_("这里没有手工设定的数。"))
    return _changed(row, left, actor)


@transaction.atomic
def undo_step(key: object, *, seen: int | None = None, actor: Actor) -> Decomposition:
    """Take back the last change of the numbers set by hand. Conflict where there is none."""
    row = for_change(key, seen, actor)
    if not row.undone:
        raise Conflict(_("没有可以撤销的改动。"))
    *left, before = row.undone
    return _changed(row, before, actor, undone=left)


def _changed(
    row: Decomposition,
    wishes: list[dict[str, Any]],
    actor: Actor,
    *,
    undone: list[Any] | None = None,
) -> Decomposition:
    steps = [*row.undone, list(row.wishes)][-_MOST_STEPS:]
    before = list(row.wishes)
    row.wishes = wishes
    pattern = pattern_of(row.series, row.year)
    _check_places(row, pattern.frame)
    result = _computed(row, pattern)
    row.undone = steps if undone is None else undone
    row.drawn_at = clock.now()
    save_versioned(row, ["wishes", "undone", "drawn_at"])
    _keep(row, result, pattern)
    tell(row, "changed", {"before": before, "wishes": wishes}, actor)
    return row


def _check_places(row: Decomposition, frame: Frame) -> None:
    """Every wish must be on a number that the series has."""
    series = row.series
    for one in row.wishes:
        node = node_of(series, one)
        lost = [name for name in DIMENSIONS if one[name] and name not in series.dimensions]
        if lost or not frame.has(node):
            raise Invalid(
                "value",
                _("“%(node)s”不能单独设定。") % {"node": node_label(series, node)},
                _("请改设它的全年数，或它下面的各项。"),
            )
