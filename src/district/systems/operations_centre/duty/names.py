"""Names that the parts of the duty desk share."""

INCIDENT = "incident"

VIEW = "operations_centre.duty.view"
PLAN = "operations_centre.duty.plan"
SAVE_POST = "operations_centre.post.save"
WRITE_HANDOVER = "operations_centre.handover.write"
TAKE_HANDOVER = "operations_centre.handover.take"
RUN = "operations_centre.duty.run"
VIEW_CALL = "operations_centre.call.view"
MAKE_CALL = "operations_centre.call.make"
ANSWER_CALL = "operations_centre.call.answer"
RECORD_CALL = "operations_centre.call.record"

#: Registers.
POSTS = "operations_centre-posts"
TURNS = "operations_centre-turns"
HANDOVERS = "operations_centre-handovers"
CALLS = "operations_centre-calls"
REPORTS = "operations_centre-reports"

#: How history calls its things.
POST_SUBJECT = "operations_centre.post"
ROSTER = "operations_centre.roster"
HANDOVER = "operations_centre.handover"
CALL = "operations_centre.call"
LINE = "operations_centre.line"

#: Actions of an incident that are reports, each with the clock that it must keep.
REPORT_CLOCKS = {
    "phone_report": "phone",
    "first_report": "written",
    "follow_up": "follow_up",
    "amend": "",
    "final_report": "final",
}
