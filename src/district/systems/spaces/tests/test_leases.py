"""Leases of a unit day by day, and the register's vacancy."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.systems.spaces.models import Lease, SpaceUnit
from district.systems.spaces.names import SOON_DAYS
from district.systems.spaces.rules.vacancy import free_from, standing
from district.systems.spaces.selectors.vacancy import with_standing
from district.systems.spaces.services.leases import check_firm, end_lease, save_lease
from district.systems.spaces.tests.conftest import TODAY, People, lease


def _standing(code: str) -> tuple[bool, bool, date | None]:
    row = with_standing(SpaceUnit.objects.filter(code=code)).get()
    return row.vacant, row.soon, row.leased_until


def test_a_unit_is_leased_to_the_last_day_and_vacant_on_the_next(estate: People) -> None:
    assert _standing("U1") == (True, False, None)
    lease("U1", TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    assert _standing("U1") == (True, False, None)
    lease("U1", TODAY, TODAY)
    assert _standing("U1") == (False, True, TODAY)
    # A later lease, and it is not soon any more.
    last = TODAY + timedelta(days=400)
    lease("U1", TODAY + timedelta(days=20), last)
    assert _standing("U1") == (False, False, last)


def test_the_database_says_of_any_leases_what_the_rules_say(estate: People) -> None:
    rng, unit = Random(3), SpaceUnit.objects.get(code="U1")  # noqa: S311  # invented, not secret
    seen = set()
    for _ in range(40):
        Lease.objects.filter(unit=unit).delete()
        edges = sorted(rng.sample(range(-100, 200), 2 * rng.randrange(4)))
        spans = [
            (TODAY + timedelta(days=first), TODAY + timedelta(days=last))
            for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]
        Lease.objects.bulk_create(
            Lease(unit=unit, tenant="某公司", starts_on=first, ends_on=last)
            for first, last in spans
        )
        vacant, soon, until = _standing("U1")
        told = "vacant" if vacant else "soon" if soon else "leased"
        assert told == standing(spans, TODAY, SOON_DAYS)
        free = free_from(spans, TODAY)
        assert until == (None if free == TODAY else free - timedelta(days=1))
        seen.add(told)
    assert seen == {"vacant", "soon", "leased"}


def test_two_leases_never_share_a_day(estate: People) -> None:
    lease("U1", TODAY, TODAY + timedelta(days=10))
    with pytest.raises(Conflict, match="已有租约"):
        lease("U1", TODAY + timedelta(days=10), TODAY + timedelta(days=20))
    lease("U2", TODAY + timedelta(days=10), TODAY + timedelta(days=20))
    second = lease("U1", TODAY + timedelta(days=11), TODAY + timedelta(days=20))
    with pytest.raises(Conflict, match="已有租约"):
        save_lease({"starts_on": TODAY + timedelta(days=5)}, second, estate.state)
    assert second.unit.leases.count() == 2


def test_an_operator_leases_in_its_own_park_alone(estate: People) -> None:
    values = {"unit": "U3", "tenant": "某公司", "starts_on": TODAY, "ends_on": TODAY}
    for actor in (estate.state, estate.service, estate.east, estate.leader):
        with pytest.raises(NotPermitted):
            save_lease(values, None, actor)
    made = save_lease(values, None, estate.industry)
    with pytest.raises(NotPermitted):
        end_lease(made.pk, TODAY, actor=estate.state)


def test_ended_early_a_lease_frees_the_unit(estate: People) -> None:
    row = lease("U1", TODAY - timedelta(days=30), TODAY + timedelta(days=300))
    with pytest.raises(Invalid, match="租期"):
        end_lease(row.pk, TODAY + timedelta(days=301), actor=estate.state)
    end_lease(row.pk, TODAY + timedelta(days=2), actor=estate.state)
    assert _standing("U1") == (False, True, TODAY + timedelta(days=2))


@pytest.mark.parametrize("change", [{"ends_on": None}, {"starts_on": None}, {"tenant": "X"}])
def test_a_lease_without_what_it_needs_names_the_field(
    estate: People, change: dict[str, object]
) -> None:
    values = {"unit": "U1", "tenant": "某公司", "starts_on": TODAY, "ends_on": TODAY, **change}
    with pytest.raises(Invalid) as told:
        save_lease(values, None, estate.state)
    assert told.value.field == next(iter(change))


def test_a_credit_code_is_known_by_its_check_digit(db: None) -> None:
    """GB 32100's own example of a code, and one digit changed."""
    assert check_firm("某公司", "91350100m000100y43", name_field="n", code_field="c") == (
        "某公司",
        "91350100M000100Y43",
    )
    for wrong in ("91350100M000100Y44", "91350100M000100Y4", "9135010OM000100Y43"):
        with pytest.raises(Invalid) as told:
            check_firm("某公司", wrong, name_field="n", code_field="c")
        assert told.value.field == "c"
