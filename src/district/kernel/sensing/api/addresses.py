"""What an address below the service root names: a set, an entity, a property."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.sensing.api import observations, reading
from district.kernel.sensing.api.context import Context
from district.kernel.sensing.api.entities import OBSERVATION_NAVS, SETS, TYPES, EntityType, Nav
from district.kernel.sensing.api.errors import Problem

_SEGMENT = re.compile(r"([A-Za-z$]+)(?:\((.*)\))?")
_MOST_SEGMENTS = 8


@dataclass(frozen=True)
class Target:
    """What is asked for.

    `set_name` is its set. `row` is the one entity (a model's row or a `Reading`), None for a set,
    whose entities `base` selects. `parent` is the entity from which the last way led, `nav` that
    way. `tail` are the property's name and members behind it, `$value` or `$ref`.
    """

    set_name: str
    base: Q
    row: Any = None
    parent: Any = None
    nav: Nav | None = None
    tail: tuple[str, ...] = ()

    @property
    def entity(self) -> EntityType | None:
        """The entity type, None for observations."""
        return TYPES.get(self.set_name)


def resolve(context: Context, address: str) -> Target:
    """The target of an address; Problem 404 where it leads nowhere. One query for each entity."""
    segments = [segment for segment in address.split("/") if segment]
    if len(segments) > _MOST_SEGMENTS:
        raise Problem(404, _("地址太长。"))
    name, key = _segment(segments[0])
    if name not in SETS:
        raise Problem(404, _("没有 %(name)s。") % {"name": name[:40]})
    target = _with_key(context, Target(name, Q()), key)
    for place, segment in enumerate(segments[1:], 1):
        nav = _nav(target, segment)
        if nav is None:
            return _tail(target, tuple(segments[place:]))
        target = _follow(context, target, nav, _segment(segment)[1])
    return target


def _segment(text: str) -> tuple[str, int | str | None]:
    match = _SEGMENT.fullmatch(text)
    if match is None:
        return text, None
    name, inside = match.groups()
    if inside is None:
        return name, None
    if inside.isascii() and inside.isdigit() and len(inside) < 19:
        return name, int(inside)
    if len(inside) > 2 and inside[0] == inside[-1] == "'":
        return name, inside[1:-1]
    raise Problem(404, _("编号“%(key)s”不对。") % {"key": inside[:40]})


def _with_key(context: Context, target: Target, key: int | str | None) -> Target:
    if key is None:
        return target
    row: Any
    if target.entity is None:
        row = observations.one(context, key, target.base)
    elif isinstance(key, str):
        raise Problem(404, _("没有这个 %(entity)s。") % {"entity": target.entity.name})
    else:
        row = reading.one(context, target.entity, target.base & Q(pk=key))
    return Target(target.set_name, target.base, row, target.parent, target.nav)


def _nav(target: Target, segment: str) -> Nav | None:
    if target.row is None:
        return None
    name = segment.partition("(")[0]
    navs = target.entity.navs if target.entity else OBSERVATION_NAVS
    return next((nav for nav in navs if nav.name == name), None)


def _follow(context: Context, target: Target, nav: Nav, key: int | str | None) -> Target:
    base = _base(target, nav)
    found = Target(nav.target, base, None, target.row, nav)
    if nav.many:
        return _with_key(context, found, key)
    if key is not None:
        raise Problem(404, _("%(name)s 只有一个，不带编号。") % {"name": nav.name})
    row = reading.one(context, TYPES[nav.target], base)
    return Target(nav.target, base, row, target.row, nav)


def _base(target: Target, nav: Nav) -> Q:
    """The condition on the entities that a way leads to."""
    row = target.row
    if target.entity is None:
        key = row.stream.number if nav.name == "Datastream" else row.stream.feature_id
        return Q(pk=key) if key is not None else Q(pk__in=())
    if nav.target == "Observations":
        return Q(pk=row.pk) if target.entity.name == "Datastream" else Q(feature_id=row.pk)
    if nav.own:
        key = getattr(row, nav.own)
        return Q(pk=key) if key is not None else Q(pk__in=())
    return Q(**{nav.back: row.pk})


def _tail(target: Target, rest: tuple[str, ...]) -> Target:
    if rest == ("$ref",) or target.row is not None:
        return Target(target.set_name, target.base, target.row, target.parent, target.nav, rest)
    raise Problem(404, _("没有 %(name)s。") % {"name": "/".join(rest)[:80]})
