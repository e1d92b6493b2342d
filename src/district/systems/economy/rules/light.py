"""The light of a target by the chance of reaching it. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal, cast

from district.kernel.tracking.public import LightVerdict, Reason
from district.systems.economy.rules.nowcasting import Limits, Outturn, needed, outlook

Light = Literal["green", "yellow", "red", "none"]
_HUNDRED = Decimal(100)
STALE = "nowcast.stale"
_NEEDED = "progress.growth_needed"


def chance_light(
    outturn: Outturn,
    target: Decimal,
    limits: Limits,
    progress: LightVerdict,
    *,
    unit: str,
    places: int,
    as_growth: bool,
    stale: bool,
) -> LightVerdict:
    """The light by the nowcast, its reasons followed by those of progress (序时进度).

    With `as_growth` the sentences speak of growth in percent, for a series whose level is an
    index. `stale` says that figures changed since. Where the past is too short to give a chance,
    the light is `progress`.
    """
    verdict = outlook(outturn, target, limits)
    if verdict.light == "none":
        return progress
    code, params = verdict.reason, dict(verdict.values)
    amounts = {
        name: Decimal(params[name]) for name in ("level", "low", "high", "target") if name in params
    }
    if as_growth:
        code += "_growth"
        base = outturn.base or _HUNDRED
        params |= {name: _plain((one / base - 1) * _HUNDRED, 1) for name, one in amounts.items()}
    else:
        params |= {name: _plain(one, places) for name, one in amounts.items()} | {"unit": unit}
    reasons = [Reason(code, params)]
    if stale:
        reasons.append(Reason(STALE))
    reasons += progress.reasons
    open_part = needed(outturn, target)
    told = any(one.code == _NEEDED for one in progress.reasons)
    if open_part is not None and open_part.growth is not None and not told:
        reasons.append(Reason(_NEEDED, {"growth": _plain(open_part.growth, 1)}))
    return replace(progress, light=cast(Light, verdict.light), reasons=tuple(reasons))


def _plain(value: Decimal, places: int) -> str:
    return f"{round(value, places):f}"
