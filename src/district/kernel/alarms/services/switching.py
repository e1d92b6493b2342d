"""Letting rules go live, by two people where they are grave; stopping them; having them put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from district.kernel.alarms.models import AlarmRule, RuleVersion
from district.kernel.alarms.models.rules import ColourName
from district.kernel.alarms.names import RULE_SWITCH, RULE_WRITE
from district.kernel.alarms.rules.content import Content
from district.kernel.alarms.rules.differences import differences
from district.kernel.alarms.selectors.knowing import two_people_levels, zone
from district.kernel.alarms.selectors.watching import unseen_by, watched_by
from district.kernel.alarms.services.binding import bound_content, checked
from district.kernel.alarms.services.rules import (
    locked_rule,
    name_after,
    owned_by,
    present_content,
    refuse_changed,
    rule_row,
    rule_subject,
    save_rule,
    says_the_same,
)
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled, notify
from district.kernel.organisation.public import authorise, members_permitted

State = AlarmRule.State


@transaction.atomic
def switch_on(key: UUID | str, *, actor: Actor, seen: int | None = None) -> RuleVersion:
    """Let the draft go live, or a stopped rule's last version again.

    It is a new version unless it is what an earlier one was. Raises NotFound, NotPermitted,
    Conflict (changed meanwhile; or of a level that needs two people, by whoever wrote it),
    RuleError with every fault, and Invalid where nothing is watched, or what the actor may not
    see.
    """
    row = locked_rule(key)
    authorise(actor, RULE_SWITCH, owned_by(row.lead_unit))
    refuse_changed(row, seen)
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
    row = locked_rule(key)
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
    name_after(row, version.content)
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
    row = locked_rule(key)
    authorise(actor, RULE_SWITCH, owned_by(row.lead_unit))
    refuse_changed(row, seen)
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
        return rule_row(row.pk)
    row = locked_rule(row.pk)
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
    if draft is not None and not says_the_same(draft, rule_row(row.pk).live or RuleVersion()):
        row.draft, row.writers = draft, writers
        save_versioned(row, ["draft", "writers"])
    return row
