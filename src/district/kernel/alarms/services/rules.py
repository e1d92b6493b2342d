"""Writing rules: their drafts, copies, and throwing drafts away."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.alarms.models import AlarmRule, RuleVersion
from district.kernel.alarms.names import RULE_SUBJECT, RULE_WRITE
from district.kernel.alarms.rules.differences import differences
from district.kernel.alarms.selectors.knowing import zone
from district.kernel.alarms.services.binding import checked
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.notifications.public import mark_settled
from district.kernel.organisation.public import Owned, Unit, authorise
from district.kernel.sensing.public import RuleError

_MOST_DRAFT = 60_000
#: A character that PostgreSQL keeps in no text, as JSON writes it.
_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def rule_subject(rule: AlarmRule) -> Subject:
    """The reference of a rule."""
    return Subject(RULE_SUBJECT, str(rule.pk))


def owned_by(unit: Unit) -> Owned:
    """To whom a unit's rules belong."""
    return Owned(unit.pk, path=unit.path)


@transaction.atomic
def save_rule(
    content: Mapping[str, Any],
    rule: AlarmRule | None = None,
    *,
    unit: str = "",
    actor: Actor,
    seen: int | None = None,
) -> AlarmRule:
    """Write a new rule's draft in the name of `unit`, or the draft of one that stands.

    The content need not be right yet, but for key, label and level. `seen` is the version of the
    row that was before whoever wrote. What equals the live content is no draft. Raises
    NotPermitted, NotFound, Conflict, and Invalid naming the entry.
    """
    draft = _kept(content)
    key, label, level = _named(draft)
    if rule is None:
        return _new(draft, (key, label, level), _home(unit), actor)
    row = locked_rule(rule.pk)
    authorise(actor, RULE_WRITE, owned_by(row.lead_unit))
    refuse_changed(row, seen)
    if key != row.key:
        raise Invalid(
            "rule.key",
            _("规则编号不能再改。"),
            _("编号是“%(key)s”；要用别的编号，请复制成新规则。") % {"key": row.key},
        )
    before = present_content(row)
    if row.live is not None and says_the_same(draft, row.live):
        row.draft, row.writers = None, []
    else:
        row.draft = draft
        _write(row, actor)
    name_after(row, draft if row.live is None else row.live.content)
    row.changed_at = clock.now()
    save_versioned(row)
    changed = [one.to_data() for one in differences(before, draft)]
    if changed:
        record(rule_subject(row), "alarms.rule.changed", {"changes": changed}, actor=actor)
    return row


def _new(draft: dict[str, Any], names: tuple[str, str, str], home: Unit, actor: Actor) -> AlarmRule:
    authorise(actor, RULE_WRITE, owned_by(home))
    now = clock.now()
    row = AlarmRule(key=names[0], lead_unit=home, draft=draft, created_at=now, changed_at=now)
    name_after(row, draft)
    _write(row, actor)
    taken = Invalid(
        "rule.key", _("已有编号为“%(key)s”的规则。") % {"key": row.key}, _("换一个编号。")
    )
    if AlarmRule.objects.filter(key=row.key).exists():
        raise taken
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise taken from error
    data = {"key": row.key, "unit": home.pk, "content": draft}
    record(rule_subject(row), "alarms.rule.added", data, actor=actor)
    return row


def _home(unit: str) -> Unit:
    home = Unit.objects.filter(pk=unit, is_active=True).first()
    if home is None:
        raise Invalid("unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    return home


def _kept(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as JSON keeps it; Invalid where it cannot."""
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Invalid(
            "toml",
            _("规则里有日期，或不是数的数。"),
            _("时刻写成加引号的文字，数值写成有限的数。"),
        ) from error
    if _ZERO.search(text):
        raise Invalid("toml", _("规则里有看不见的控制字符。"), _("删掉这些字符再保存。"))
    if len(text) > _MOST_DRAFT:
        raise Invalid("toml", _("规则太长。"), _("拆成几条规则。"))
    kept: dict[str, Any] = json.loads(text)
    return kept


def _named(draft: Mapping[str, Any]) -> tuple[str, str, str]:
    """Key, label and level, which even a draft must have; RuleError with what is wrong of them."""
    try:
        content = checked(draft, zone=zone())
    except RuleError as error:
        own = ("rule.key", "rule.label", "rule.level", "rule.label_en", "rule")
        wrong = [fault for fault in error.faults if fault.field in own]
        if wrong:
            raise RuleError(wrong) from error
        rule = draft["rule"]
        return rule["key"], rule["label"], rule["level"]
    return content.rule.key, content.rule.label, content.rule.level


def name_after(row: AlarmRule, content: Mapping[str, Any]) -> None:
    """The columns that a list shows, of a content whose names are right."""
    rule = content["rule"]
    row.label, row.level = rule["label"].strip(), rule["level"]
    row.label_en = str(rule.get("label_en", ""))[:100]


def _write(row: AlarmRule, actor: Actor) -> None:
    """Note who wrote: whoever did may not switch a rule on that needs two people."""
    if actor.kind == "member" and actor.id not in row.writers:
        row.writers = [*row.writers, actor.id]


def says_the_same(draft: Mapping[str, Any], version: RuleVersion) -> bool:
    """Whether a draft says what a version says."""
    try:
        content = checked(draft, zone=version.zone)
    except RuleError:
        return False
    return (content.fingerprint, version.zone) == (version.fingerprint, zone())


def present_content(rule: AlarmRule) -> dict[str, Any] | None:
    """What would go live now: the draft, else what is live or was last; None where nothing."""
    if rule.draft is not None:
        draft: dict[str, Any] = rule.draft
        return draft
    return None if rule.last is None else dict(rule.last.content)


@transaction.atomic
def discard_draft(key: UUID | str, *, actor: Actor, seen: int | None = None) -> AlarmRule | None:
    """Throw a draft away. A rule that never went live goes with it, and None is the answer.

    Raises NotFound, NotPermitted, Conflict.
    """
    row = locked_rule(key)
    authorise(actor, RULE_WRITE, owned_by(row.lead_unit))
    refuse_changed(row, seen)
    if row.draft is None:
        raise Conflict(_("这条规则没有草稿。"))
    record(rule_subject(row), "alarms.rule.discarded", {"key": row.key}, actor=actor)
    mark_settled(rule_subject(row))
    if row.last is None:
        row.delete()
        return None
    name_after(row, row.last.content)
    row.draft, row.writers, row.changed_at = None, [], clock.now()
    save_versioned(row)
    return row


@transaction.atomic
def copy_rule(
    key: UUID | str, new_key: str, label: str, *, unit: str = "", actor: Actor
) -> AlarmRule:
    """A new draft that says what a rule says, under another key and label.

    `unit` is the unit of the copy, that of the rule where it is empty. Raises NotFound,
    NotPermitted, and Invalid naming the entry.
    """
    row = rule_row(key)
    content = present_content(row)
    if content is None:
        raise Conflict(_("这条规则还没有内容。"))
    rule = {**content["rule"], "key": new_key.strip(), "label": label.strip(), "label_en": ""}
    return save_rule({**content, "rule": rule}, unit=unit or row.lead_unit_id, actor=actor)


def rule_row(key: UUID | str) -> AlarmRule:
    """A rule with its unit and versions; NotFound where there is none."""
    row = AlarmRule.objects.select_related("lead_unit", "live", "last").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这条规则。"))
    return row


def locked_rule(key: UUID | str) -> AlarmRule:
    """A rule, locked without joins; its version and unit are read afterwards."""
    if AlarmRule.objects.select_for_update().filter(pk=key).first() is None:
        raise NotFound(_("没有这条规则。"))
    return rule_row(key)


def refuse_changed(row: AlarmRule, seen: int | None) -> None:
    """Conflict where a rule is no longer the version that somebody saw."""
    if seen is not None and row.version != seen:
        raise Conflict(_("这条规则刚被别人修改过。请刷新后再试。"))
