"""The words of what makes a filed value look wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_TEXTS: dict[str, Any] = {
    "unit_too_large": _("比参照数 %(known)s 大约 %(factor)s 倍，可能是计量单位写错"),
    "unit_too_small": _("比参照数 %(known)s 小约 %(factor)s 倍，可能是计量单位写错"),
    "sign": _("正负号与参照数 %(known)s 相反"),
    "zero": _("填的是 0，参照数是 %(known)s"),
    "jump": _("与参照数 %(known)s 相差约 %(times)s 倍"),
    "cumulative_falls": _("本年累计小于上期累计 %(known)s"),
}


def warning_texts(warnings: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sentences of stored warnings, in the language of the moment."""
    return [str(_TEXTS[one["code"]]) % one["params"] for one in warnings]


def warning_codes() -> tuple[str, ...]:
    """All codes that have a sentence."""
    return tuple(sorted(_TEXTS))
