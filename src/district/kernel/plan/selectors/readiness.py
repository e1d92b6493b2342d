"""What a commitment still lacks before it can be active."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from district.kernel.plan.models import Commitment
from district.kernel.plan.rules.readiness import Facts, Lack, lacks

_WORDS: dict[Lack, tuple[Promise, Promise]] = {
    "lead_unit": (_("牵头单位"), _("请指定牵头单位，可采纳系统建议。")),
    "leader": (_("责任领导"), _("请指定责任领导。")),
    "contact": (_("联系人"), _("请指定联系人。")),
    "deadline": (_("时限"), _("请填写完成时限。")),
    "measure": (_("指标"), _("请绑定指标并核对统计口径。")),
    "target": (_("目标值"), _("请更正原文表述，补上目标值。")),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: its key, what it is called, what to do."""

    field: Lack
    label: Promise
    remedy: Promise


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a commitment can be active, and what is missing, in the order to settle it."""

    ready: bool
    missing: tuple[Missing, ...]


def missing_of(row: Commitment) -> tuple[Lack, ...]:
    """The keys of what is missing; no query."""
    return lacks(
        Facts(
            kind=row.kind,
            has_lead_unit=row.lead_unit_id is not None,
            has_leader=row.leader_id is not None,
            has_contact=row.contact_id is not None,
            has_deadline=row.deadline is not None,
            has_measure=row.measure_id is not None,
            has_value=row.value is not None,
        )
    )


def readiness(row: Commitment) -> Readiness:
    """What a commitment still lacks, in words. No query."""
    missing = tuple(Missing(key, *_WORDS[key]) for key in missing_of(row))
    return Readiness(not missing, missing)
