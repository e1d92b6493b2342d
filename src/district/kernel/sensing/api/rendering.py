"""Entities as the standard's JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from district.kernel.sensing.api.context import Context
from district.kernel.sensing.api.entities import EntityType, Nav
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.options import Options

_IDS = ("id", "@iot.id")
_SELF = ("selfLink", "@iot.selfLink")


def check_select(
    options: Options, name: str, known: tuple[str, ...], navs: tuple[Nav, ...]
) -> None:
    """Problem where `$select` or `$expand` names what the type has not."""
    ways = {nav.name for nav in navs}
    for word in options.select or ():
        if word not in (*known, *ways, *_IDS, *_SELF):
            raise Problem(
                400, _("$select：%(entity)s 没有“%(name)s”。") % {"entity": name, "name": word[:40]}
            )
    for word in options.expand:
        if word not in ways:
            raise Problem(
                400, _("$expand：%(entity)s 没有“%(name)s”。") % {"entity": name, "name": word[:40]}
            )


def check_entity(options: Options, entity: EntityType) -> None:
    """`check_select` for an entity that is a row."""
    known = tuple(each.name for each in entity.properties)
    check_select(options, entity.name, known, entity.navs)


def is_wanted(options: Options, *names: str) -> bool:
    """Whether a property is part of the answer."""
    return options.select is None or any(name in options.select for name in names)


def head(context: Context, set_name: str, key: int | str, options: Options) -> dict[str, Any]:
    """The id and own address of an entity, as far as they are asked for."""
    found: dict[str, Any] = {}
    if is_wanted(options, *_IDS):
        found["@iot.id"] = key
    if is_wanted(options, *_SELF):
        found["@iot.selfLink"] = context.link(set_name, key)
    return found


def ways(link: str, navs: tuple[Nav, ...], options: Options) -> dict[str, str]:
    """The addresses of what is related to an entity."""
    return {
        f"{nav.name}@iot.navigationLink": f"{link}/{nav.name}"
        for nav in navs
        if is_wanted(options, nav.name)
    }


def entity_json(context: Context, entity: EntityType, row: Any, options: Options) -> dict[str, Any]:
    """A row as JSON, without what is expanded."""
    found = head(context, entity.set_name, row.pk, options)
    for each in entity.properties:
        if is_wanted(options, each.name):
            value = each.read(row)
            if value is not None:
                found[each.name] = value
    return found | ways(context.link(entity.set_name, row.pk), entity.navs, options)
