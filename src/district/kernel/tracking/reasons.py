"""The words of reasons. A light's reasons are codes with figures; here they become sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.tracking.rules.verdict import Reason

_TEXTS: dict[str, Any] = {}


def declare_reason(code: str, template: Any) -> str:
    """Give a reason code its sentence, a lazy translation with %(name)s places; returns the code.

    Raises ValueError when another sentence is already declared.
    """
    known = _TEXTS.setdefault(code, template)
    if str(known) != str(template):
        raise ValueError(f"reason {code!r} is declared twice")
    return code


def reason_text(reason: Reason | Mapping[str, Any]) -> str:
    """The sentence in the language of the moment; the code itself when nobody declared one."""
    known = reason if isinstance(reason, Reason) else Reason.from_json(reason)
    template = _TEXTS.get(known.code)
    if template is None:
        return known.code
    return str(template) % known.params


def reason_texts(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sentences of a row's or change's stored reasons, in order."""
    return [reason_text(reason) for reason in reasons]


def template_of(code: str) -> str:
    """The declared sentence with its places, in the language of the moment; KeyError if none."""
    return str(_TEXTS[code])


def reason_codes() -> tuple[str, ...]:
    """All declared codes."""
    return tuple(sorted(_TEXTS))


declare_reason("progress.no_actual", _("尚无实际数"))
declare_reason("progress.not_started", _("统计期尚未开始"))
declare_reason(
    "progress.standing",
    _("实际 %(actual)s，目标 %(target)s，完成率 %(rate)s%%，序时进度 %(due)s%%"),
)
declare_reason("progress.behind", _("比序时进度少 %(gap)s%(unit)s"))
declare_reason("progress.ahead", _("比序时进度多 %(gap)s%(unit)s"))
declare_reason("progress.reached", _("实际 %(actual)s%(unit)s，达到目标 %(target)s%(unit)s"))
declare_reason(
    "progress.level_short",
    _("实际 %(actual)s%(unit)s，距目标 %(target)s%(unit)s 还差 %(short)s%(unit)s"),
)
declare_reason(
    "progress.growth_short",
    _("增速 %(actual)s%%，距目标 %(target)s%% 还差 %(short)s 个百分点"),
)
declare_reason("progress.ceiling_used", _("已用控制数的 %(rate)s%%，序时进度 %(due)s%%"))
declare_reason(
    "progress.ceiling_broken",
    _("实际 %(actual)s%(unit)s，超过控制数 %(target)s%(unit)s"),
)
declare_reason("progress.growth_needed", _("后续需增速 %(growth)s%%"))
declare_reason("progress.monthly_needed", _("后续平均每月需 %(amount)s%(unit)s"))
declare_reason("deadline.done", _("已完成"))
declare_reason("deadline.done_late", _("已完成，晚于期限"))
declare_reason("deadline.no_due", _("没有期限"))
declare_reason("deadline.paused", _("计时暂停"))
declare_reason("deadline.cancelled", _("已取消"))
declare_reason("deadline.left", _("距期限还有 %(days)s 个工作日"))
declare_reason("deadline.last_day", _("下一个工作日之前到期"))
declare_reason("deadline.overdue", _("已超期 %(days)s 个工作日"))
declare_reason("deadline.just_past", _("已超期，不足 1 个工作日"))
declare_reason("deadline.near", _("剩余时间不足 %(percent)s%%"))
declare_reason("deadline.in_time", _("时限内"))
declare_reason("filing.done", _("已按时填报"))
declare_reason("filing.done_late", _("已填报，晚于期限"))
declare_reason("filing.no_due", _("没有填报期限"))
declare_reason("filing.left", _("距填报期限还有 %(days)s 个工作日"))
declare_reason("filing.last_day", _("下一个工作日之前应填报"))
declare_reason("filing.overdue", _("填报已超期 %(days)s 个工作日"))
declare_reason("clock.provisional", _("期限跨越放假安排尚未公布的年份，公布后可能调整"))
