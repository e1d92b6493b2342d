"""A rule's content: what it asks, how datastreams become groups, what is done. Pure.

{"rule": data of sensing's rules, "groups": {"by", "metres", "roles"}, "handling": {"case_type",
"open", "gather": {"metres", "minutes"}, "facts", "notify"}}
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from django.utils.translation import gettext as _

from district.kernel.alarms.rules.watched import MOST_METRES, parse_streams
from district.kernel.base.errors import Invalid
from district.kernel.conditions.public import Condition, ConditionError, leaves, to_text
from district.kernel.sensing.public import Rule, RuleError, RuleReader, parse_rule, tree

By = Literal["datastream", "thing", "street", "community", "near"]
BYS: tuple[By, ...] = ("datastream", "thing", "street", "community", "near")
Opening = Literal["at_once", "by_hand"]
OPENINGS: tuple[Opening, ...] = ("at_once", "by_hand")
MOST_ROLES, MOST_FACTS, MOST_MINUTES = 12, 40, 7 * 1440
_PARTS = {"rule", "groups", "handling"}
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class GroupSpec:
    """How datastreams become groups; `roles` says which observed property is in which role."""

    by: By = "datastream"
    metres: int = 0
    roles: Mapping[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """In its one form."""
        data: dict[str, Any] = {"by": self.by}
        if self.by == "near":
            data["metres"] = self.metres
        if self.roles:
            data["roles"] = dict(sorted(self.roles.items()))
        return data


@dataclass(frozen=True)
class Handling:
    """What is done with an episode.

    `case_type` is the key of a case type, "" for no case; episodes of the rule that lie within
    `metres` and `minutes` of an open one share its case (0: none do). `facts` go into the case,
    `notify` are roles of whom a message calls.
    """

    case_type: str = ""
    open: Opening = "by_hand"
    metres: int = 0
    minutes: int = 0
    facts: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    notify: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """In its one form."""
        return {
            "case_type": self.case_type,
            "open": self.open,
            "gather": {"metres": self.metres, "minutes": self.minutes},
            "facts": dict(sorted(self.facts.items())),
            "notify": list(self.notify),
        }


@dataclass(frozen=True)
class Known:
    """What a content may name: case types with their own facts, and roles of members."""

    case_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """A checked content. `watched` is the condition of the rule's `streams`."""

    rule: Rule
    watched: Condition
    groups: GroupSpec
    handling: Handling

    def to_data(self) -> dict[str, Any]:
        """The content in its one canonical form; reading it gives the same content."""
        return {
            "rule": self.rule.to_data(),
            "groups": self.groups.to_data(),
            "handling": self.handling.to_data(),
        }

    @property
    def fingerprint(self) -> str:
        """The hash of all that is said; the same for the same content."""
        return fingerprint(self.to_data())


def fingerprint(content: Mapping[str, Any]) -> str:
    """The hash of a content in canonical form, 32 hexadecimal digits."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_content(data: object, *, zone: str, known: Known) -> Content:
    """The content that `data` says; raises RuleError with every fault, by path and remedy.

    Paths begin with `rule.`, `groups.` or `handling.`.
    """
    reader = RuleReader()
    parts = data if isinstance(data, Mapping) else {}
    reader.only(parts, _PARTS, "")
    rule = _rule(reader, _table(reader, parts, "rule"), zone)
    spec = _groups(reader, _table(reader, parts, "groups"))
    handling = _handling(reader, _table(reader, parts, "handling"), known)
    watched = _watched(reader, parts.get("rule"))
    if rule is not None and watched is not None:
        _lint(reader, rule, spec, watched)
    if reader.faults or rule is None or watched is None:
        raise RuleError(reader.faults)
    text = to_text(watched)
    return Content(_restated(rule, text), watched, spec, handling)


def _restated(rule: Rule, streams: str) -> Rule:
    """The rule with its condition in canonical form."""
    return parse_rule({**rule.to_data(), "streams": streams}, zone=rule.zone)


def _table(reader: RuleReader, parts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = parts.get(name, {})
    if isinstance(found, Mapping):
        return found
    reader.fault(name, _("不是一个表。"), _("写成一个表，每项一个名称和一个值。"))
    return {}


def _rule(reader: RuleReader, data: Mapping[str, Any], zone: str) -> Rule | None:
    names = {
        name: data[name].strip()
        for name in ("label", "label_en")
        if isinstance(data.get(name), str)
    }
    try:
        return parse_rule({**data, **names}, zone=zone)
    except RuleError as error:
        for fault in error.faults:
            reader.fault(f"rule.{fault.field}", fault.problem, fault.remedy)
    return None


def _watched(reader: RuleReader, rule: object) -> Condition | None:
    text = rule.get("streams") if isinstance(rule, Mapping) else None
    if not isinstance(text, str) or not text.strip():
        return None  # said by the rule's own fault
    try:
        return parse_streams(text)
    except ConditionError as error:
        reader.fault("rule.streams", error.problem, error.remedy)
    return None


def _groups(reader: RuleReader, data: Mapping[str, Any]) -> GroupSpec:
    reader.only(data, {"by", "metres", "roles"}, "groups")
    by = cast("By", _choice(reader, data, "groups.by", BYS))
    metres = 0
    if by == "near":
        metres = _whole(reader, data, "groups.metres", 1, MOST_METRES)
    elif "metres" in data:
        reader.fault(
            "groups.metres", _("只有按距离分组才写距离。"), _("去掉这一项，或把 by 改为 near。")
        )
    roles = data.get("roles", {})
    if not isinstance(roles, Mapping) or len(roles) > MOST_ROLES:
        reader.fault(
            "groups.roles",
            _("角色的写法不对。"),
            _("写成一个表：角色名 = 观测属性，最多 %(most)d 个。") % {"most": MOST_ROLES},
        )
        roles = {}
    for role, name in roles.items():
        if not _ROLE.fullmatch(str(role)):
            reader.fault(
                f"groups.roles.{role}",
                _("角色名不合要求。"),
                _("用小写字母开头的字母、数字和下划线，最多 40 个。"),
            )
        if not isinstance(name, str) or not 1 <= len(name) <= 200:
            reader.fault(
                f"groups.roles.{role}", _("没有写观测属性。"), _("写观测属性的名称，例如“雨量”。")
            )
    return GroupSpec(by, metres, {str(role): str(name) for role, name in roles.items()})


def _handling(reader: RuleReader, data: Mapping[str, Any], known: Known) -> Handling:
    reader.only(data, {"case_type", "open", "gather", "facts", "notify"}, "handling")
    case_type = _choice(reader, data, "handling.case_type", ("", *sorted(known.case_types)))
    opening = cast("Opening", _choice(reader, data, "handling.open", OPENINGS[::-1]))
    gather = data.get("gather", {})
    if not isinstance(gather, Mapping):
        reader.fault(
            "handling.gather", _("不是一个表。"), _("写明 metres（米）和 minutes（分钟）。")
        )
        gather = {}
    reader.only(gather, {"metres", "minutes"}, "handling.gather")
    metres = _whole(reader, gather, "handling.gather.metres", 0, MOST_METRES)
    minutes = _whole(reader, gather, "handling.gather.minutes", 0, MOST_MINUTES)
    if not case_type and opening == "at_once":
        reader.fault(
            "handling.open",
            _("没有选事件类型，不能自动立案。"),
            _("选择事件类型，或改为人工立案。"),
        )
    if bool(metres) != bool(minutes):
        reader.fault(
            "handling.gather.minutes" if metres else "handling.gather.metres",
            _("合并告警要同时写距离和时间。"),
            _("两项都写，或都写 0 表示不合并。"),
        )
    facts = _facts(reader, data.get("facts", {}), known.case_types.get(case_type, ()))
    notify = _roles(reader, data.get("notify", []), known.roles)
    return Handling(case_type, opening, metres, minutes, facts, notify)


def _facts(
    reader: RuleReader, data: object, names: tuple[str, ...]
) -> dict[str, str | int | float | bool]:
    if not isinstance(data, Mapping) or len(data) > MOST_FACTS:
        reader.fault(
            "handling.facts",
            _("事件内容的写法不对。"),
            _("写成一个表，最多 %(most)d 项。") % {"most": MOST_FACTS},
        )
        return {}
    found: dict[str, str | int | float | bool] = {}
    for name, value in data.items():
        where = f"handling.facts.{name}"
        if name not in names:
            reader.fault(
                where,
                _("所选事件类型没有这一项。"),
                _("可用的项目：%(known)s。") % {"known": "、".join(names) or _("无")},
            )
        elif isinstance(value, str | bool | int | float) and _keeps(value):
            whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
            found[str(name)] = int(value) if whole else value
        else:
            reader.fault(where, _("值不合要求。"), _("写成文字（最多 500 字）、数字或是否。"))
    return found


def _keeps(value: str | int | float) -> bool:
    """Whether JSON keeps the value, and it is not too long."""
    return len(str(value)) <= 500 and (not isinstance(value, float) or math.isfinite(value))


def _roles(reader: RuleReader, data: object, known: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(data, list) and all(role in known for role in data):
        return tuple(role for role in known if role in data)
    reader.fault(
        "handling.notify",
        _("通知的角色不对。"),
        _("写成列表，可选：%(known)s。") % {"known": "、".join(known)},
    )
    return ()


def _choice(reader: RuleReader, data: Mapping[str, Any], path: str, known: tuple[str, ...]) -> str:
    found = data.get(path.rpartition(".")[2], known[0])
    if isinstance(found, str) and found in known:
        return found
    said = "、".join(each for each in known if each)
    reader.fault(path, _("没有这个选项。"), _("可选：%(known)s。") % {"known": said or _("无")})
    return known[0]


def _whole(reader: RuleReader, data: Mapping[str, Any], path: str, least: int, most: int) -> int:
    found = data.get(path.rpartition(".")[2], least if not least else None)
    if isinstance(found, int) and not isinstance(found, bool) and least <= found <= most:
        return found
    reader.fault(
        path,
        _("不是可用的数。"),
        _("写成 %(least)d 至 %(most)d 的整数。") % {"least": least, "most": most},
    )
    return least


def _lint(reader: RuleReader, rule: Rule, spec: GroupSpec, watched: Condition) -> None:
    """What each part allows, but their combination forbids."""
    if not any(True for _leaf in leaves(watched)):
        reader.fault(
            "rule.streams", _("没有限定看哪些数据流。"), _("至少选择一项观测属性或一个地点。")
        )
    if spec.by == "datastream":
        if spec.roles or rule.roles != (tree.ITSELF,):
            reader.fault(
                "groups.by",
                _("每条数据流单独判断时不能有角色。"),
                _("条件里用到几项观测属性时，改为按设备、街道、社区或距离分组。"),
            )
        return
    unknown = [role for role in rule.roles if role != tree.ITSELF and role not in spec.roles]
    if unknown:
        reader.fault(
            "groups.roles",
            _("条件用到的角色 %(role)s 没有对应的观测属性。") % {"role": unknown[0]},
            _("在角色里写明它是哪项观测属性。"),
        )
    if spec.roles and tree.ITSELF in rule.roles:
        reader.fault(
            "groups.roles",
            _("有的条件没有写看哪个角色。"),
            _("给每个数值条件写上 of，或去掉角色。"),
        )
    unused = sorted(set(spec.roles) - set(rule.roles)) if not unknown else []
    if unused and tree.ITSELF not in rule.roles:
        reader.fault(
            f"groups.roles.{unused[0]}", _("没有条件用到这个角色。"), _("去掉它，或加上条件。")
        )
    both = {name for name in spec.roles.values() if list(spec.roles.values()).count(name) > 1}
    if both:
        reader.fault(
            "groups.roles",
            _("观测属性“%(name)s”有两个角色。") % {"name": sorted(both)[0]},
            _("每项观测属性只给一个角色。"),
        )


def faults_of(error: Invalid) -> tuple[Invalid, ...]:
    """All faults that an error holds."""
    return error.faults if isinstance(error, RuleError) else (error,)
