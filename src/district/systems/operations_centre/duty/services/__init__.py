"""All writes of the duty desk: one named transactional function each."""

from district.systems.operations_centre.duty.services.answering import (
    answer_call,
    record_answer,
    withdraw_call,
)
from district.systems.operations_centre.duty.services.calling import Wanted, make_call
from district.systems.operations_centre.duty.services.handovers import (
    open_hand_overs,
    take_hand_over,
    write_hand_over,
)
from district.systems.operations_centre.duty.services.incidents import (
    NewIncident,
    report_incident,
)
from district.systems.operations_centre.duty.services.posts import save_post
from district.systems.operations_centre.duty.services.rising import rise_due
from district.systems.operations_centre.duty.services.rosters import (
    copy_week,
    plan_turns,
    remove_turn,
    save_turn,
)

__all__ = [
    "NewIncident",
    "Wanted",
    "answer_call",
    "copy_week",
    "make_call",
    "open_hand_overs",
    "plan_turns",
    "record_answer",
    "remove_turn",
    "report_incident",
    "rise_due",
    "save_post",
    "save_turn",
    "take_hand_over",
    "withdraw_call",
    "write_hand_over",
]
