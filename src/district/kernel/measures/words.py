"""Words of measures: what makes a filed value look wrong, and what a change was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import EventView
from district.kernel.measures.models import FilingDuty, Measure

_TEXTS: dict[str, Any] = {
    "unit_too_large": _("比参照数 %(known)s 大约 %(factor)s 倍，可能是计量单位写错"),
    "unit_too_small": _("比参照数 %(known)s 小约 %(factor)s 倍，可能是计量单位写错"),
    "sign": _("正负号与参照数 %(known)s 相反"),
    "zero": _("填的是 0，参照数是 %(known)s"),
    "jump": _("与参照数 %(known)s 相差约 %(times)s 倍"),
    "cumulative_falls": _("本年累计小于上期累计 %(known)s"),
}
# The kinds of events that say how a measure became what it is, values left aside.
CHANGES = (
    "measures.measure.created",
    "measures.measure.changed",
    "measures.measure.ended",
    "measures.measure.restarted",
    "measures.duty.created",
    "measures.duty.changed",
    "measures.duty.ended",
    "measures.duty.restarted",
)
# What changes that is no field with a value to read: the text itself stands among the versions.
_BARE: dict[str, Any] = {
    "definition": gettext_lazy("口径说明有改动"),
    "contact_id": gettext_lazy("联系人有改动"),
}


def warning_texts(warnings: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sentences of stored warnings, in the language of the moment."""
    return [str(_TEXTS[one["code"]]) % one["params"] for one in warnings]


def warning_codes() -> tuple[str, ...]:
    """All codes that have a sentence."""
    return tuple(sorted(_TEXTS))


def change_texts(event: EventView) -> list[str]:
    """What an event of a measure or of its duties changed, one line a thing."""
    data = event.data
    lines = [str(data[key]) for key in ("unit_name", "reason") if data.get(key)]
    model = FilingDuty if event.kind.startswith("measures.duty.") else Measure
    for key, value in data.items():
        if not isinstance(value, list):
            continue
        lines.append(str(_BARE[key]) if key in _BARE else _change(model, key, *value))
    if data.get("cancelled"):
        lines.append(gettext("取消 %(count)s 份没有提交的填报") % {"count": data["cancelled"]})
    if data.get("revived"):
        lines.append(gettext("恢复 %(count)s 份已取消的填报") % {"count": data["revived"]})
    return lines


def _change(model: type[FilingDuty] | type[Measure], key: str, before: Any, after: Any) -> str:
    field = model._meta.get_field(key)
    words = {str(value): str(label) for value, label in getattr(field, "flatchoices", ())}
    if field.get_internal_type() == "BooleanField":
        words = {"True": gettext("是"), "False": gettext("否")}
    shown = [words.get(str(one), str(one)) or gettext("无") for one in (before, after)]
    label = getattr(field, "verbose_name", key)
    return gettext("%(label)s由“%(before)s”改为“%(after)s”") % {
        "label": label,
        "before": shown[0],
        "after": shown[1],
    }
