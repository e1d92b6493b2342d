"""Several hands at one case at the same moment: one wins, the others are told, nobody hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from district.kernel.base.errors import Conflict, DistrictError, Invalid
from district.kernel.base.tests.hands import at_once
from district.kernel.cases.models import Case, CaseStep, Reporter
from district.kernel.cases.services import Contact, Report, join_case, perform, report_case
from district.kernel.cases.services.clocks import clocks_of
from district.kernel.cases.services.doing import subject_of
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People, standing
from district.kernel.cases.types import type_of
from district.kernel.history.models import OutboxMessage
from district.kernel.history.public import events_of, seal_all, verify
from district.kernel.tracking.public import refresh_lights, urge

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HANDS = 6
ROUNDS = 6


def dispatch(case: Case, people: People, unit: str, key: str = "") -> Callable[[], Case]:
    """The desk gives the case to a unit."""
    data = {"lead_unit": unit}
    return partial(perform, case.pk, "dispatch", actor=people.desk, data=data, key=key)


def refused(found: list[Any]) -> list[DistrictError]:
    return [answer for answer in found if isinstance(answer, DistrictError)]


@pytest.fixture(autouse=True)
def _sound(db: None) -> Iterator[None]:
    """History holds after every race."""
    yield
    seal_all()
    report = verify()
    assert report.sound, report.problems


def test_of_many_who_dispatch_one_wins_and_the_others_are_told_who(
    reported: MakeCase, people: People
) -> None:
    for _round in range(ROUNDS):
        case = reported().case
        units = [("901", "902", "9-D01")[hand % 3] for hand in range(HANDS)]
        found = at_once(*(dispatch(case, people, unit) for unit in units))
        winners = [answer for answer in found if isinstance(answer, Case)]
        assert len(winners) == 1
        assert len(refused(found)) == HANDS - 1
        for error in refused(found):
            assert isinstance(error, Conflict)
            assert "刚被别人修改过" in str(error) or "该单已由值班员" in str(error)
        case.refresh_from_db()
        assert (case.stage, case.lead_unit_id) == ("assigned", winners[0].lead_unit_id)
        assert CaseStep.objects.filter(case=case).count() == 1
        assert [e.data.get("action") for e in events_of(subject_of(case))] == ["dispatch", None]
        assert len(clocks_of(case, type_of(case))) == 3


def test_the_same_key_from_many_hands_acts_once(reported: MakeCase, people: People) -> None:
    for _round in range(ROUNDS):
        case = reported().case
        found = at_once(*[dispatch(case, people, "901", key="k1")] * HANDS)
        assert refused(found) == []
        assert {answer.stage for answer in found} == {"assigned"}
        assert CaseStep.objects.filter(case=case).count() == 1
        told = OutboxMessage.objects.filter(topic="cases.changed", subject=str(subject_of(case)))
        assert told.count() == 2  # reported, dispatched


def test_the_same_report_from_many_hands_opens_one_case(people: People) -> None:
    for number in range(ROUNDS):
        report = Report("request", "桥头路口垃圾堆了三天", street="901", matter="01")
        by_web = partial(report_case, report, actor=PUBLIC, contact=Contact("张三"))
        found = at_once(*[partial(by_web, key=f"r{number}")] * HANDS)
        assert refused(found) == []
        assert len({answer.case.pk for answer in found}) == 1
        assert [answer.repeated for answer in found].count(False) == 1
        assert [bool(answer.code) for answer in found].count(True) == 1
        assert Case.objects.count() == Reporter.objects.count() == number + 1


def test_the_same_number_of_a_platform_from_many_hands_opens_one_case(people: People) -> None:
    report = Report(
        "request", "同一单推了几次", source="city", source_name="民意速办", source_number="GD1"
    )
    found = at_once(*[lambda: report_case(report, actor=people.desk)] * HANDS)
    assert refused(found) == []
    assert Case.objects.count() == 1


def test_many_who_join_all_count(reported: MakeCase, people: People) -> None:
    case = reported().case
    found = at_once(
        *(
            lambda n=n: join_case(
                case.pk, text="我也是", contact=Contact("", f"1380000000{n}"), actor=PUBLIC
            )
            for n in range(HANDS)
        )
    )
    assert refused(found) == []
    case.refresh_from_db()
    assert case.reporter_count == Reporter.objects.filter(case=case).count() == HANDS + 1


def test_of_two_crosswise_merges_one_wins(reported: MakeCase, people: People) -> None:
    for _round in range(ROUNDS):
        a, b = reported().case, reported().case

        def merge(one: Case, into: Case) -> Case:
            return perform(one.pk, "merge", actor=people.desk, data={"into": into.number})

        found = at_once(lambda: merge(a, b), lambda: merge(b, a))  # noqa: B023  # run at once
        assert len(refused(found)) == 1
        assert isinstance(refused(found)[0], Conflict | Invalid)
        a.refresh_from_db()
        b.refresh_from_db()
        assert [a.merged_into_id, b.merged_into_id].count(None) == 1
        assert sorted([a.reporter_count, b.reporter_count]) == [1, 2]


def test_taking_a_case_out_while_the_main_one_closes_ends_one_way_or_the_other(
    reported: MakeCase, people: People
) -> None:
    for _round in range(ROUNDS):
        main, inside = reported().case, reported().case
        perform(inside.pk, "merge", actor=people.desk, data={"into": main.number})
        perform(main.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
        perform(main.pk, "accept", actor=people.east)
        perform(main.pk, "finish", actor=people.east, data={"result": "好"})
        data = {"satisfaction": "satisfied"}
        at_once(
            lambda: perform(main.pk, "close", actor=people.desk, data=data),  # noqa: B023  # run at once
            lambda: perform(inside.pk, "unmerge", actor=people.desk),  # noqa: B023  # as above
            lambda: join_case(inside.pk, text="我也是", contact=Contact(), actor=PUBLIC),  # noqa: B023  # as above
        )
        main.refresh_from_db()
        inside.refresh_from_db()
        assert main.stage == "closed"
        taken_out = inside.merged_into_id is None
        assert inside.stage == ("triage" if taken_out else "closed")
        inner = Reporter.objects.filter(case=inside).count()
        assert inside.reporter_count == inner
        assert main.reporter_count == 1 + (0 if taken_out else inner)


def test_the_sweep_and_the_desk_never_wait_for_each_other(
    reported: MakeCase, people: People
) -> None:
    cases = [reported().case for _case in range(8)]
    for case in cases:
        perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
        perform(case.pk, "give_back", actor=people.east, data={"text": "不属本街道"})

    def desk() -> None:
        for case in cases:
            data = {"lead_unit": "901", "text": "属"}
            perform(case.pk, "adjudicate", actor=people.desk, data=data)

    def sweep() -> None:
        for _time in range(4):
            refresh_lights()
            urge()

    with standing("2025-10-09 10:00"):  # everything is overdue, every light turns
        found = at_once(desk, sweep, sweep)
    assert refused(found) == []
    for case in cases:
        states = {key: row.state for key, row in clocks_of(case, type_of(case)).items()}
        assert states == {
            "dispatch": "done",
            "adjudication": "done",
            "accept": "open",
            "handling": "open",
        }
