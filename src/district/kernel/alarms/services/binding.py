"""The datastreams that a rule's version selects, put into groups."""

from __future__ import annotations

from district.kernel.alarms.models import RuleVersion
from district.kernel.conditions.public import Attribute, Schema, parse, to_q
from district.kernel.sensing.public import Binding, Datastream, Groups, State, parse_rule

_SECOND = 1_000_000
STREAMS = Schema(
    "datastreams",
    (
        Attribute("property", "观测属性", "code", path="observed_property__name"),
        Attribute("code", "数据流编号", "text"),
        Attribute("thing", "设备编号", "text", path="thing__code"),
        Attribute("unit", "归属单位", "code", path="lead_unit__code"),
        Attribute("street", "街道", "code", path="thing__location__street"),
        Attribute("community", "社区", "code", path="thing__location__community"),
        Attribute("source", "数据来源", "code", path="source__code"),
    ),
)


def binding_of(version: RuleVersion) -> Binding:
    """The version's rule and the groups that it is applied to as things stand now."""
    rule = parse_rule(version.content["rule"], zone=version.zone)
    wanted = to_q(parse(rule.streams, STREAMS), STREAMS, model=Datastream)
    rows = Datastream.objects.filter(wanted, state=State.ACTIVE).order_by("pk")
    found = list(rows.values_list("pk", "lateness"))
    streams, lateness = [pk for pk, _late in found], [late * _SECOND for _pk, late in found]
    return Binding(rule, Groups.of_streams(streams, lateness))
