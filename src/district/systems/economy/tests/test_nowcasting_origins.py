"""Over many origins the nowcast is near and its intervals are honest.

The benchmark (benchmarks/nowcast.py) measures both on public and generated series; here a small
pool guards against a change that breaks either.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from district.systems.economy.rules.nowcasting import History, Reading, Settings
from district.systems.economy.rules.nowcasting.conformal import Spread, spread_of, widening
from district.systems.economy.rules.nowcasting.nowcasting import Study, studied
from district.systems.economy.tests.nowcast_series import Months, months, to_date

pytestmark = pytest.mark.one_database
PLAIN = Settings()


def _broken(values: Months) -> Months:
    """The same with a third less from the middle of 2021 on."""
    return {
        at: round(value * Decimal("0.7"), 2) if at >= (2021, 7) else value
        for at, value in values.items()
    }


@pytest.fixture(scope="module")
def pool() -> list[Study]:
    """Series of fourteen years: regular, noisy, with a festival that moves, with a break."""
    made = [
        months(1, 2012, noise=0.02),
        months(2, 2012, noise=0.06),
        months(3, 2012, festival=0.3),
        months(4, 2012, festival=0.4, noise=0.05),
        _broken(months(5, 2012)),
        _broken(months(6, 2012, festival=0.3)),
    ]
    histories = [to_date(values, str(at)) for at, values in enumerate(made)]
    return list(studied(histories, [], 2026)[0].values())


def test_nearer_than_seasonal_naive_and_eight_of_ten_in_the_interval(pool: list[Study]) -> None:
    errors, naive, hits = [], [], []
    for study in pool:
        said, scores = study.combined.said, study.combined.errors
        for row in range(6, 14):
            for known in range(1, 12):
                came = float(study.rolls.came[row, known])
                scale = float(study.rolls.scale[row, known])
                spread = spread_of(said[row, known], scores[1:row], scale, known, PLAIN)
                errors.append(abs(came - said[row, known]))
                naive.append(abs(came - study.rolls.said[row, known, 0]))
                hits.append(spread.quantile(0.1) <= came <= spread.quantile(0.9))
    assert len(hits) >= 500
    assert np.mean(errors) < 0.8 * np.mean(naive)
    assert 0.7 <= np.mean(hits) <= 0.9


def test_what_is_learned_for_a_year_does_not_depend_on_what_comes_after(pool: list[Study]) -> None:
    short = to_date(months(3, 2012, festival=0.3), "x", until=(2022, 12))
    before = studied([short], [], 2023)[0]["x"]
    after = pool[2]
    rows = len(before.table.years)
    np.testing.assert_allclose(before.combined.said[1:rows], after.combined.said[1:rows])
    np.testing.assert_allclose(before.combined.weights[1:rows], after.combined.weights[1:rows])


def test_a_base_restated_later_changes_earlier_origins_by_its_factor_alone() -> None:
    values = months(4, 2016)
    restated = [
        replace(r, value=r.value * 3, base=r.base if r.year > 2024 else _before(values, r) * 3)
        for r in to_date(values).readings
        if r.year >= 2024 and r.value is not None
    ]
    earlier = [r for r in to_date(values).readings if r.year < 2024]
    history = History("x", (*earlier, *restated))
    plain = studied([to_date(values)], [], 2026)[0]["x"]
    moved = studied([history], [], 2026)[0]["x"]
    np.testing.assert_allclose(moved.table.factors, [3.0] * 8 + [1.0] * 2)
    np.testing.assert_allclose(moved.combined.said[1:10], 3 * plain.combined.said[1:10], rtol=1e-6)


def _before(values: Months, reading: Reading) -> Decimal:
    return sum((values[reading.year - 1, m] for m in range(1, reading.last + 1)), Decimal(0))


def test_a_chance_and_the_amount_it_belongs_to_are_each_others_inverse() -> None:
    errors = np.random.default_rng(1).normal(size=(6, 12))
    spread = spread_of(100.0, errors, 10.0, 4, PLAIN)
    for chance in (0.001, 0.02, 0.1, 0.5, 0.9, 0.98, 0.999):
        assert spread.reaches(spread.quantile(chance)) == pytest.approx(1 - chance, abs=1e-6)
    assert spread.quantile(0.5) == pytest.approx(100.0, abs=0.5)


def test_no_past_no_spread() -> None:
    assert spread_of(1.0, np.full((3, 12), np.nan), 1.0, 4, PLAIN) == Spread((), (), 0, 0)


def test_few_years_widen_the_spread() -> None:
    wide = [widening(years) for years in (1, 2, 5, 20)]
    assert wide == sorted(wide, reverse=True)
    # Student's with two and with four degrees of freedom; the expansion is coarse for the first.
    assert wide[0] == pytest.approx(1.886 / 1.282, rel=0.03)
    assert wide[1] == pytest.approx(1.533 / 1.282, rel=0.01)
    assert wide[-1] == pytest.approx(1.0, abs=0.02)
