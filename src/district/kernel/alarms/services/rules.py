"""Writing rules, letting them go live and stopping them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from district.kernel.alarms.models import AlarmRule, RuleVersion
from district.kernel.alarms.models.rules import ColourName
from district.kernel.alarms.names import RULE_SUBJECT, RULE_SWITCH, RULE_WRITE
from district.kernel.alarms.rules.content import Content
from district.kernel.alarms.rules.differences import differences
from district.kernel.alarms.selectors.knowing import two_people_levels, zone
from district.kernel.alarms.selectors.watching import unseen_by, watched_by
from district.kernel.alarms.services.binding import bound_content, checked
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.notifications.public import mark_settled, notify
from district.kernel.organisation.public import Owned, Unit, authorise, members_permitted
from district.kernel.sensing.public import RuleError

State = AlarmRule.State
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
    row = _locked(rule.pk)
    authorise(actor, RULE_WRITE, owned_by(row.lead_unit))
    _refuse_changed(row, seen)
    if key != row.key:
        raise Invalid(
            "rule.key",
            _("规则编号不能再改。"),
            _("编号是“%(key)s”；要用别的编号，请复制成新规则。") % {"key": row.key},
        )
    before = present_content(row)
    if row.live is not None and _same(draft, row.live):
        row.draft, row.writers = None, []
    else:
        row.draft = draft
        _write(row, actor)
    _name(row, draft if row.live is None else row.live.content)
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
    _name(row, draft)
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


def _name(row: AlarmRule, content: Mapping[str, Any]) -> None:
    """The columns that a list shows, of a content whose names are right."""
    rule = content["rule"]
    row.label, row.level = rule["label"].strip(), rule["level"]
    row.label_en = str(rule.get("label_en", ""))[:100]


def _write(row: AlarmRule, actor: Actor) -> None:
    """Note who wrote: whoever did may not switch a rule on that needs two people."""
    if actor.kind == "member" and actor.id not in row.writers:
        row.writers = [*row.writers, actor.id]


def _same(draft: Mapping[str, Any], version: RuleVersion) -> bool:
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
def switch_on(key: UUID | str, *, actor: Actor, seen: int | None = None) -> RuleVersion:
    """Let the draft go live, or a stopped rule's last version again.

    It is a new version unless it is what an earlier one was. Raises NotFound, NotPermitted,
    Conflict (changed meanwhile; or of a level that needs two people, by whoever wrote it),
    RuleError with every fault, and Invalid where nothing is watched, or what the actor may not
    see.
    """
    row = _locked(key)
    authorise(actor, RULE_SWITCH, owned_by(row.lead_unit))
    _refuse_changed(row, seen)
    if row.draft is None and row.state == State.LIVE:
        raise Conflict(_("这条规则已经在运行，没有要上线的改动。"))
    data = present_content(row)
    if data is None:
        raise Conflict(_("这条规则还没有内容。"))
    content = checked(data, zone=zone())
    if needs_second(row, content.rule.level, actor):
        raise Conflict(
            _("%(level)s规则须由另一位有权限的人上线，写过它的人不能自己上线。")
            % {"level": ColourName(content.rule.level).label}
        )
    _refuse_blind(row, content, actor)
    return _go_live(row, content, actor)


@transaction.atomic
def ask_second(key: UUID | str, *, actor: Actor) -> int:
    """Tell whoever may switch the rule on, and did not write it, that its draft waits; how many.

    Raises NotFound, NotPermitted, Conflict where nobody else is needed, RuleError while the draft
    is not complete.
    """
    row = _locked(key)
    authorise(actor, RULE_WRITE, owned_by(row.lead_unit))
    if row.draft is None:
        raise Conflict(_("这条规则没有草稿。"))
    content = checked(row.draft, zone=zone())
    if content.rule.level not in two_people_levels():
        raise Conflict(_("这个等级的规则不需要另一位上线。"))
    people = members_permitted(RULE_SWITCH, owned_by(row.lead_unit)).exclude(pk__in=row.writers)
    told = list(people.values_list("pk", flat=True))
    notify(
        told,
        _("告警规则待上线：%(label)s") % {"label": row.label},
        _("请核对、试算后上线；写过它的人不能自己上线。"),
        row.get_absolute_url(),
        rule_subject(row),
        "important",
    )
    record(rule_subject(row), "alarms.rule.asked", {"told": len(told)}, actor=actor)
    return len(told)


def needs_second(row: AlarmRule, level: str, actor: Actor) -> bool:
    """Whether somebody else must switch the rule on, since this actor wrote it."""
    return level in two_people_levels() and actor.id in row.writers


def _refuse_blind(row: AlarmRule, content: Content, actor: Actor) -> None:
    """Nobody switches on what watches nothing, or what they may not see."""
    if actor.kind == "system":
        bound_content(content, row.lead_unit)  # raises where a group is too large
        return
    rows = watched_by(content.watched, row.lead_unit)
    unseen = unseen_by(actor, rows)
    if unseen:
        raise Invalid(
            "rule.streams",
            _("要看的数据流里有 %(count)d 条不在您的查看范围内。") % {"count": unseen},
            _("把范围限定在本单位，或请能查看全区的人上线。"),
        )
    if not len(bound_content(content, row.lead_unit).groups):
        raise Invalid(
            "rule.streams",
            _("现在没有任何数据流符合，上线后不会有告警。"),
            _("检查观测属性和地点是否写对，或先登记设备。"),
        )


def _go_live(row: AlarmRule, content: Content, actor: Actor) -> RuleVersion:
    before = row.last
    version = _version(row, content, actor)
    row.live = row.last = version
    row.state = State.LIVE
    row.draft, row.writers = None, []
    _name(row, version.content)
    row.changed_at = clock.now()
    save_versioned(row)
    changes = differences(before.content, version.content) if before else []
    data = {
        "version": version.number,
        "hash": version.rule_hash,
        "changes": [one.to_data() for one in changes],
    }
    record(rule_subject(row), "alarms.rule.switched_on", data, actor=actor)
    mark_settled(rule_subject(row))
    return version


def _version(row: AlarmRule, content: Content, actor: Actor) -> RuleVersion:
    """The version of this content; the rule is locked, so nobody makes one meanwhile."""
    known = {"fingerprint": content.fingerprint, "rule_hash": content.rule.version}
    found = row.versions.filter(**known).first()
    if found is not None:
        return found
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    return RuleVersion.objects.create(
        rule=row,
        number=last + 1,
        content=content.to_data(),
        zone=content.rule.zone,
        created_at=clock.now(),
        created_by=(actor.name or actor.id)[:100],
        **known,
    )


@transaction.atomic
def switch_off(key: UUID | str, reason: str, *, actor: Actor, seen: int | None = None) -> AlarmRule:
    """Stop a rule; its open episodes are withdrawn by whoever follows the log.

    Raises NotFound, NotPermitted, Conflict, and Invalid without a reason.
    """
    row = _locked(key)
    authorise(actor, RULE_SWITCH, owned_by(row.lead_unit))
    _refuse_changed(row, seen)
    if row.state != State.LIVE or row.live is None:
        raise Conflict(_("这条规则没有在运行。"))
    reason = "".join(each for each in reason if each.isprintable()).strip()
    if not reason:
        raise Invalid("reason", _("还没有写停用的原因。"), _("请写一句话，例如“传感器更换”。"))
    data = {"version": row.live.number, "reason": reason[:300]}
    row.live, row.state, row.changed_at = None, State.STOPPED, clock.now()
    save_versioned(row)
    record(rule_subject(row), "alarms.rule.switched_off", data, actor=actor)
    return row


@transaction.atomic
def discard_draft(key: UUID | str, *, actor: Actor, seen: int | None = None) -> AlarmRule | None:
    """Throw a draft away. A rule that never went live goes with it, and None is the answer.

    Raises NotFound, NotPermitted, Conflict.
    """
    row = _locked(key)
    authorise(actor, RULE_WRITE, owned_by(row.lead_unit))
    _refuse_changed(row, seen)
    if row.draft is None:
        raise Conflict(_("这条规则没有草稿。"))
    record(rule_subject(row), "alarms.rule.discarded", {"key": row.key}, actor=actor)
    mark_settled(rule_subject(row))
    if row.last is None:
        row.delete()
        return None
    _name(row, row.last.content)
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
    row = _row(key)
    content = present_content(row)
    if content is None:
        raise Conflict(_("这条规则还没有内容。"))
    rule = {**content["rule"], "key": new_key.strip(), "label": label.strip(), "label_en": ""}
    return save_rule({**content, "rule": rule}, unit=unit or row.lead_unit_id, actor=actor)


@transaction.atomic
def put_rule(
    content: Mapping[str, Any], *, unit: str, actor: Actor, live: bool = True
) -> AlarmRule:
    """Have a rule of this content, live unless `live` is false; once for the same content.

    What people made of the rule afterwards stays: a content that was there before is not put
    again. A draft of theirs stays, too. Raises NotPermitted, Conflict where the key is another
    unit's, and RuleError.
    """
    found = checked(content, zone=zone())
    row = AlarmRule.objects.filter(key=found.rule.key).first()
    if row is None:
        row = save_rule(found.to_data(), unit=unit, actor=actor)
        if live:
            switch_on(row.pk, actor=actor)
        return _row(row.pk)
    row = _locked(row.pk)
    if row.lead_unit_id != unit:
        raise Conflict(
            _("规则“%(key)s”属于另一个单位 %(unit)s。") % {"key": row.key, "unit": row.lead_unit_id}
        )
    known = row.versions.filter(
        fingerprint=found.fingerprint, rule_hash=found.rule.version
    ).exists()
    if known or (not live and row.draft is not None):
        return row
    if not live:
        return save_rule(found.to_data(), row, actor=actor)
    authorise(actor, RULE_SWITCH, owned_by(row.lead_unit))
    bound_content(found, row.lead_unit)
    draft, writers = row.draft, row.writers
    _go_live(row, found, actor)
    if draft is not None and not _same(draft, _row(row.pk).live or RuleVersion()):
        row.draft, row.writers = draft, writers
        save_versioned(row, ["draft", "writers"])
    return row


def _row(key: UUID | str) -> AlarmRule:
    row = AlarmRule.objects.select_related("lead_unit", "live", "last").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这条规则。"))
    return row


def _locked(key: UUID | str) -> AlarmRule:
    """A rule, locked without joins; its version and unit are read afterwards."""
    if AlarmRule.objects.select_for_update().filter(pk=key).first() is None:
        raise NotFound(_("没有这条规则。"))
    return _row(key)


def _refuse_changed(row: AlarmRule, seen: int | None) -> None:
    if seen is not None and row.version != seen:
        raise Conflict(_("这条规则刚被别人修改过。请刷新后再试。"))
