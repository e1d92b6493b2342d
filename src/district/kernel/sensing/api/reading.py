"""Sets and single entities: selected, sorted, cut into pages, with what they are asked to bring.

What is expanded costs one statement for each way, however many entities it is of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from district.kernel.sensing.api import observations
from district.kernel.sensing.api.context import Context, page_link
from district.kernel.sensing.api.entities import TYPES, EntityType, Nav
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.options import Options
from district.kernel.sensing.api.rendering import check_entity, entity_json
from district.kernel.sensing.api.translating import filter_q
from district.kernel.sensing.filtering import Path


def rows_of(context: Context, entity: EntityType, base: Q, options: Options) -> QuerySet[Any]:
    """The rows of a set that the reader sees and the filter selects, in order."""
    rows = entity.model._default_manager.filter(context.sight.of(entity.model)).filter(base)
    if options.filter is not None:
        rows = rows.filter(filter_q(options.filter, entity, context.sight, context.now))
    if entity.related:
        rows = rows.select_related(*entity.related)
    return rows.order_by(*orders(entity, options.orderby))


def orders(entity: EntityType, asked: Sequence[tuple[Path, bool]]) -> list[Any]:
    """What to sort by; the key last, so that pages never overlap."""
    found: list[Any] = []
    for path, descending in asked:
        expression = _order(entity, path)
        found.append(expression.desc() if descending else expression.asc())
    return [*found, "pk"]


def _order(entity: EntityType, path: Path) -> Any:
    names = path.names
    if names in (("id",), ("@iot.id",)):
        return F("pk")
    if len(names) == 2 and names[0] == "properties" and names[1] in entity.reserved:
        return F(entity.reserved[names[1]][0])
    known = entity.property_of(names[0]) if len(names) == 1 else None
    if known is None or known.expression is None:
        status = 400 if len(names) == 1 and known is None and not entity.nav_of(names[0]) else 501
        raise Problem(status, _("$orderby：不能按“%(path)s”排序。") % {"path": str(path)[:80]})
    return known.expression()


def collection(context: Context, entity: EntityType, base: Q, options: Options) -> dict[str, Any]:
    """One page of a set as the standard's JSON."""
    check_entity(options, entity)
    rows = rows_of(context, entity, base, options)
    answer: dict[str, Any] = {}
    if options.count:
        answer["@iot.count"] = rows.order_by().count()
    limit = options.limit
    found = list(rows[options.skip : options.skip + limit + 1]) if limit else []
    if len(found) > limit:
        answer["@iot.nextLink"] = context.next_link(options.skip + limit)
    answer["value"] = rendered(context, entity, found[:limit], options)
    return answer


def one(context: Context, entity: EntityType, base: Q) -> Any:
    """The one row; Problem 404 where the reader sees none."""
    rows = entity.model._default_manager.filter(context.sight.of(entity.model)).filter(base)
    row = rows.select_related(*entity.related).first() if entity.related else rows.first()
    if row is None:
        raise Problem(404, _("没有这个 %(entity)s。") % {"entity": entity.name})
    return row


def rendered(
    context: Context, entity: EntityType, rows: Sequence[Any], options: Options
) -> list[dict[str, Any]]:
    """Rows as JSON with what is expanded."""
    found = [entity_json(context, entity, row, options) for row in rows]
    for name, inner in options.expand.items():
        nav = entity.nav_of(name)
        if nav is None:
            raise Problem(
                400,
                _("$expand：%(entity)s 没有“%(name)s”。")
                % {"entity": entity.name, "name": name[:40]},
            )
        _expand(context, entity, nav, rows, found, inner)
    return found


def _expand(
    context: Context,
    entity: EntityType,
    nav: Nav,
    rows: Sequence[Any],
    found: list[dict[str, Any]],
    options: Options,
) -> None:
    for each in found:
        each.pop(f"{nav.name}@iot.navigationLink", None)
    if nav.target not in TYPES:
        observations.expand(context, entity, rows, found, options)
        return
    target = TYPES[nav.target]
    check_entity(options, target)
    if not rows:
        return
    if nav.own:
        _expand_own(context, target, nav, rows, found, options)
    else:
        _expand_back(context, entity, target, nav, rows, found, options)


def _expand_own(
    context: Context,
    target: EntityType,
    nav: Nav,
    rows: Sequence[Any],
    found: list[dict[str, Any]],
    options: Options,
) -> None:
    """What a column of the rows themselves leads to."""
    keys = {getattr(row, nav.own) for row in rows} - {None}
    theirs = list(rows_of(context, target, Q(pk__in=keys), options))
    shown = dict(
        zip((row.pk for row in theirs), rendered(context, target, theirs, options), strict=True)
    )
    for row, each in zip(rows, found, strict=True):
        one_of = shown.get(getattr(row, nav.own))
        if nav.many:
            listed = [one_of] if one_of and not options.skip and options.limit else []
            if options.count:
                each[f"{nav.name}@iot.count"] = int(one_of is not None)
            each[nav.name] = listed
        elif one_of is not None:
            each[nav.name] = one_of


def _expand_back(
    context: Context,
    entity: EntityType,
    target: EntityType,
    nav: Nav,
    rows: Sequence[Any],
    found: list[dict[str, Any]],
    options: Options,
) -> None:
    """What leads to the rows, of each so many."""
    limit = options.limit
    theirs = rows_of(context, target, Q(**{f"{nav.back}__in": [r.pk for r in rows]}), options)
    counts: dict[Any, int] = {}
    if options.count:
        grouped = theirs.order_by().values_list(nav.back).annotate(Count("pk"))
        counts = dict(grouped)
    place = Window(RowNumber(), partition_by=F(nav.back), order_by=_ascending(target, options))
    page = theirs.annotate(place_in_page=place).filter(
        place_in_page__gt=options.skip, place_in_page__lte=options.skip + limit + 1
    )
    of: dict[Any, list[Any]] = defaultdict(list)
    shown = []
    for row in page if limit else ():
        mine = of[getattr(row, nav.back)]
        mine.append(row)
        if len(mine) <= limit:
            shown.append(row)
    by_key = dict(
        zip((row.pk for row in shown), rendered(context, target, shown, options), strict=True)
    )
    for row, each in zip(rows, found, strict=True):
        mine = of[row.pk]
        if options.count:
            each[f"{nav.name}@iot.count"] = counts.get(row.pk, 0)
        each[nav.name] = [by_key[one_of.pk] for one_of in mine[:limit]]
        if len(mine) > limit:
            link = f"{context.link(entity.set_name, row.pk)}/{nav.name}"
            each[f"{nav.name}@iot.nextLink"] = page_link(link, options.raw, options.skip + limit)


def _ascending(target: EntityType, options: Options) -> list[Any]:
    found = orders(target, options.orderby)
    return [F("pk").asc() if each == "pk" else each for each in found]
