"""Commitments: what they lack, who owns them, how they start, go on and end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures.public import (
    DutySpec,
    FilingDuty,
    Measure,
    end_duty,
    end_measure,
    restart_duty,
    save_duty,
    set_duty,
)
from district.kernel.plan.models import Commitment, Edition, ProgressReport, Report
from district.kernel.plan.selectors.commitments import uses_of_measure
from district.kernel.plan.selectors.readiness import readiness
from district.kernel.plan.services.closing import (
    cancel_commitment,
    finish_commitment,
    reopen_commitment,
)
from district.kernel.plan.services.measuring import bind
from district.kernel.plan.services.owning import (
    accept_suggested_owners,
    assign_owner,
    name_contact,
)
from district.kernel.plan.services.progress import progress_storage, report_progress
from district.kernel.plan.services.steering import (
    activate,
    activate_many,
    bind_measure,
    create_commitment,
    edit_commitment,
    set_profile,
)
from district.kernel.plan.subjects import commitment_subject
from district.kernel.plan.tests.conftest import People, commitment
from district.kernel.tracking.public import TrackedRow


def owned_task(people: People) -> Commitment:
    row = commitment("完善家校社协同育人机制")
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        co_units=["9-D01"],
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    return activate(row.pk, actor=people.planner)


def test_a_new_commitment_says_what_is_missing(confirmed: Edition, people: People) -> None:
    row = commitment("幼儿园")
    state = readiness(row)
    assert not state.ready
    assert [item.field for item in state.missing] == ["lead_unit", "leader", "contact"]
    with pytest.raises(Conflict) as caught:
        activate(row.pk, actor=people.planner)
    assert "牵头单位、责任领导、联系人" in str(caught.value)
    Commitment.objects.filter(pk=row.pk).update(measure=None)
    row.refresh_from_db()
    assert readiness(row).missing[-1].field == "measure"


def test_an_owner_brings_clock_and_light(confirmed: Edition, people: People) -> None:
    row = owned_task(people)
    tracked = TrackedRow.objects.get(subject_type="plan.commitment", subject_id=str(row.pk))
    assert row.tracked_id == tracked.pk
    assert (tracked.lead_unit_id, str(tracked.leader_id), str(tracked.contact_id)) == (
        "9-D02",
        people.leader.id,
        people.officer.id,
    )
    assert [unit.pk for unit in tracked.co_units.all()] == ["9-D01"]
    assert tracked.due_at is not None
    assert tracked.due_at.astimezone().date() == row.deadline
    assert (tracked.state, tracked.light) == ("open", "green")


def test_reassigning_moves_the_tracked_row_and_the_filing_duty(
    confirmed: Edition, people: People
) -> None:
    row = commitment("幼儿园")
    for unit in ("9-D02", "9-D03"):
        assign_owner(
            row.pk,
            lead_unit=unit,
            leader=people.leader.id,
            contact=people.officer.id,
            actor=people.planner,
        )
        activate(row.pk, actor=people.planner)
        row.refresh_from_db()
        assert row.tracked is not None
        assert row.tracked.lead_unit_id == unit
    duties = FilingDuty.objects.filter(measure=row.measure)
    assert {(duty.unit_id, duty.active) for duty in duties} == {("9-D02", False), ("9-D03", True)}
    finish_commitment(row.pk, actor=people.planner, note="三所已开园")
    assert not FilingDuty.objects.filter(measure=row.measure, active=True).exists()


def started(people: People, unit: str = "9-D02") -> Commitment:
    row = commitment("幼儿园")
    assign_owner(
        row.pk,
        lead_unit=unit,
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    activate(row.pk, actor=people.planner)
    row.refresh_from_db()
    return row


def test_a_filing_duty_set_by_hand_outlives_the_commitment(
    confirmed: Edition, people: People
) -> None:
    row = started(people)
    assert row.measure_id is not None
    hand = set_duty(DutySpec(row.measure_id, "9-D03", date(2026, 1, 31)), actor=people.planner)
    finish_commitment(row.pk, note="已完成", actor=people.planner)
    found = FilingDuty.objects.filter(measure=row.measure, active=True)
    assert [duty.pk for duty in found] == [hand.pk]


def test_a_filing_duty_ended_by_hand_is_not_started_again_by_the_plan(
    confirmed: Edition, people: People
) -> None:
    row = started(people)
    duty = FilingDuty.objects.get(measure=row.measure)
    end_duty(duty.pk, "统计局填报", cancel_open=True, seen=duty.version, actor=people.planner)
    name_contact(row.pk, people.leader.id, actor=people.planner)
    duty.refresh_from_db()
    assert not duty.active
    restart_duty(duty.pk, actor=people.planner)
    finish_commitment(row.pk, note="已完成", actor=people.planner)
    duty.refresh_from_db()
    assert not duty.active  # restored, it follows the commitment as before


def test_agreed_terms_of_a_filing_duty_outlive_a_change_of_contact(
    confirmed: Edition, people: People
) -> None:
    row = started(people)
    duty = FilingDuty.objects.get(measure=row.measure)
    assert duty.contact_id is not None
    spec = DutySpec(duty.measure_id, duty.unit_id, duty.since, "half_yearly", 12, duty.contact_id)
    save_duty(spec, actor=people.planner)
    name_contact(row.pk, people.leader.id, actor=people.planner)
    duty.refresh_from_db()
    assert (duty.frequency, duty.days_after, str(duty.contact_id)) == (
        "half_yearly",
        12,
        people.leader.id,
    )


def test_a_measure_in_hand_is_not_ended_and_one_that_was_comes_back_with_a_commitment(
    confirmed: Edition, people: People
) -> None:
    row = started(people)
    key = str(row.measure_id)
    with pytest.raises(Conflict, match="还有 1 项在办事项"):
        end_measure(key, "x", cancel_open=False, actor=people.planner)
    assert [use.url for use in uses_of_measure(key)] == [f"/plan_tracking/commitments/{row.pk}/"]
    finish_commitment(row.pk, note="已完成", actor=people.planner)
    end_measure(key, "x", cancel_open=False, actor=people.planner)
    bind([row])
    assert Measure.objects.get(pk=key).is_active


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("lead_unit", {"lead_unit": "no-such"}),
        ("co_units", {"lead_unit": "9-D02", "co_units": ["no-such"]}),
        ("leader", {"lead_unit": "9-D02", "leader": "nobody"}),
        ("contact", {"lead_unit": "9-D02", "contact": "00000000-0000-0000-0000-000000000000"}),
    ],
)
def test_an_unknown_owner_names_its_field(
    confirmed: Edition, people: People, field: str, values: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as caught:
        assign_owner(commitment("幼儿园").pk, actor=people.planner, **values)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field == field
    assert commitment("幼儿园").lead_unit_id is None


def test_suggested_owners_are_accepted_in_bulk(confirmed: Edition, people: People) -> None:
    done = accept_suggested_owners(confirmed.report_id, actor=people.planner)
    assert done.left == 0
    owners = dict(Commitment.objects.values_list("title", "lead_unit"))
    assert owners["地区生产总值"] == "9-D01"
    assert owners["幼儿园"] == "9-D02"
    assert owners["污水零直排区创建比例"] == "9-D03"
    # No word of its own: it follows its parent.
    assert owners["全区优良河长占比"] == "9-D03"
    places = commitment("幼儿园")
    assert (str(places.leader_id), str(places.contact_id)) == (people.head.id, people.officer.id)
    assert Commitment.objects.filter(tracked=None).count() == 0
    again = accept_suggested_owners(confirmed.report_id, actor=people.planner)
    assert (again.assigned, again.left) == (0, 0)


def test_everything_complete_starts_in_bulk(confirmed: Edition, people: People) -> None:
    accept_suggested_owners(confirmed.report_id, actor=people.planner)
    done = activate_many(confirmed.report_id, actor=people.planner)
    education = Commitment.objects.filter(lead_unit="9-D02")
    assert education.exclude(state="active").count() == 0
    # The other departments have no head or officer yet.
    assert done.activated == education.count()
    assert done.left == Commitment.objects.filter(state="pending").count()
    again = activate_many(confirmed.report_id, actor=people.planner)
    assert again.activated == 0


def test_a_lifecycle_is_recorded_step_by_step(confirmed: Edition, people: People) -> None:
    row = owned_task(people)
    assert activate(row.pk, actor=people.planner).state == "active"
    finish_commitment(row.pk, actor=people.planner, note="已验收")
    assert finish_commitment(row.pk, actor=people.planner, note="再办一次").state == "done"
    assert [done.reason for done in row.completions.all()] == ["已验收"]
    row.refresh_from_db()
    assert row.tracked is not None
    assert row.tracked.state == "done"
    assert reopen_commitment(row.pk, actor=people.planner).state == "active"
    row.refresh_from_db()
    assert TrackedRow.objects.get(subject_id=str(row.pk)).state == "open"
    with pytest.raises(Invalid):
        cancel_commitment(row.pk, actor=people.planner, note=" ")
    cancel_commitment(row.pk, actor=people.planner, note="并入其他任务")
    kinds = [event.kind for event in events_of(commitment_subject(row.pk))]
    assert [kind for kind in reversed(kinds) if kind.startswith("plan.")] == [
        "plan.commitment.created",
        "plan.commitment.assigned",
        "plan.commitment.activated",
        "plan.commitment.finished",
        "plan.commitment.reopened",
        "plan.commitment.cancelled",
    ]


def test_the_target_cannot_be_edited(confirmed: Edition, people: People) -> None:
    row = commitment("幼儿园")
    for field in ("value", "deadline", "comparator", "unit", "state", "lead_unit"):
        with pytest.raises(Invalid) as caught:
            edit_commitment(row.pk, {field: "1"}, actor=people.planner)
        assert caught.value.field == field
    edited = edit_commitment(
        row.pk, {"nature": "binding", "title": "新建幼儿园"}, actor=people.planner
    )
    assert (edited.nature, edited.title, edited.value) == ("binding", "新建幼儿园", Decimal(3))


def test_the_lead_unit_reports_progress_and_others_do_not(
    confirmed: Edition, people: People
) -> None:
    row = owned_task(people)
    for actor in (people.other_officer, people.viewer, people.leader):
        with pytest.raises(NotPermitted):
            report_progress(row.pk, percent=50, text="过半", actor=actor)
    for actor, percent in ((people.officer, 60), (people.head, 70), (people.planner, 80)):
        report_progress(row.pk, percent=percent, text="推进顺利", actor=actor)
    row.refresh_from_db()
    assert row.percent == 80
    assert ProgressReport.objects.filter(commitment=row).count() == 3


def test_progress_takes_evidence_and_refuses_what_cannot_be(
    confirmed: Edition, people: People
) -> None:
    row = owned_task(people)
    report = report_progress(
        row.pk,
        percent=90,
        text="已印发方案",
        actor=people.officer,
        evidence=b"%PDF-1.4 x",
        evidence_name="../方案.pdf",
    )
    assert report.evidence_name == "方案.pdf"
    with progress_storage().open(report.evidence) as kept:
        assert kept.read() == b"%PDF-1.4 x"
    for percent, text, name, field in (
        (101, "x", "a.pdf", "percent"),
        (-1, "x", "a.pdf", "percent"),
        (50, " ", "a.pdf", "text"),
        (50, "x", "a.exe", "evidence"),
    ):
        with pytest.raises(Invalid) as caught:
            report_progress(
                row.pk,
                percent=percent,
                text=text,
                actor=people.officer,
                evidence=b"x",
                evidence_name=name,
            )
        assert caught.value.field == field
    with pytest.raises(Conflict):
        report_progress(commitment("幼儿园").pk, percent=5, text="x", actor=people.planner)


def test_the_head_of_the_lead_unit_names_the_contact(confirmed: Edition, people: People) -> None:
    row = owned_task(people)
    changed = name_contact(row.pk, people.head.id, actor=people.head)
    assert str(changed.contact_id) == people.head.id
    for actor in (people.officer, people.other_officer):
        with pytest.raises(NotPermitted):
            name_contact(row.pk, people.officer.id, actor=actor)


def test_a_profile_by_hand_needs_twelve_rising_shares(confirmed: Edition, people: People) -> None:
    key = commitment("幼儿园").pk
    good = [Decimal(n) / 12 for n in range(1, 12)] + [Decimal(1)]
    for shares in (
        good[:11],
        [*good[:11], Decimal("0.99")],
        [Decimal("0.5"), *good[1:]],
        [Decimal(-1), *good[1:]],
    ):
        with pytest.raises(Invalid):
            set_profile(key, "by_hand", shares=shares, actor=people.planner)
    row = set_profile(key, "by_hand", shares=good, actor=people.planner)
    assert row.profile == "by_hand"
    assert row.profile_shares[11] == "1"
    assert set_profile(key, "linear", actor=people.planner).profile_shares == []
    with pytest.raises(Invalid) as caught:
        set_profile(key, "last_year", actor=people.planner)
    assert caught.value.field == "profile"


def test_commitments_can_be_added_by_hand(report: Report, people: People) -> None:
    parent = create_commitment(
        report.pk, kind="list", title="民生实事清单", sequence="25§A", actor=people.planner
    )
    child = create_commitment(
        report.pk,
        kind="quantity",
        title="新增停车位",
        parent_id=parent.pk,
        comparator=">=",
        value=Decimal(2000),
        unit="个",
        basis="flow",
        actor=people.planner,
    )
    assert (child.parent_id, child.depth, child.measure_id is not None) == (parent.pk, 1, True)
    with pytest.raises(Invalid) as caught:
        create_commitment(report.pk, kind="quantity", title="病床", actor=people.planner)
    assert caught.value.field == "value"


def test_only_planners_steer(confirmed: Edition, people: People) -> None:
    row = commitment("幼儿园")
    for actor in (people.head, people.officer, people.leader, people.viewer):
        for call in (
            lambda a: assign_owner(row.pk, lead_unit="9-D02", actor=a),
            lambda a: edit_commitment(row.pk, {"title": "x"}, actor=a),
            lambda a: activate(row.pk, actor=a),
            lambda a: activate_many(row.report_id, actor=a),
            lambda a: finish_commitment(row.pk, actor=a, note="x"),
            lambda a: cancel_commitment(row.pk, actor=a, note="x"),
            lambda a: reopen_commitment(row.pk, actor=a),
            lambda a: set_profile(row.pk, "linear", actor=a),
            lambda a: bind_measure(row.pk, "x", actor=a),
            lambda a: accept_suggested_owners(row.report_id, actor=a),
            lambda a: create_commitment(row.report_id, kind="task", title="x", actor=a),
        ):
            with pytest.raises(NotPermitted):
                call(actor)
    assert not Commitment.objects.exclude(state="pending").exists()
