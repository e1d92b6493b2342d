"""The places that ids of groups name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from district.kernel.alarms.rules.binding import place_of
from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import Datastream, Thing

#: So many keys in one query: SQLite takes no more parameters.
_MOST_ASKED = 10_000


def streets_of(groups: Iterable[str]) -> dict[str, str]:
    """The code of the street that each group lies in, "" where none. A query for each ten thousand.

    Communities' codes are asked of the tree of units, whose parents streets are.
    """
    by_kind = _by_kind(groups)
    found = dict(by_kind["street"])
    streams = _streets(Datastream, "thing__location__street", by_kind["datastream"])
    things = _streets(Thing, "location__street", [*by_kind["thing"], *by_kind["near"]])
    codes = [key for _group, key in by_kind["community"]]
    parents = (
        dict(Unit.objects.filter(pk__in=codes).values_list("pk", "parent_id")) if codes else {}
    )
    found |= {group: parents.get(key) or "" for group, key in by_kind["community"]}
    return found | streams | things


def names_of_groups(groups: Iterable[str]) -> dict[str, str]:
    """What people call the places of groups. Three queries at most."""
    by_kind = _by_kind(groups)
    found = {}
    numbers = [int(key) for _group, key in by_kind["datastream"]]
    rows = Datastream.objects.filter(pk__in=numbers).select_related("thing") if numbers else []
    for row in rows:
        found[str(row.pk)] = f"{row.thing.name} · {row.name}"
    things = [*by_kind["thing"], *by_kind["near"]]
    keys = {key for _group, key in things}
    names = dict(Thing.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    found |= {group: names.get(int(key), group) for group, key in by_kind["thing"]}
    found |= {
        group: _("%(thing)s一带") % {"thing": names.get(int(key), group)}
        for group, key in by_kind["near"]
    }
    areas = [*by_kind["street"], *by_kind["community"]]
    codes = [key for _group, key in areas]
    units = Unit.objects.in_bulk(codes) if codes else {}
    return found | {
        group: units[key].display_short if key in units else key for group, key in areas
    }


def _by_kind(groups: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for group in groups:
        kind, key = place_of(group)
        if kind not in ("datastream", "thing", "near") or key.isdecimal():
            found[kind].append((group, key))
    return found


def _streets(
    model: type[Datastream] | type[Thing], path: str, pairs: list[tuple[str, str]]
) -> dict[str, str]:
    keys = sorted({int(key) for _group, key in pairs})
    rows: dict[int, str | None] = {}
    for at in range(0, len(keys), _MOST_ASKED):
        asked = model._default_manager.filter(pk__in=keys[at : at + _MOST_ASKED])
        rows |= dict(asked.values_list("pk", path))
    return {group: rows.get(int(key)) or "" for group, key in pairs}
