"""Rain by the minute, and the water that it becomes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from district.simulation.signals.randomness import Floats, Ints, key_of, one
from district.simulation.signals.world import MINUTE, Happening, World, metres

_DAY = 1440
#: Of so many days one has a shower or more, and of these so many a heavy one.
_WET, _HEAVY = 0.45, 0.13
#: A storm of a scenario, in millimetres an hour in its middle, and how soon it is at its height.
STORM_PEAK, STORM_RISE = 130.0, 4 * MINUTE
_STORM_FALL = 8 * MINUTE
_FARTHEST = 3.0
#: How many minutes of rain a level still remembers.
MEMORY = 480


@dataclass(frozen=True)
class Shower:
    """Rain of a day of its own accord: `begin` and `length` in minutes, `peak` in mm/h."""

    begin: int
    length: int
    peak: float
    lon: float
    lat: float
    radius: float


@lru_cache(maxsize=512)
def _showers(seed: int, box: tuple[float, float, float, float], day: int) -> tuple[Shower, ...]:
    key = key_of("showers", seed, day)
    if one(key) > _WET:
        return ()
    west, south, east, north = box
    found = []
    for at in range(1 + int(3 * one(key, 1))):
        chances = [one(key, 10 * (at + 1) + n) for n in range(6)]
        heavy = chances[5] < _HEAVY
        found.append(
            Shower(
                begin=day * _DAY + int((0.25 + 0.7 * chances[0]) * _DAY),
                length=20 + int(70 * chances[1]),
                peak=(45.0 + 40.0 * chances[2]) if heavy else 3.0 + 20.0 * chances[2],
                lon=west + (east - west) * chances[3],
                lat=south + (north - south) * chances[4],
                radius=3000.0 + 5000.0 * chances[2],
            )
        )
    return tuple(found)


def rain(world: World, lon: float, lat: float, first: int, count: int) -> Floats:
    """Millimetres that fall at a point in each of `count` minutes from the minute `first` on.

    Minutes are counted from 1970 UTC.
    """
    fallen = np.zeros(count)
    shift = world.offset // MINUTE
    for day in range((first + shift) // _DAY - 1, (first + count + shift) // _DAY + 1):
        for shower in _showers(world.seed, world.box, day):
            _add_shower(fallen, shower, first + shift, lon, lat)
    for storm in world.of("storm"):
        fallen += _of_storm(storm, lon, lat, first, count)
    return fallen


def _add_shower(fallen: Floats, shower: Shower, first: int, lon: float, lat: float) -> None:
    begin, end = shower.begin - first, shower.begin + shower.length - first
    low, high = max(begin, 0), min(end, len(fallen))
    if low >= high:
        return
    away = metres(shower.lon, shower.lat, lon, lat) / shower.radius
    if away > _FARTHEST:
        return
    share = (np.arange(low, high) - begin + 0.5) / shower.length
    fallen[low:high] += shower.peak / 60.0 * np.sin(np.pi * share) * np.exp(-(away**2))


def _of_storm(storm: Happening, lon: float, lat: float, first: int, count: int) -> Floats:
    middle = (first + np.arange(count, dtype=np.int64)) * MINUTE + MINUTE // 2
    rising = np.clip((middle - storm.begin) / STORM_RISE, 0.0, 1.0)
    falling = np.clip((storm.end - middle) / _STORM_FALL, 0.0, 1.0) * (middle < storm.over)
    away = storm.distance(lon, lat) / storm.radius
    strength = STORM_PEAK / 60.0 * np.exp(-(away**2))
    found: Floats = strength * rising * falling
    return found


@lru_cache(maxsize=16)
def _answer(quick: float, slow: float) -> Floats:
    """How a catchment lets go of a millimetre, minute by minute: two reservoirs in a row."""
    minutes = np.arange(MEMORY)
    found: Floats = (np.exp(-minutes / slow) - np.exp(-minutes / quick)) / (slow - quick)
    return found


def stored(
    world: World, lon: float, lat: float, minutes: Ints, *, quick: float, slow: float, drain: float
) -> Floats:
    """What stands in the reservoirs above a point, in millimetres, at these minutes (sorted).

    `quick` and `slow` are how long water stays in the first and the second reservoir, in minutes;
    `drain` is what runs off each minute before anything gathers.
    """
    first = int(minutes[0]) - MEMORY
    count = int(minutes[-1]) - first
    fallen = np.maximum(_around(world, lon, lat, first, count) - drain, 0.0)
    flow = np.convolve(fallen, _answer(quick, slow))[: len(fallen)] * slow
    found: Floats = flow[minutes - first - 1]
    return found


def _around(world: World, lon: float, lat: float, first: int, count: int) -> Floats:
    """The rain over a catchment: at the point and a kilometre and a half around it."""
    by = 0.0135
    points = [(0.0, 0.0), (by, 0.0), (-by, 0.0), (0.0, by), (0.0, -by)]
    parts = [rain(world, lon + east, lat + north, first, count) for east, north in points]
    found: Floats = np.mean(parts, axis=0)
    return found
