"""What samples make of a section's months; and days of readings as samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from district.kernel.history.public import Actor
from district.kernel.measures.public import month_end
from district.systems.environment.models import (
    RiverSection,
    SectionMonth,
    WaterSample,
    WaterValue,
)
from district.systems.environment.rules import water as rules
from district.systems.environment.rules.numbers import exact, mean, rounded
from district.systems.environment.selectors.streams import Stream, aware, between, local
from district.systems.environment.services.air import stretches
from district.systems.environment.services.vintages import keep
from district.systems.environment.standards import water_standard

_PLACES = 6
_MONTH, _YEAR = SectionMonth.Span.MONTH, SectionMonth.Span.YEAR


def compute_section(
    section: RiverSection,
    streams: Sequence[Stream],
    days: Iterable[date],
    *,
    at: datetime,
    actor: Actor,
) -> list[WaterSample]:
    """Make the days' means of readings samples of a section; returns what is new."""
    wanted = []
    for first, last in stretches(days):
        begin = aware(datetime.combine(first, time.min))
        end = aware(datetime.combine(last + timedelta(days=1), time.min))
        found = between([stream.number for stream in streams], begin, end)
        keys = {stream.number: stream.key for stream in streams}
        told: dict[date, dict[str, list[Fraction]]] = {}
        for number, moment, value in zip(
            found.stream.tolist(), found.time.tolist(), found.value.tolist(), strict=True
        ):
            day = (local(moment) - timedelta(microseconds=1)).date()
            told.setdefault(day, {}).setdefault(keys[number], []).append(exact(value))
        wanted += [_sample_row(section, day, items) for day, items in sorted(told.items())]
    samples = [row for row in wanted if row["found"]]
    within = {
        "section": section,
        "source": WaterSample.Source.READINGS,
        "taken_on__in": [row["taken_on"] for row in samples],
    }
    new = keep(WaterSample, ("taken_on",), samples, at=at, actor=actor, within=within)
    add_values(new)
    return new


def _sample_row(
    section: RiverSection, day: date, told: Mapping[str, list[Fraction]]
) -> dict[str, Any]:
    standard = water_standard(day)
    found = {}
    for key, values in sorted(told.items()):
        average = mean(values)
        if average is not None and len(values) >= standard.day_readings:
            found[key] = f"{rounded(average, _PLACES).normalize():f}"
    return {
        "section": section,
        "taken_on": day,
        "source": WaterSample.Source.READINGS,
        "found": found,
        "lead_unit_id": section.lead_unit_id,
        "standard": standard.key,
    }


def add_values(samples: Iterable[WaterSample]) -> None:
    """A row for each item of new samples."""
    rows = []
    for sample in samples:
        standard = water_standard(sample.taken_on)
        for key, text in sample.found.items():
            value, below = rules.lab_value(text, standard)
            counted = rounded(value, _PLACES)
            rows.append(WaterValue(sample=sample, item=key, value=counted, below=below))
    WaterValue.objects.bulk_create(rows, batch_size=500)


def compute_months(
    section: RiverSection, days: Iterable[date], *, at: datetime, actor: Actor
) -> list[SectionMonth]:
    """Assess the months that hold those days, and the year so far up to each later month."""
    months = sorted({day.replace(day=1) for day in days})
    if not months:
        return []
    years = sorted({month.year for month in months})
    samples = list(
        WaterSample.objects.filter(
            section=section, is_current=True, taken_on__year__in=years
        ).order_by("taken_on")
    )
    wanted = []
    for year in years:
        first = min(month.month for month in months if month.year == year)
        here = [sample for sample in samples if sample.taken_on.year == year]
        last = max((sample.taken_on.month for sample in here), default=0)
        by_month = {
            number: [sample for sample in here if sample.taken_on.month == number]
            for number in range(1, last + 1)
        }
        means = {number: _means(some) for number, some in by_month.items()}
        for number in range(first, last + 1):
            month = date(year, number, 1)
            if by_month[number]:
                count = len(by_month[number])
                wanted.append(_month_row(section, month, _MONTH, means[number], count))
            so_far = [means[one] for one in range(1, number + 1)]
            count = sum(len(by_month[one]) for one in range(1, number + 1))
            wanted.append(_month_row(section, month, _YEAR, _mean_of(so_far), count))
    within = {"section": section, "month__year__in": years}
    return keep(
        SectionMonth, ("month", "span"), wanted, at=at, actor=actor, within=within, ends=_ends
    )


def _ends(row: SectionMonth) -> date:
    return month_end(row.month.year, row.month.month)


def _means(samples: Sequence[WaterSample]) -> dict[str, Fraction]:
    """The month's mean of each item: the laboratory's where it has one, else that of readings."""
    told: dict[str, dict[str, list[Fraction]]] = {source: {} for source in WaterSample.Source}
    for sample in samples:
        standard = water_standard(sample.taken_on)
        for key, text in sample.found.items():
            value, _below = rules.lab_value(text, standard)
            told[sample.source].setdefault(key, []).append(value)
    lab, automatic = told[WaterSample.Source.LAB], told[WaterSample.Source.READINGS]
    found = {**automatic, **lab}
    return _known({key: mean(some) for key, some in found.items()})


def _mean_of(months: Sequence[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """The mean of the months' means, each month counting once."""
    keys = {key for one in months for key in one}
    return _known({key: mean(one[key] for one in months if key in one) for key in keys})


def _known(found: Mapping[str, Fraction | None]) -> dict[str, Fraction]:
    return {key: value for key, value in found.items() if value is not None}


def _month_row(
    section: RiverSection, month: date, span: str, means: Mapping[str, Fraction], samples: int
) -> dict[str, Any]:
    standard = water_standard(month)
    known = {key: value for key, value in means.items() if key in standard.by_key}
    found = rules.assessed(known, int(section.target), standard)
    return {
        "section": section,
        "month": month,
        "span": span,
        "target": section.target,
        "water_class": str(found.water_class or ""),
        "meets": found.meets,
        "assessed": section.assessed,
        "reach": section.reach,
        "failing": [
            {
                "item": one.item,
                "value": f"{rounded(one.value, _PLACES).normalize():f}",
                "limit": f"{one.limit.normalize():f}",
                "class": one.water_class,
                "times": "" if one.times is None else str(rounded(one.times, 2)),
            }
            for one in found.failing
        ],
        "failing_items": ",".join(one.item for one in found.failing)[:200],
        "means": {
            key: f"{rounded(value, _PLACES).normalize():f}" for key, value in sorted(known.items())
        },
        "missing": list(found.missing),
        "samples": samples,
        "standard": standard.key,
    }
