"""What each kind of sensor says at given times. Pure: the same question has the same answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from district.simulation.signals import weather
from district.simulation.signals.randomness import Floats, Ints, key_of, normal, one, wandering
from district.simulation.signals.world import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Happening,
    Stream,
    World,
    bearing,
    day_of,
    hour_of,
    metres,
)

#: How soon a fire is at two thirds of its strength, and how soon nothing is left of it.
FIRE_GROWS, FIRE_FADES = 60 * SECOND, 90 * SECOND
#: A front end that was given no range sees so far, in metres.
RANGE = 3000.0
#: From this much smoke on a front end says where it sees it.
SEEN = 35.0
#: Gas of the one site leaks this long after a storm began, and how much of the explosive limit.
LEAK_AFTER, LEAK = 6 * MINUTE, 34.0
_LEAK_GROWS = 2 * MINUTE
#: Smoke of a fire makes the air worse so far away, in metres.
PLUME = 4000.0
Say = Callable[[Stream, Ints, World], Floats]


def values(stream: Stream, times: Ints, world: World) -> Floats:
    """What a stream says at these times (sorted); NaN where it says nothing.

    Scenarios that were stopped by hand let go of the values within `PUT_BACK`.
    """
    if not len(times):
        return np.empty(0)
    going, put_back = [], []
    for one_of in world.happenings:
        if one_of.begin > int(times[-1]):
            continue
        left = one_of.left(times)
        if left.min() == 1.0:
            going.append(one_of)
        elif left.max() > 0.0:
            put_back.append((one_of, left))
    say, places = _SAYS[stream.kind]
    rest = replace(world, happenings=tuple(going))
    found = say(stream, times, rest)
    for one_of, left in put_back:
        here = say(stream, times, replace(rest, happenings=(*going, one_of)))
        found = found + (here - found) * left
    return np.round(found, places)


def _key(stream: Stream, what: str, world: World) -> int:
    return key_of(world.seed, what, stream.key)


def _noise(stream: Stream, what: str, times: Ints, world: World) -> Floats:
    return normal(_key(stream, f"noise {what}", world), times // SECOND)


# Water ---------------------------------------------------------------------------------------


def _rain_of(minutes: int) -> Say:
    def say(stream: Stream, times: Ints, world: World) -> Floats:
        length = minutes or max(1, stream.period // MINUTE)
        ends = times // MINUTE
        first = int(ends[0]) - length
        fallen = weather.rain(world, stream.lon, stream.lat, first, int(ends[-1]) - first)
        total = np.concatenate(([0.0], np.cumsum(fallen)))
        found: Floats = total[ends - first] - total[ends - first - length]
        return found

    return say


def _level(stream: Stream, times: Ints, world: World) -> Floats:
    gain = stream.details.get("gain", 0.02)
    base = stream.details.get("base", 1.0 + 0.4 * one(_key(stream, "base", world)))
    slow = stream.details.get("slow", 45.0)
    held = weather.stored(
        world, stream.lon, stream.lat, times // MINUTE, quick=6, slow=slow, drain=0.01
    )
    tide = 0.03 * wandering(_key(stream, "tide", world), times, 9 * HOUR)
    noise = 0.004 * _noise(stream, "level", times, world)
    found: Floats = base + gain * held + tide + noise
    return found


def _ponding(stream: Stream, times: Ints, world: World) -> Floats:
    held = weather.stored(
        world, stream.lon, stream.lat, times // MINUTE, quick=3, slow=14, drain=0.75
    )
    return stream.details.get("gain", 0.022) * held


# Air -----------------------------------------------------------------------------------------


def _air(mean: float, swing: float, peak: float, washed: float, plume: float = 0.0) -> Say:
    """A pollutant around `mean` that is highest at the hour `peak`, and less in the rain."""

    def say(stream: Stream, times: Ints, world: World) -> Floats:
        hours = hour_of(world, times)
        daily = 1.0 + swing * np.cos(2.0 * np.pi * (hours - peak) / 24.0)
        air = 1.0 + 0.35 * wandering(key_of(world.seed, "air", mean), times, 3 * DAY)
        here = 0.9 + 0.2 * one(_key(stream, f"air {mean}", world))
        fallen = weather.rain(
            world,
            stream.lon,
            stream.lat,
            int(times[0]) // MINUTE - 60,
            (int(times[-1]) - int(times[0])) // MINUTE + 61,
        )
        total = np.concatenate(([0.0], np.cumsum(fallen)))
        at = times // MINUTE - int(times[0]) // MINUTE + 60
        clean = np.exp(-washed * np.minimum(total[at] - total[at - 60], 20.0) / 20.0)
        found = mean * daily * air * here * clean
        found = found * (1.0 + 0.05 * _noise(stream, f"air {mean}", times, world))
        for fire in world.of("fire") if plume else ():
            away = fire.distance(stream.lon, stream.lat)
            found = found + plume * _burning(fire, times) * np.exp(-((away / PLUME) ** 2))
        kept: Floats = np.maximum(found, 0.0)
        return kept

    return say


def _section(mean: float, spread: float, swing: float, load: str = "") -> Say:
    """An item of a river section: its own mean, slowly changing, with a daily swing.

    `load` names the detail by which a section carries so many times more.
    """

    def say(stream: Stream, times: Ints, world: World) -> Floats:
        own = 1.0 + spread * (2.0 * one(_key(stream, f"section {mean}", world)) - 1.0)
        own *= stream.details.get(load, 1.0)
        slow = 1.0 + 0.12 * wandering(_key(stream, f"slow {mean}", world), times, 5 * DAY)
        daily = 1.0 + swing * np.cos(2.0 * np.pi * (hour_of(world, times) - 15.0) / 24.0)
        noise = 1.0 + 0.03 * _noise(stream, f"section {mean}", times, world)
        found: Floats = mean * own * slow * daily * noise
        return found

    return say


def _noise_at(stream: Stream, times: Ints, world: World) -> Floats:
    """Noise of a site, or of the zone whose level by `day` (and by `night`) the details tell."""
    details = stream.details
    if "day" in details:
        hours = hour_of(world, times)
        by_day = (hours > 6) & (hours <= 22)
        base = np.where(by_day, details["day"], details.get("night", details["day"] - 9.0))
        swing = 1.2 * wandering(_key(stream, "traffic", world), times, 20 * MINUTE)
        found: Floats = base + swing + 0.6 * _noise(stream, "zone", times, world)
        return found
    return _noise_of_site(stream, times, world)


def _noise_of_site(stream: Stream, times: Ints, world: World) -> Floats:
    hours = hour_of(world, times)
    days = day_of(world, times)
    works = ((hours >= 7) & (hours < 12)) | ((hours >= 14) & (hours < 20))
    # Some sites work on some nights, most often those that are said to.
    eager = stream.details.get("nights", 0.06)
    tonight = normal(_key(stream, "nights", world), days - (hours < 7)) > _bound(eager)
    at_night = tonight & ((hours >= 22) | (hours < 2))
    loud = 63.5 + 3.0 * one(_key(stream, "loud", world))
    base = np.where(works, loud, np.where(at_night, 62.0, 47.0))
    swing = 2.5 * wandering(_key(stream, "work", world), times, 20 * MINUTE)
    found: Floats = base + swing + 1.2 * _noise(stream, "site", times, world)
    return found


def _bound(share: float) -> float:
    """Above this lies about `share` of a standard normal distribution (share below a half)."""
    root = np.sqrt(-2.0 * np.log(min(max(share, 1e-6), 0.499)))
    return float(root - (2.30753 + 0.27061 * root) / (1.0 + root * (0.99229 + root * 0.04481)))


# Fire and gas --------------------------------------------------------------------------------


def _burning(fire: Happening, times: Ints) -> Floats:
    """How much of a fire burns, from 0 to 1."""
    since = np.maximum(times - fire.begin, 0)
    after = np.maximum(times - fire.over, 0)
    found: Floats = (1.0 - np.exp(-since / FIRE_GROWS)) * np.exp(-after / FIRE_FADES)
    return found


def sight(stream: Stream, fire: Happening) -> float:
    """How well a front end sees a fire: 1 beside it, 0 beyond its range."""
    reach = stream.details.get("range", RANGE)
    return float(max(0.0, 1.0 - fire.distance(stream.lon, stream.lat) / reach) ** 0.5)


def _smoke(stream: Stream, times: Ints, world: World) -> Floats:
    quiet = 3.0 + 1.5 * wandering(_key(stream, "haze", world), times, 2 * HOUR)
    found = quiet + 0.4 * _noise(stream, "smoke", times, world)
    for fire in world.of("fire"):
        found = found + 92.0 * sight(stream, fire) * _burning(fire, times)
    return np.clip(found, 0.0, 100.0)


def _heat(stream: Stream, times: Ints, world: World) -> Floats:
    hours = hour_of(world, times)
    found = 27.0 + 5.0 * np.cos(2.0 * np.pi * (hours - 14.0) / 24.0)
    found = found + 1.5 * wandering(key_of(world.seed, "heat"), times, 2 * DAY)
    found = found + 0.3 * _noise(stream, "heat", times, world)
    for fire in world.of("fire"):
        found = found + 260.0 * sight(stream, fire) * _burning(fire, times)
    return found


def _seen(what: str) -> Say:
    """Where a front end sees a fire, as long as it sees one; it says nothing else."""

    def say(stream: Stream, times: Ints, world: World) -> Floats:
        smoke = _smoke(stream, times, world)
        found = np.full(len(times), np.nan)
        fires = [fire for fire in world.of("fire") if sight(stream, fire) > 0.0]
        if not fires:
            return found
        fire = min(fires, key=lambda each: each.distance(stream.lon, stream.lat))
        at = (stream.lon, stream.lat, fire.lon, fire.lat)
        told = bearing(*at) if what == "bearing" else metres(*at)
        error = 0.6 if what == "bearing" else 0.03 * told
        said = told + error * _noise(stream, what, times, world)
        if what == "bearing":
            said = np.mod(said, 360.0)
        return np.where(smoke >= SEEN, said, found)

    return say


def _gas(stream: Stream, times: Ints, world: World) -> Floats:
    found = 1.2 + 0.8 * wandering(_key(stream, "gas", world), times, 5 * HOUR)
    found = found + 0.2 * _noise(stream, "gas", times, world)
    for storm in world.of("storm"):
        if storm.site and storm.site == stream.key:
            since = np.maximum(times - storm.begin - LEAK_AFTER, 0)
            after = np.maximum(times - storm.over, 0)
            grown = 1.0 - np.exp(-since / _LEAK_GROWS)
            found = found + LEAK * grown * np.exp(-after / (5 * MINUTE))
    return np.maximum(found, 0.0)


#: By observed property: who says it, and with how many decimals.
_SAYS: dict[str, tuple[Say, int]] = {
    "rain": (_rain_of(0), 1),
    "rain_hour": (_rain_of(60), 1),
    "level": (_level, 3),
    "ponding": (_ponding, 3),
    "pm25": (_air(19.0, 0.22, 8.0, 0.7, plume=160.0), 0),
    "pm10": (_air(36.0, 0.22, 8.0, 0.8, plume=220.0), 0),
    "so2": (_air(6.0, 0.1, 10.0, 0.3), 0),
    "no2": (_air(24.0, 0.35, 20.0, 0.3), 0),
    "co": (_air(0.62, 0.15, 8.0, 0.2), 2),
    "o3": (_air(86.0, 0.6, 15.0, 0.2), 0),
    "oxygen": (_section(6.8, 0.12, 0.10), 2),
    "permanganate": (_section(3.4, 0.25, 0.02), 2),
    "ammonia": (_section(0.55, 0.45, 0.05, load="load"), 3),
    "phosphorus": (_section(0.12, 0.35, 0.02), 3),
    "noise": (_noise_at, 1),
    "smoke": (_smoke, 1),
    "heat": (_heat, 1),
    "fire_bearing": (_seen("bearing"), 1),
    "fire_distance": (_seen("distance"), 0),
    "gas": (_gas, 1),
}
KINDS = frozenset(_SAYS)
