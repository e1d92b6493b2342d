"""An installation into which no district has been loaded yet: its worker has nothing to complain
of."""

from __future__ import annotations

import pytest

from district.kernel.base.periodic import Periodic, declared


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job", declared(), ids=lambda job: job.key)
def test_a_periodic_job_finds_nothing_to_do_before_a_district_is_loaded(job: Periodic) -> None:
    job.run()
