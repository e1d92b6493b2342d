"""Units: one, the tree, and what each answers for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.base.recent import kept_for
from district.kernel.organisation.models import Level, Unit
from district.kernel.organisation.scope import Scope


def unit_of(code: str) -> Unit:
    """The unit with this code; NotFound where there is none."""
    unit = Unit.objects.filter(pk=code).select_related("parent").first()
    if unit is None:
        raise NotFound(_("没有编码为 %(code)s 的单位。") % {"code": code})
    return unit


def roots() -> QuerySet[Unit]:
    """The units that stand under none, the district itself first."""
    return Unit.objects.filter(parent=None).order_by("sort", "code")


def district_codes() -> set[str]:
    """The code of the district that this installation holds, as a set; empty before a load."""
    return set(roots().values_list("code", flat=True))


def root_unit() -> Unit:
    """The district itself; NotFound before units are loaded."""
    unit = roots().first()
    if unit is None:
        raise NotFound(_("还没有单位。请先载入单位表。"))
    return unit


@kept_for(5)
def root_code() -> str:
    """The code of the district itself, as of a few seconds ago at most; see `root_unit`."""
    return root_unit().pk


@kept_for(5)
def root_names() -> tuple[str, str]:
    """The district's name, Chinese and English, as of a few seconds ago at most; for shells."""
    root = root_unit()
    return (root.name, root.name_en)


def units(*, level: str = "", under: str = "", active: bool = True) -> QuerySet[Unit]:
    """Units in their order; of one level, or under the unit with path `under` (included)."""
    rows = Unit.objects.all()
    if active:
        rows = rows.filter(is_active=True)
    if level:
        rows = rows.filter(level=level)
    if under:
        rows = rows.filter(path__startswith=under)
    return rows.order_by("sort", "code")


@kept_for(5)
def outline() -> tuple[tuple[str, str, str], ...]:
    """Code, path and level of every unit, as of a few seconds ago."""
    return tuple(Unit.objects.order_by("code").values_list("code", "path", "level"))


def codes_in(scope: Scope) -> list[str]:
    """The units whose objects a scope reaches as their lead unit's, as of a few seconds ago.

    For tables of a million rows: a database finds rows by a list of codes from its indexes, and by
    the path of a joined unit only one by one.
    """
    return [code for code, path, _level in outline() if scope.covers(path=path, code=code)]


def unit_chain(unit: Unit) -> list[Unit]:
    """The units from the top down to `unit`, itself included; one query."""
    codes = [code for code in unit.path.split("/") if code]
    by_code = Unit.objects.in_bulk(codes)
    return [by_code[code] for code in codes if code in by_code]


@dataclass(frozen=True)
class Branch:
    """A unit with the units below it that a page shows."""

    unit: Unit
    below: list[Unit]


def unit_tree(search: str = "") -> dict[str, list[Branch]]:
    """Active units by level: district, department, and streets with their communities.

    With `search` only units whose name, short name, English name or code holds it; a community
    that is found brings its street along. One query.
    """
    rows = units().exclude(level=Level.GRID)
    if search:
        found = (
            Q(name__icontains=search)
            | Q(short_name__icontains=search)
            | Q(name_en__icontains=search)
            | Q(code__istartswith=search)
        )
        wanted = Unit.objects.filter(found, is_active=True)
        rows = rows.filter(Q(pk__in=wanted.values("pk")) | Q(pk__in=wanted.values("parent_id")))
    tree: dict[str, list[Branch]] = {"district": [], "department": [], "street": []}
    branches: dict[str, Branch] = {}
    communities = []
    for unit in rows:
        if unit.level == Level.COMMUNITY:
            communities.append(unit)
            continue
        branches[unit.pk] = Branch(unit, [])
        tree[unit.level].append(branches[unit.pk])
    for unit in communities:
        if unit.parent_id in branches:
            branches[unit.parent_id].below.append(unit)
    return tree
