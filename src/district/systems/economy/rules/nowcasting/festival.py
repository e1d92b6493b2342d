"""The Spring Festival moves between 21 January and 20 February, and work with it. Pure.

Months share a window around the festival: the week before, in which firms close, and the two weeks
until the Lantern Festival, in which they open again. How much of it falls into January, February
and March differs from year to year; how far that moves a series is learned from the series, and
drawn towards nothing while there are few years (ridge regression).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from district.systems.economy.rules.nowcasting.history import Floats

#: Month and day of the first day of the lunar year, as (January day) or (31 + February day).
_FIRST_DAYS = {
    1950: 48, 1951: 37, 1952: 27, 1953: 45, 1954: 34, 1955: 24, 1956: 43, 1957: 31,
    1958: 49, 1959: 39, 1960: 28, 1961: 46, 1962: 36, 1963: 25, 1964: 44, 1965: 33,
    1966: 21, 1967: 40, 1968: 30, 1969: 48, 1970: 37, 1971: 27, 1972: 46, 1973: 34,
    1974: 23, 1975: 42, 1976: 31, 1977: 49, 1978: 38, 1979: 28, 1980: 47, 1981: 36,
    1982: 25, 1983: 44, 1984: 33, 1985: 51, 1986: 40, 1987: 29, 1988: 48, 1989: 37,
    1990: 27, 1991: 46, 1992: 35, 1993: 23, 1994: 41, 1995: 31, 1996: 50, 1997: 38,
    1998: 28, 1999: 47, 2000: 36, 2001: 24, 2002: 43, 2003: 32, 2004: 22, 2005: 40,
    2006: 29, 2007: 49, 2008: 38, 2009: 26, 2010: 45, 2011: 34, 2012: 23, 2013: 41,
    2014: 31, 2015: 50, 2016: 39, 2017: 28, 2018: 47, 2019: 36, 2020: 25, 2021: 43,
    2022: 32, 2023: 22, 2024: 41, 2025: 29, 2026: 48, 2027: 37, 2028: 26, 2029: 44,
    2030: 34, 2031: 23, 2032: 42, 2033: 31, 2034: 50, 2035: 39, 2036: 28, 2037: 46,
    2038: 35, 2039: 24, 2040: 43, 2041: 32, 2042: 22, 2043: 41, 2044: 30, 2045: 48,
    2046: 37, 2047: 26, 2048: 45, 2049: 33, 2050: 23, 2051: 42, 2052: 32, 2053: 50,
    2054: 39, 2055: 28, 2056: 46, 2057: 35, 2058: 24, 2059: 43, 2060: 33, 2061: 21,
    2062: 40, 2063: 29, 2064: 48, 2065: 36, 2066: 26, 2067: 45, 2068: 34, 2069: 23,
    2070: 42, 2071: 31, 2072: 50, 2073: 38, 2074: 27, 2075: 46, 2076: 36, 2077: 24,
    2078: 43, 2079: 33, 2080: 22, 2081: 40, 2082: 29, 2083: 48, 2084: 37, 2085: 26,
    2086: 45, 2087: 34, 2088: 24, 2089: 41, 2090: 30, 2091: 49, 2092: 38, 2093: 27,
    2094: 46, 2095: 36, 2096: 25, 2097: 43, 2098: 32, 2099: 21,
}  # fmt: skip
_BEFORE, _AFTER = 7, 14
#: As many years of no effect at all are added to those that are seen.
_PRIOR_YEARS = 1.0
#: Effects beyond this (in logarithms, of a whole window) are not believed.
_MOST = 1.0


def spring_festival(year: int) -> date | None:
    """The first day of the lunar year; None outside 1950 to 2099."""
    day = _FIRST_DAYS.get(year)
    return None if day is None else date(year, 1, 1) + timedelta(days=day - 1)


def window_shares(year: int, ends: Sequence[int]) -> Floats:
    """Which share of the days around the festival falls into each part of the year (sum 1; nothing
    where the festival is not known)."""
    return _window_shares(year, tuple(ends)).copy()


@lru_cache(maxsize=1024)
def _window_shares(year: int, ends: tuple[int, ...]) -> Floats:
    first = spring_festival(year)
    shares = np.zeros(len(ends))
    if first is None:
        return shares
    days = [first + timedelta(days=at) for at in range(-_BEFORE, _AFTER + 1)]
    for day in days:
        month = 1 if day.year < year else day.month
        shares[next(at for at, end in enumerate(ends) if month <= end)] += 1 / len(days)
    return shares


def festival_effect(flows: Floats, years: Sequence[int], ends: Sequence[int]) -> float:
    """How the logarithm of a part moves with the share of the window that lies in it; 0 unknown.

    Parts of the first three months against the mean of the year's other parts, each part's own
    mean taken out, so that season and growth do not enter.
    """
    early = [at for at, end in enumerate(ends) if end <= 3]
    later = [at for at, end in enumerate(ends) if end > 3]
    if len(years) < 3 or not early or not later or (flows <= 0).any():
        return 0.0
    moved = np.array([window_shares(year, ends)[early] for year in years])
    level = np.log(flows[:, later].mean(axis=1, keepdims=True))
    season = np.log(flows[:, early]) - level
    x = moved - moved.mean(axis=0)
    y = season - season.mean(axis=0)
    spread = float((x**2).sum())
    if spread <= 0:
        return 0.0
    prior = _PRIOR_YEARS * spread / len(years)
    return float(np.clip((x * y).sum() / (spread + prior), -_MOST, _MOST))


def adjustment(years: Sequence[int], ends: Sequence[int], effect: float) -> Floats:
    """By what each part of each year is multiplied by the festival, against a middling year."""
    shares = np.array([window_shares(year, ends) for year in years])
    return np.asarray(np.exp(effect * (shares - _middling(tuple(ends)))), dtype=np.float64)


@lru_cache(maxsize=64)
def _middling(ends: tuple[int, ...]) -> Floats:
    """The mean of three Metonic cycles of nineteen years, after which the dates come again."""
    return np.asarray(np.mean([window_shares(year, ends) for year in range(1990, 2047)], axis=0))
