"""What the yearly report is told of a series' outturn and of next year's target."""

from __future__ import annotations

import pytest

from district.kernel.reports.public import Outlook
from district.systems.economy.models import Nowcast
from district.systems.economy.selectors.outlooks import outlooks_of
from district.systems.economy.tests.conftest import People
from district.systems.economy.tests.test_dependents import MEASURE
from district.systems.economy.tests.test_nowcasts import computed, past

pytestmark = pytest.mark.django_db


def test_the_nowcast_is_the_outturn_that_is_expected(people: People) -> None:
    assert outlooks_of([MEASURE], 2025)[MEASURE].expected is None
    past()
    row: Nowcast = computed()
    assert row.growth is not None
    found = outlooks_of([MEASURE, "other"], 2025)
    assert found == {MEASURE: Outlook(row.growth, None, row.get_absolute_url())}
