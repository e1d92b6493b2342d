"""Rules as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.alarms.models import AlarmRule, Episode, RuleTrial, RuleVersion
from district.kernel.alarms.names import RULE_SWITCH, RULE_VIEW, RULE_WRITE
from district.kernel.alarms.rules.differences import Difference, differences
from district.kernel.alarms.selectors.knowing import two_people_levels
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, permitted

State = AlarmRule.State


@dataclass(frozen=True)
class RuleView:
    """A rule, and what the actor may do with it.

    `is_grave`: it is of a level that needs two people; `needs_other`: and the actor wrote on it.
    """

    rule: AlarmRule
    may_write: bool
    may_switch: bool
    needs_other: bool
    is_grave: bool

    @property
    def may_try(self) -> bool:
        """Whether the actor may try it on past readings."""
        return self.may_write or self.may_switch

    @property
    def asks_other(self) -> bool:
        """Whether somebody else must switch the draft on, whom the actor may tell."""
        return self.may_write and self.rule.draft is not None and self.is_grave

    @property
    def can_go_live(self) -> bool:
        """Whether there is something to go live, and the actor may let it."""
        fresh = self.rule.draft is not None or self.rule.state == State.STOPPED
        return self.may_switch and fresh and not self.needs_other


def rule_for(key: UUID | str, actor: Actor) -> RuleView:
    """A rule; NotFound where there is none or the actor may not see it. Two queries."""
    rows = AlarmRule.objects.select_related("lead_unit", "live", "last")
    row = rows.filter(pk=key).first()
    home = None if row is None else Owned(row.lead_unit_id, path=row.lead_unit.path)
    if row is None or home is None or not permitted(actor, RULE_VIEW, home):
        raise NotFound(_("没有这条规则，或您没有查看的权限。"))
    level = row.level if row.draft is None else _level(row)
    grave = level in two_people_levels()
    return RuleView(
        row,
        may_write=permitted(actor, RULE_WRITE, home),
        may_switch=permitted(actor, RULE_SWITCH, home),
        needs_other=grave and actor.id in row.writers,
        is_grave=grave,
    )


def _level(row: AlarmRule) -> str:
    rule = row.draft.get("rule", {}) if isinstance(row.draft, dict) else {}
    return str(rule.get("level", "")) if isinstance(rule, dict) else ""


@dataclass(frozen=True)
class VersionRow:
    """A version, and what differs from the one before it."""

    version: RuleVersion
    changes: list[Difference]
    is_live: bool


def versions_of(rule: AlarmRule, most: int = 20) -> list[VersionRow]:
    """The newest versions. One query."""
    rows = list(rule.versions.order_by("-number")[: most + 1])
    found = []
    for at, row in enumerate(rows[:most]):
        before = rows[at + 1].content if at + 1 < len(rows) else None
        changes = differences(before, row.content) if before is not None else []
        found.append(VersionRow(row, changes, row.pk == rule.live_id))
    return found


def trials_of(rule: AlarmRule) -> QuerySet[RuleTrial]:
    """The kept trials, the newest first."""
    return rule.trials.order_by("-asked_at", "-id")


def trial_for(key: UUID | str, actor: Actor) -> tuple[RuleTrial, RuleView]:
    """A trial with its rule; NotFound where the actor may not see it. Three queries."""
    trial = RuleTrial.objects.select_related("compared").filter(pk=key).first()
    if trial is None:
        raise NotFound(_("没有这次试算。"))
    return trial, rule_for(trial.rule_id, actor)


def episodes_of_rule(rule: AlarmRule, most: int = 10) -> list[Episode]:
    """The newest episodes that the rule raised. One query."""
    return list(rule.episodes.order_by("-raised_at", "-id")[:most])
