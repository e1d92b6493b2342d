"""A rule in words: what it watches, when it raises and releases, what is done. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from district.kernel.alarms.rules.content import Content, GroupSpec
from district.kernel.conditions.public import describe as describe_condition
from district.kernel.conditions.public import leaves
from district.kernel.sensing.public import (
    WEEKDAYS,
    QuietHours,
    Rule,
    RuleReader,
    describe,
    read_clause,
    span_text,
    tree,
)


@dataclass(frozen=True)
class Sentence:
    """One thing that a rule says: of what, and in what words."""

    about: str
    text: str


@dataclass(frozen=True)
class Words:
    """What things are called that a content names by their keys."""

    case_types: Mapping[str, str]
    roles: Mapping[str, str]


def sentences(content: Content, words: Words) -> list[Sentence]:
    """All that the content says, in the page's language."""
    rule, spec, handling = content.rule, content.groups, content.handling
    found = [
        Sentence(_("看什么"), describe_condition(content.watched)),
        Sentence(_("怎么分组"), grouping(spec)),
        Sentence(_("何时告警"), clause_text(rule.when, names_of(content))),
        Sentence(_("何时解除"), _release(rule, names_of(content))),
    ]
    if rule.wait:
        found.append(
            Sentence(
                _("等待"), _("读数等 %(span)s再按时间排好判断") % {"span": span_text(rule.wait)}
            )
        )
    if rule.quiet:
        found.append(Sentence(_("安静时段"), "；".join(_quiet(one) for one in rule.quiet)))
    found.append(Sentence(_("怎么办"), _handled(content, words)))
    if handling.metres:
        text = _("同一规则 %(metres)d 米、%(minutes)d 分钟内的告警并入一个事件")
        said = text % {"metres": handling.metres, "minutes": handling.minutes}
        found.append(Sentence(_("合并"), said))
    return found


def grouping(spec: GroupSpec) -> str:
    """How datastreams are put together, in words."""
    texts = {
        "datastream": _("每条数据流单独判断"),
        "thing": _("同一设备的数据流一起判断"),
        "street": _("同一街道的数据流一起判断"),
        "community": _("同一社区的数据流一起判断"),
        "near": _("每个设备和它周围 %(metres)d 米内的设备一起判断") % {"metres": spec.metres},
    }
    text = texts[spec.by]
    if not spec.roles:
        return text
    names = "、".join(spec.roles.values())
    return _("%(text)s，看%(names)s") % {"text": text, "names": names}


def names_of(content: Content) -> dict[str, str]:
    """What the roles of a content are called: by their observed property."""
    from_condition = _only_property(content)
    found = dict(content.groups.roles)
    return found if found or not from_condition else {tree.ITSELF: from_condition}


def _only_property(content: Content) -> str:
    names = {
        str(value)
        for leaf in leaves(content.watched)
        if leaf.attribute.key == "property"
        for value in leaf.values
    }
    return names.pop() if len(names) == 1 else ""


def clause_text(clause: tree.Clause, names: Mapping[str, str]) -> str:
    """A clause in words, its streams called by their observed property."""
    return describe(_named(clause, names, tree.ITSELF))


def data_text(data: object, names: Mapping[str, str]) -> str:
    """What a clause's data says in words; "" where it is not right yet."""
    reader = RuleReader()
    clause = read_clause(reader, data, "")
    return "" if reader.faults else clause_text(clause, names)


def _named(clause: tree.Clause, names: Mapping[str, str], outer: str) -> tree.Clause:
    """The clause with properties for roles; inside of members the role is theirs."""
    if isinstance(clause, tree.Test | tree.Silent):
        role = clause.role or outer
        return replace(clause, role=names.get(role, role))
    if isinstance(clause, tree.All | tree.AnyOf):
        return replace(clause, clauses=tuple(_named(one, names, outer) for one in clause.clauses))
    inner = clause.role if isinstance(clause, tree.Members) else outer
    return replace(clause, clause=_named(clause.clause, names, inner))


def _release(rule: Rule, names: Mapping[str, str]) -> str:
    text = _("告警条件不再成立时") if rule.until is None else clause_text(rule.until, names)
    if rule.unknown == "release":
        return _("%(text)s；读数过期、无法判断时也解除") % {"text": text}
    return text


def _quiet(one: QuietHours) -> str:
    begin, end = (f"{at // 60:02}:{at % 60:02}" for at in (one.begin, one.end))
    days = "" if len(one.days) == len(WEEKDAYS) else "、".join(day_names()[d] for d in one.days)
    text = _("%(begin)s 至 %(end)s 不新增告警") % {"begin": begin, "end": end}
    return _("%(days)s %(text)s") % {"days": days, "text": text} if days else text


def day_names() -> list[str]:
    """The days of the week as they are said, Monday first."""
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


def _handled(content: Content, words: Words) -> str:
    handling = content.handling
    parts = []
    if not handling.case_type:
        parts.append(_("只告警，不立事件"))
    else:
        label = words.case_types.get(handling.case_type, handling.case_type)
        text = (
            _("立即立“%(type)s”") if handling.open == "at_once" else _("由人决定是否立“%(type)s”")
        )
        parts.append(text % {"type": label})
    if handling.notify:
        names = "、".join(words.roles.get(role, role) for role in handling.notify)
        parts.append(_("通知%(names)s") % {"names": names})
    return "；".join(parts)
