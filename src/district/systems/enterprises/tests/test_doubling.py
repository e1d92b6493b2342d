"""Targets of 培土倍增: counted from the register, held against what is due, bound to the plan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.public import MeasureValue, compute_measures, measure_by_key
from district.kernel.tracking.public import TrackedRow, refresh_lights, save_calendar
from district.systems.enterprises.models import DoublingTarget
from district.systems.enterprises.rules.catalogue import CatalogueError
from district.systems.enterprises.rules.doubling import Doubling, doublings_from, due_by, profile_of
from district.systems.enterprises.selectors.doubling import actuals, targets_in_force
from district.systems.enterprises.services.catalogue import load_enterprises_file, put_catalogue
from district.systems.enterprises.services.doubling import put_doublings, subject_of
from district.systems.enterprises.services.qualifying import save_qualification
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People
from district.testing.moments import standing

TODAY = date(2025, 9, 22)
GROUPS = [
    {"key": "electronics", "name": "电子信息", "name_en": "Electronics", "codes": ["C39", "I65"]},
    {"key": "trade", "name": "批发零售", "name_en": "Trade", "codes": ["F51", "F52"]},
]


def said(**other: Any) -> dict[str, Any]:
    """An entry as the file has it."""
    return {
        "key": "electronics_above_scale",
        "group": "electronics",
        "indicator": "above_scale",
        "base_year": 2023,
        "base": 2,
        "targets": [2, 4, 4],
        "lead_unit": "9-D05",
        **other,
    }


NEW = {
    "key": "specialised_new",
    "group": "",
    "indicator": "new_specialised",
    "base_year": 2024,
    "base": 0,
    "targets": [4, 10],
    "lead_unit": "9-D25",
}
REVENUE = said(
    key="revenue", indicator="above_scale_revenue", base="100.5", targets=[150, 200, "201.25"]
)


@pytest.fixture
def grouped(people: People) -> People:
    put_catalogue({"service_unit": "9-D05", "industry_groups": GROUPS}, [], actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    return people


# The rules ----------------------------------------------------------------------------------


@given(
    st.integers(0, 50),
    st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(any),
    st.integers(-400, 2600),
)
def test_what_is_due_lies_between_the_ends_of_two_years(
    base: int, steps: list[int], days: int
) -> None:
    values = [base + sum(steps[: at + 1]) for at in range(len(steps))]
    one = Doubling("a", "", "above_scale", 2023, Decimal(base), tuple(map(Decimal, values)), "9")
    day = date(2023, 12, 31) + timedelta(days=days)
    ends = {date(2023 + at, 12, 31): value for at, value in enumerate([base, *values])}
    if day <= min(ends):
        expected = Fraction(base)
    elif day >= max(ends):
        expected = Fraction(values[-1])
    else:
        before = max(end for end in ends if end <= day)
        after = min(end for end in ends if end >= day)
        part = Fraction((day - before).days, (after - before).days or 1)
        expected = ends[before] + (ends[after] - ends[before]) * part
    assert abs(Fraction(due_by(one, day)) - expected) < Fraction(1, 10_000)
    assert 0 <= profile_of(one).share(one.period, day) <= 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("key", {"key": "Ä"}),
        ("indicator", {"indicator": "happiness"}),
        ("base_year", {"base_year": "2023"}),
        ("base", {"base": "many"}),
        ("base", {"indicator": "new_specialised", "base": 3}),
        ("targets", {"targets": []}),
        ("targets", {"targets": [4, 3]}),
        ("targets", {"targets": [2, 2]}),
        ("targets", {"targets": [1.005]}),
        ("lead_unit", {"lead_unit": ""}),
    ],
)
def test_an_entry_that_says_nothing_sound_is_refused_with_its_field(
    field: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(CatalogueError) as refused:
        doublings_from([said(**wrong)])
    assert refused.value.field == f"doubling.1.{field}"


def test_the_same_thing_is_not_aimed_at_twice() -> None:
    for twice in ({"key": "other"}, {"group": "trade"}):
        with pytest.raises(CatalogueError):
            doublings_from([said(), said(**twice)])


# In force -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_the_district_does_not_have_is_refused_whole(grouped: People) -> None:
    for field, wrong in (
        ("group", {"group": "space"}),
        ("indicator", {"indicator": "with_wings", "key": "x"}),
        ("lead_unit", {"lead_unit": "9-D99"}),
    ):
        with pytest.raises(Invalid) as refused:
            put_doublings([NEW, said(**wrong)], actor=LOADER)
        assert refused.value.field.endswith(field)
    assert not DoublingTarget.objects.exists()
    with pytest.raises(NotPermitted):
        put_doublings([said()], actor=grouped.service)
    groups = [{"key": "a", "name": "甲", "codes": ["C399999"]}]
    with pytest.raises(Invalid, match="C399999"):
        put_catalogue({"industry_groups": groups}, [], actor=LOADER)


@pytest.mark.django_db
def test_targets_follow_the_file_and_what_it_names_no_more_rests(
    grouped: People, tmp_path: Path
) -> None:
    put_doublings([said(), NEW], actor=LOADER)
    row = DoublingTarget.objects.get(key="electronics_above_scale")
    assert row.tracked is not None
    assert (row.tracked.title, row.tracked.lead_unit_id) == ("电子信息“四上”企业数", "9-D05")
    before = (DoublingTarget.objects.get(key="specialised_new").version, row.tracked.version)
    put_doublings([said(), NEW], actor=LOADER)
    after = DoublingTarget.objects.get(key="specialised_new").version
    known = TrackedRow.objects.get(pk=row.tracked.pk)
    assert (after, known.version) == before, "nothing changes"
    put_doublings([said(targets=[3, 5, 6, 8], lead_unit="9-D25")], actor=LOADER)
    row.refresh_from_db()
    tracked = TrackedRow.objects.get(pk=known.pk)
    assert (row.last_year, row.value, tracked.lead_unit_id) == (2027, Decimal(8), "9-D25")
    assert tracked.due_at is not None
    assert tracked.due_at.year == 2027
    gone = DoublingTarget.objects.get(key="specialised_new")
    assert not gone.in_force
    assert gone.tracked is not None
    assert gone.tracked.state == TrackedRow.State.CANCELLED
    kinds = [event.kind for event in events_of(subject_of(row), limit=50)]
    assert kinds.count("enterprises.doubling.put") == 2
    put_doublings([NEW], actor=LOADER)
    back = DoublingTarget.objects.get(key="specialised_new")
    assert back.in_force
    assert back.tracked is not None
    assert back.tracked.state == TrackedRow.State.OPEN
    # A file that says nothing of targets leaves them; one that says none ends them.
    file = tmp_path / "enterprises.toml"
    file.write_text('service_unit = "9-D05"\n', encoding="utf-8")
    load_enterprises_file(file)
    assert DoublingTarget.objects.filter(in_force=True).count() == 1
    file.write_text('service_unit = "9-D05"\ndoubling = []\n', encoding="utf-8")
    load_enterprises_file(file)
    assert not DoublingTarget.objects.filter(in_force=True).exists()


@pytest.mark.django_db
def test_a_group_that_a_target_is_of_is_not_taken_away(grouped: People) -> None:
    put_doublings([said()], actor=LOADER)
    with pytest.raises(Invalid) as refused:
        put_catalogue({"service_unit": "9-D05"}, [], actor=LOADER)
    assert refused.value.field == "industry_groups"
    put_catalogue({"service_unit": "9-D05"}, [], actor=LOADER, doublings=[NEW])
    assert [one.row.key for one in targets_in_force()] == ["specialised_new"]


@pytest.fixture
def counted(grouped: People, made: MakeEnterprise) -> People:
    """Three firms above scale in electronics, one closed, one in trade; recognitions of 2025."""
    rows = [
        made(industry=code, is_above_scale=above, revenue=revenue, status=status, street=street)
        for code, above, revenue, status, street in (
            ("C3921", True, "50", "active", "901"),
            ("I6513", True, "100.25", "active", "902"),
            ("C39", True, None, "active", "901"),
            ("C39", True, "7", "cancelled", "901"),
            ("C39", False, "9", "active", "901"),
            ("F5179", True, "11", "active", "901"),
        )
    ]
    for at, day in ((0, "2025-03-01"), (1, "2025-04-01"), (5, "2025-05-01"), (2, "2024-02-01")):
        values = {"kind": "specialised", "issued_on": date.fromisoformat(day)}
        save_qualification(rows[at].pk, values, actor=LOADER)
    # A second recognition of one that had the kind before is no new one.
    again = {"kind": "specialised", "issued_on": date(2025, 6, 1)}
    save_qualification(rows[2].pk, again, actor=LOADER)
    put_doublings([said(), REVENUE, NEW], actor=LOADER)
    return grouped


@pytest.mark.django_db
def test_numbers_are_counted_and_open_their_rows(counted: People) -> None:
    found = {one.row.key: value for one, value in _counted()}
    assert found == {
        "electronics_above_scale": Decimal(3),
        "revenue": Decimal("150.25"),
        "specialised_new": Decimal(3),
    }
    answer = counted.client("leader").get("/enterprises/doubling/")
    lines = [line for _label, own in answer.context["groups"] for line in own]
    assert [line.read.row.key for line in lines] == [
        "specialised_new", "electronics_above_scale", "revenue",
    ]  # fmt: skip
    for line in lines:
        recount = counted.client("leader").get(f"{line.actual.url}&format=json").json()
        assert Decimal(str(recount["figure"])) == line.actual.value, line.actual


def _counted() -> list[tuple[Any, Decimal]]:
    read = targets_in_force()
    found = actuals(read, TODAY)
    return [(one, found[one.row.pk]) for one in read]


@pytest.mark.django_db
def test_lights_hold_what_is_counted_against_what_is_due_by_now(
    counted: People, made: MakeEnterprise
) -> None:
    lights = dict(DoublingTarget.objects.values_list("key", "tracked__light"))
    # Of electronics 2 -> 4 by the end of 2025: half of the way is gone, 0.72 of it is due.
    assert lights["electronics_above_scale"] == "red"
    # Of new ones 4 are due by the end of the year: 2.9 now, 3 are there.
    assert lights["specialised_new"] == "green"
    row = DoublingTarget.objects.get(key="electronics_above_scale")
    assert row.tracked is not None
    assert [reason["code"] for reason in row.tracked.reasons][:2] == [
        "progress.standing",
        "progress.behind",
    ]
    made(industry="C39", is_above_scale=True)
    refresh_lights()
    row.tracked.refresh_from_db()
    assert row.tracked.light == "green"


@pytest.mark.django_db
def test_the_plan_is_bound_to_the_number_that_is_counted(counted: People) -> None:
    assert compute_measures(actor=LOADER) > 0
    by_unit = dict(
        MeasureValue.objects.filter(
            measure_id="enterprises_doubling_electronics_above_scale", superseded_by=None
        ).values_list("unit_id", "value")
    )
    assert by_unit == {"901": Decimal(2), "902": Decimal(1), "9": Decimal(3)}
    measure = measure_by_key("enterprises_doubling_revenue")
    assert (measure.name, measure.unit, measure.source) == (
        "电子信息“四上”企业营业收入", "万元", "system",
    )  # fmt: skip
    (new,) = [one for one in targets_in_force() if one.row.key == "specialised_new"]
    assert new.measure == "enterprises_specialised_new", "of all industries it is the product's own"
    value = MeasureValue.objects.filter(measure_id=new.measure, unit_id="9", superseded_by=None)
    assert value.order_by("-period_end").values_list("value", flat=True)[0] == Decimal(3)


@pytest.mark.django_db
def test_a_stock_of_a_past_day_is_not_counted_afterwards(
    counted: People, made: MakeEnterprise
) -> None:
    key = "enterprises_doubling_electronics_above_scale"

    def ends() -> dict[date, Decimal]:
        rows = MeasureValue.objects.filter(measure_id=key, unit_id="9", superseded_by=None)
        return dict(rows.values_list("period_end", "value"))

    compute_measures(keys=[key], actor=LOADER)
    assert ends() == {TODAY: Decimal(3)}, "nobody knows how many it were at the end of August"
    with standing("2025-10-01 03:00"):
        compute_measures(keys=[key], actor=LOADER)
        made(industry="C39", is_above_scale=True)
    with standing("2025-10-02 03:00"):
        compute_measures(keys=[key], actor=LOADER)
    assert ends() == {date(2025, 9, 30): Decimal(3), date(2025, 10, 2): Decimal(4)}


# The pages ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_pages_show_years_and_reasons_in_few_statements(counted: People) -> None:
    client = counted.client("service")
    for address in (
        "/enterprises/doubling/",
        "/enterprises/doubling/electronics_above_scale/",
        "/enterprises/doubling/specialised_new/",
        "/registers/enterprises-doubling/",
    ):
        connection.run_on_commit.clear()  # what the test did counts as committed
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(asked) <= 10, [query["sql"] for query in asked]
    page = client.get("/enterprises/doubling/electronics_above_scale/")
    assert [year for year, _value, _target in page.context["years"]] == [2023, 2024, 2025, 2026]
    assert page.context["years"][2] == (2025, Decimal(3), Decimal(4))
    assert "比序时进度少" in page.content.decode()
    years = client.get("/enterprises/doubling/specialised_new/").context["years"]
    assert [value for _year, value, _target in years] == [Decimal(0), Decimal(3), None]
    file = client.get("/registers/enterprises-doubling/?format=csv")
    assert "电子信息" in file.getvalue().decode("utf-8-sig")
    assert client.get("/enterprises/doubling/nothing/").status_code == 404


@pytest.mark.django_db
def test_who_does_not_see_the_whole_register_is_told_so(counted: People) -> None:
    for name in ("east", "community"):
        page = counted.client(name).get("/enterprises/doubling/")
        assert page.status_code == 200
        assert "看不到全区的目标" in page.content.decode()
        assert "groups" not in page.context
        assert counted.client(name).get("/enterprises/doubling/revenue/").status_code == 403
        rows = counted.client(name).get("/registers/enterprises-doubling/?format=json")
        assert rows.status_code == 403 or not rows.json()["rows"]


@pytest.mark.django_db
def test_a_district_without_targets_is_told_what_to_do(grouped: People) -> None:
    assert "还没有目标" in grouped.client("leader").get("/enterprises/doubling/").content.decode()
