"""Enterprises by hand: who says what, what is believed, what was believed, qualifications."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.systems.enterprises.models import (
    Enterprise,
    NameRecord,
    PastState,
    Qualification,
    Source,
    SourceRecord,
)
from district.systems.enterprises.selectors.details import facts_of
from district.systems.enterprises.selectors.past import past
from district.systems.enterprises.services.believing import weigh_all_anew
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.qualifying import (
    save_qualification,
    turn_qualifications,
)
from district.systems.enterprises.services.telling import add_enterprise, subject_of, tell
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People, code_of
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def test_a_new_enterprise_belongs_to_its_street(made: MakeEnterprise) -> None:
    row = made(community="901001", street="", revenue="1234.5", industry="3921")
    assert (row.street_unit_id, row.lead_unit_id) == ("901", "901"), "the community's street"
    assert (row.revenue, row.industry) == (Decimal("1234.5"), "C3921")
    assert made(street="").lead_unit_id == "9-D05", "who serves those of no known street"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("industry", {"industry": "C99"}),
        ("street", {"street": "903"}),
        ("community", {"street": "902", "community": "901001"}),
        ("staff", {"staff": -1}),
        ("lon", {"lon": Decimal("114.2")}),
        ("established_on", {"established_on": date(2025, 9, 23)}),
        ("name", {"name": "张"}),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    made: MakeEnterprise, field: str, values: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refused:
        made(**values)
    assert refused.value.field == field
    assert refused.value.remedy
    assert not Enterprise.objects.exists()


def test_a_wrong_or_known_code_is_refused(made: MakeEnterprise) -> None:
    good = code_of(1)
    made(code=good)
    with pytest.raises(Conflict):
        made(code=good)
    with pytest.raises(Invalid) as refused:
        made(code=good[:-1] + ("0" if good[-1] != "0" else "1"))
    assert refused.value.field == "code"


def test_conflicts_are_kept_and_shown_with_who_says_what(made: MakeEnterprise) -> None:
    row = made(staff=80, told_on=date(2025, 3, 1))
    tell(row.pk, {"staff": 95, "revenue": "300"}, source="self", actor=LOADER)
    row.refresh_from_db()
    assert (row.staff, row.revenue) == (80, Decimal(300)), "only the enterprise knows its revenue"
    staff = next(one for one in facts_of(row) if one.fact.key == "staff")
    assert staff.believed is not None
    assert (staff.believed.text, staff.believed.source) == ("80", "市场主体登记")
    assert [(one.text, one.source) for one in staff.conflicts] == [("95", "企业自报")]


def test_an_older_word_of_the_same_source_changes_nothing(made: MakeEnterprise) -> None:
    row = made(staff=80, told_on=date(2025, 3, 1))
    tell(row.pk, {"staff": 60}, source="market_registry", told_on=date(2025, 1, 1), actor=LOADER)
    row.refresh_from_db()
    assert row.staff == 80
    assert SourceRecord.objects.filter(enterprise=row).count() == 1


def test_an_officer_corrects_only_what_is_of_his_street(
    people: People, made: MakeEnterprise
) -> None:
    row = made()
    tell(row.pk, {"staff": 7}, actor=people.east)
    row.refresh_from_db()
    assert row.staff == 7
    for actor in (people.west, people.other, people.leader, people.viewer):
        with pytest.raises(NotPermitted):
            tell(row.pk, {"staff": 8}, actor=actor)
    with pytest.raises(NotPermitted):
        tell(row.pk, {"street": "902"}, actor=people.east)
    row.refresh_from_db()
    assert (row.staff, row.street_unit_id) == (7, "901")


def test_who_read_an_older_version_is_told(people: People, made: MakeEnterprise) -> None:
    row = made()
    seen = row.version
    tell(row.pk, {"staff": 7}, actor=people.east, version=seen)
    with pytest.raises(Conflict):
        tell(row.pk, {"staff": 8}, actor=people.east, version=seen)


def test_what_was_believed_on_a_day_can_be_asked(made: MakeEnterprise) -> None:
    with standing("2025-06-01 09:00"):
        row = made(staff=80, name="深圳市甲有限公司")
    with standing("2025-07-10 09:00"):
        tell(row.pk, {"staff": 90}, actor=LOADER)
    with standing("2025-07-10 17:00"):
        tell(row.pk, {"staff": 95, "name": "深圳市乙有限公司"}, actor=LOADER)
    with standing("2025-08-10 09:00"):
        tell(row.pk, {"staff": 100}, actor=LOADER)
    at = {day: dict(past(day)) for day in (date(2025, 5, 31), date(2025, 6, 1), date(2025, 7, 9),
                                           date(2025, 7, 10), date(2025, 8, 10))}  # fmt: skip
    assert at[date(2025, 5, 31)] == {}, "nobody knew it yet"
    assert [at[day][row.pk]["staff"] for day in list(at)[1:]] == [80, 80, 95, 100]
    assert at[date(2025, 7, 9)][row.pk]["name"] == "深圳市甲有限公司"
    assert at[date(2025, 7, 9)][row.pk]["code"] == row.code
    assert PastState.objects.count() == 2, "one a day"
    assert list(NameRecord.objects.values_list("name", "until")) == [
        ("深圳市甲有限公司", date(2025, 7, 9))
    ]


def test_qualifications_begin_and_end_with_their_days(made: MakeEnterprise) -> None:
    row = made()
    ending = {"kind": "specialised", "issued_on": date(2022, 9, 22)}
    starting = {"kind": "little_giant", "issued_on": date(2025, 9, 23)}
    with standing("2025-09-21 10:00"):
        save_qualification(row.pk, ending, actor=LOADER)
        save_qualification(row.pk, starting, actor=LOADER)
        row.refresh_from_db()
        assert row.qualifications == ["specialised"]
    assert turn_qualifications() == 1
    assert turn_qualifications() == 0, "twice changes nothing"
    row.refresh_from_db()
    assert row.qualifications == []
    with standing("2025-09-23 00:30"):
        assert turn_qualifications() == 1
    row.refresh_from_db()
    assert row.qualifications == ["little_giant"]
    kinds = [event.kind for event in events_of(subject_of(row), limit=20)]
    assert kinds.count("enterprises.qualification.expired") == 1
    assert dict(past(date(2025, 9, 22)))[row.pk]["qualifications"] == []


def test_a_qualification_is_entered_once_and_not_by_a_street(
    people: People, made: MakeEnterprise
) -> None:
    row = made()
    values = {"kind": "innovative", "issued_on": date(2025, 1, 1)}
    save_qualification(row.pk, values, actor=people.service)
    with pytest.raises(Conflict):
        save_qualification(row.pk, values, actor=people.service)
    with pytest.raises(NotPermitted):
        save_qualification(row.pk, {**values, "issued_on": date(2025, 2, 1)}, actor=people.east)
    with pytest.raises(Invalid) as refused:
        save_qualification(row.pk, {**values, "kind": "best"}, actor=people.service)
    assert refused.value.field == "kind"
    assert Qualification.objects.get().expires_on == date(2027, 12, 31)


def test_another_trust_is_another_truth(made: MakeEnterprise) -> None:
    row = made(staff=80)
    tell(row.pk, {"staff": 95}, source="self", actor=LOADER)
    sources = [
        {"key": "self", "name": "企业自报", "rank": 1},
        {"key": "market_registry", "name": "登记", "rank": 2},
    ]
    put_catalogue({"service_unit": "9-D05", "sources": sources}, [], actor=LOADER)
    assert Source.objects.get(key="self").rank == 1
    assert weigh_all_anew() == 1
    assert weigh_all_anew() == 0
    row.refresh_from_db()
    assert row.staff == 95


def test_a_catalogue_with_a_wrong_condition_is_refused_whole(people: People) -> None:
    rung = {"key": "x", "name": "甲", "standing": "revenue >> 3", "requirements": "staff > 1"}
    with pytest.raises(Invalid) as refused:
        put_catalogue({"rungs": [rung]}, [], actor=LOADER)
    assert "rungs.x.standing" in refused.value.field
    with pytest.raises(NotPermitted):
        put_catalogue({}, [], actor=people.service)


def test_history_holds_no_name_of_an_individual_business(made: MakeEnterprise) -> None:
    row = made(kind="individual", name="张三小吃店", address="东街道幸福楼301")
    event = events_of(subject_of(row), limit=1)[0]
    assert "张三" not in str(event.data)
    assert event.data["told"] == ["address", "kind", "name", "status", "street"]


def test_add_enterprise_needs_a_right_on_its_street(people: People) -> None:
    values = {"name": "深圳市丙有限公司", "street": "902"}
    with pytest.raises(NotPermitted):
        add_enterprise(code_of(9), values, actor=people.east)
    assert add_enterprise(code_of(9), values, actor=people.west).lead_unit_id == "902"
