"""What keeps alarms from being raised in time, and the light that says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from district.kernel.tracking.public import LightVerdict, Reason

#: So far behind, or so long without a sign of life, is told to administrators.
LATE = timedelta(seconds=60)
#: From here on the light is yellow.
SLOW = timedelta(seconds=10)
#: The gateway's spool of refused readings: half of what it may hold.
SPOOL_HALF = 32 << 20
_RED = {"stopped", "behind", "failing", "gateway_away", "log_full"}


@dataclass(frozen=True)
class Standing:
    """How far the log is followed, as the row says; see `models.Following`."""

    position: int
    end: int
    beat_at: datetime | None
    heard_at: datetime | None
    grew_at: datetime | None
    problem: str

    @property
    def frames(self) -> int:
        """How many frames lie before it."""
        return max(0, self.end - 1 - self.position)

    def lag(self, now: datetime) -> timedelta:
        """By how much time it is behind the log's newest frame."""
        if not self.frames or self.heard_at is None:
            return timedelta(0)
        return max(timedelta(0), now - self.heard_at)

    def silent(self, now: datetime) -> timedelta | None:
        """For how long it has given no sign of life; None where there never was one."""
        return None if self.beat_at is None else max(timedelta(0), now - self.beat_at)


def troubles_of(
    standing: Standing | None,
    now: datetime,
    *,
    rules_live: bool,
    gateway: Mapping[str, Any] | None,
    gateway_away: bool = False,
) -> dict[str, dict[str, str]]:
    """The kinds of trouble there are, with what their sentences name.

    `gateway` is what the gateway says of itself, None where it was not asked or did not answer.
    """
    found: dict[str, dict[str, str]] = {}
    if gateway_away:
        found["gateway_away"] = {}
    if rules_live:
        found |= _of_follower(standing, now, gateway_away=gateway_away)
    if gateway is not None:
        found |= _of_gateway(gateway)
    return found


def _of_follower(
    standing: Standing | None, now: datetime, *, gateway_away: bool
) -> dict[str, dict[str, str]]:
    silent = standing.silent(now) if standing else None
    if standing is None or silent is None:
        return {"stopped": {"seconds": "-"}}
    if silent > LATE:
        return {"stopped": {"seconds": _seconds(silent)}}
    found: dict[str, dict[str, str]] = {}
    if standing.problem:
        found["failing"] = {"problem": standing.problem}
    lag = standing.lag(now)
    if lag > LATE:
        found["behind"] = {"seconds": _seconds(lag), "frames": str(standing.frames)}
    still = standing.grew_at is not None and now - standing.grew_at > LATE
    if still and not gateway_away and standing.grew_at is not None:
        found["log_still"] = {"seconds": _seconds(now - standing.grew_at)}
    return found


def _of_gateway(gateway: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    spool, log = gateway.get("spool") or {}, gateway.get("log") or {}
    waiting, crowded = int(spool.get("waiting") or 0), int(spool.get("crowded") or 0)
    if waiting >= SPOOL_HALF or (crowded and waiting):
        found["spool_full"] = {
            "megabytes": str(round(waiting / (1 << 20))),
            "crowded": str(crowded),
            "error": str(spool.get("error") or "-"),
        }
    if log.get("full_since") is not None or log.get("error"):
        found["log_full"] = {"error": str(log.get("error") or "-")}
    return found


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))


def light_of(
    standing: Standing | None, now: datetime, *, rules_live: bool, troubles: Mapping[str, Any]
) -> LightVerdict:
    """How alarms stand: red where none may be raised, yellow where they are slow."""
    if troubles:
        reasons = tuple(Reason(f"alarms.{kind}", dict(told)) for kind, told in troubles.items())
        return LightVerdict("red" if _RED & set(troubles) else "yellow", reasons)
    if not rules_live:
        return LightVerdict("none", (Reason("alarms.no_rules"),))
    lag = standing.lag(now) if standing else timedelta(0)
    if lag > SLOW and standing is not None:
        words = {"seconds": _seconds(lag), "frames": str(standing.frames)}
        return LightVerdict("yellow", (Reason("alarms.behind", words),))
    return LightVerdict("green", (Reason("alarms.running"),))
