"""What the services write, refuse and leave in history."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, Subject, events_of, seal_all, verify
from district.kernel.tracking.public import row_of
from district.testing.dummy.jobs import forget_callers
from district.testing.dummy.models import Fault, Lamp
from district.testing.dummy.services import (
    fault_subject,
    phone_of,
    repair_fault,
    report_fault,
    save_lamp,
)
from district.testing.dummy.tests.conftest import LOADER

MakeActor = Callable[..., Actor]
NUMBER = "13800001111"


def kinds(subject: Subject) -> list[str]:
    return [event.kind for event in reversed(events_of(subject))]


def test_a_fault_is_tracked_for_three_working_days_and_closed_by_its_repair(
    lamp: Lamp, actor: MakeActor
) -> None:
    officer = actor("officer")
    fault = report_fault(lamp.pk, "整夜不亮", actor=officer)
    row = row_of(fault_subject(fault))
    assert row is not None
    assert (row.lead_unit_id, row.state, row.light) == ("901", "open", "green")
    assert row.due_at is not None
    assert row.due_at.date().isoformat() == "2025-09-25"
    repair_fault(fault.pk, fault.version, actor=officer)
    row.refresh_from_db()
    assert row.state == "done"
    assert kinds(fault_subject(fault)) == [
        "dummy.fault.reported",
        "tracking.tracked",
        "dummy.fault.repaired",
        "tracking.finished",
    ]
    seal_all()
    assert verify().sound


def test_a_lamp_of_another_unit_is_out_of_reach(lamp: Lamp, actor: MakeActor) -> None:
    stranger = actor("officer", "902")
    with pytest.raises(NotPermitted):
        save_lamp({"name": "改名"}, lamp, stranger)
    fault = report_fault(lamp.pk, "整夜不亮", actor=stranger)
    with pytest.raises(NotPermitted):
        repair_fault(fault.pk, fault.version, actor=stranger)
    fault.refresh_from_db()
    assert fault.repaired_at is None


def test_a_lamp_is_not_given_away_to_a_unit_that_one_does_not_act_for(
    lamp: Lamp, actor: MakeActor
) -> None:
    with pytest.raises(NotPermitted):
        save_lamp({"lead_unit": "902"}, lamp, actor("officer"))
    assert Lamp.objects.get(pk=lamp.pk).lead_unit_id == "901"


def test_two_repairs_of_one_fault_are_a_conflict(lamp: Lamp, actor: MakeActor) -> None:
    officer = actor("officer")
    fault = report_fault(lamp.pk, "整夜不亮", actor=officer)
    repair_fault(fault.pk, fault.version, actor=officer)
    with pytest.raises(Conflict):
        repair_fault(fault.pk, fault.version, actor=officer)


def test_what_is_missing_is_named_and_nothing_is_written(lamp: Lamp, actor: MakeActor) -> None:
    officer = actor("officer")
    with pytest.raises(Invalid) as refused:
        report_fault(lamp.pk, "  ", actor=officer)
    assert refused.value.field == "text"
    with pytest.raises(Invalid):
        save_lamp({"power": -1}, lamp, LOADER)
    with pytest.raises(NotFound):
        report_fault("00000000-0000-0000-0000-000000000000", "不亮", actor=officer)
    assert not Fault.objects.exists()


def test_a_callers_number_is_ciphertext_until_somebody_looks_and_gone_a_month_after_the_repair(
    lamp: Lamp, actor: MakeActor, hold: Callable[[str], None]
) -> None:
    officer = actor("officer")
    fault = report_fault(lamp.pk, "整夜不亮", phone=NUMBER, actor=officer)
    assert NUMBER not in fault.phone
    assert NUMBER not in str([event.data for event in events_of(fault_subject(fault))])
    assert phone_of(fault, "回电", actor=officer) == NUMBER
    assert kinds(fault_subject(fault))[-1] == "history.personal.viewed"
    repair_fault(fault.pk, fault.version, actor=officer)
    hold("2025-10-21 09:00")
    assert forget_callers() == 0
    hold("2025-10-22 09:00")
    assert forget_callers() == 1
    assert forget_callers() == 0
    assert phone_of(fault, "回电", actor=officer) is None
    seal_all()
    assert verify().sound
