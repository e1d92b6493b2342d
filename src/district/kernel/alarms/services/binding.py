"""A version's datastreams put into groups, as they are now."""

from __future__ import annotations

import numpy as np
from django.db.models import QuerySet

from district.kernel.alarms.models import RuleVersion
from district.kernel.alarms.rules.binding import Bound, Watched, bind
from district.kernel.alarms.rules.content import Content, GroupSpec, read_content
from district.kernel.alarms.rules.watched import parse_streams
from district.kernel.alarms.selectors.knowing import known
from district.kernel.alarms.selectors.watching import watched_by
from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import Binding, Datastream, Groups, Rule

_SECOND = 1_000_000


def binding_of(version: RuleVersion) -> Binding:
    """The version's rule and the groups that it is applied to now.

    A few queries, however many datastreams. Raises Invalid where a group became too large.
    """
    rule = version.parsed()
    return Binding(rule, _bound(rule, version).groups)


def bound_of(version: RuleVersion) -> Bound:
    """As `binding_of`, with what is odd about the groups."""
    return _bound(version.parsed(), version)


def _bound(rule: Rule, version: RuleVersion) -> Bound:
    spec = spec_of(version)
    return bound(rule, spec, watched_by(parse_streams(rule.streams), version.rule.lead_unit))


def spec_of(version: RuleVersion) -> GroupSpec:
    """How the version groups datastreams."""
    data = version.content["groups"]
    return GroupSpec(data["by"], data.get("metres", 0), data.get("roles", {}))


def bound_content(content: Content, unit: Unit) -> Bound:
    """The groups that a unit's rule of this content would have now; Invalid where too large."""
    return bound(content.rule, content.groups, watched_by(content.watched, unit))


def bound(rule: Rule, spec: GroupSpec, rows: QuerySet[Datastream]) -> Bound:
    """The groups of a rule over these datastreams. One query."""
    if spec.by == "datastream":
        # A hundred thousand of them stay columns.
        pairs = list(rows.order_by("number").values_list("number", "lateness"))
        columns = np.array(pairs, np.int64).reshape(-1, 2)
        groups = Groups.of_streams(columns[:, 0], columns[:, 1] * _SECOND)
        return Bound(groups, (), len(pairs))
    return bind(rule, spec, grouping_rows(rows))


def grouping_rows(rows: QuerySet[Datastream], most: int | None = None) -> list[Watched]:
    """What grouping needs of the datastreams, by number; the first ones where `most` is given."""
    found = rows.order_by("number").values_list(
        "number",
        "observed_property__name",
        "lateness",
        "thing_id",
        "thing__location__street",
        "thing__location__community",
        "thing__location__lon",
        "thing__location__lat",
    )
    return [_watched(*row) for row in found[:most]]


def _watched(
    number: int,
    prop: str,
    lateness: int,
    thing: int,
    street: str | None,
    community: str | None,
    lon: object,
    lat: object,
) -> Watched:
    at = (None, None) if lon is None or lat is None else (float(str(lon)), float(str(lat)))
    return Watched(number, prop, lateness, thing, street or "", community or "", *at)


def checked(data: object, *, zone: str) -> Content:
    """A content checked against what this installation knows; RuleError with every fault."""
    return read_content(data, zone=zone, known=known())
