"""The closed lists of names that a case type may use: effects of actions, and their checks.

What each does is in `services/effects.py` and `services/checks.py`; a test holds them together.
"""

EFFECTS = frozenset(
    {
        "assign",
        "accept",
        "count_return",
        "bind",
        "ask_extension",
        "grant_extension",
        "refuse_extension",
        "suspend",
        "resume",
        "finish",
        "finish_co_unit",
        "call_back",
        "close",
        "reopen",
        "merge",
        "unmerge",
        "regrade",
        "name_leader",
        "disclose",
        "alert",
        "tell_desk",
        "tell_lead",
        "tell_leader",
        "restate_source",
    }
)
CHECKS = frozenset(
    {
        "co_units_finished",
        "children_closed",
        "within_reopen_term",
        "pauses_left",
        "not_bound",
        "own_co_unit_open",
        "extension_asked",
        "after_photo",
        "another_person",
    }
)
SUBJECT = "cases.case"
CLOCK = "cases.clock"
#: Messages that a change leaves in the outbox; the payload names the case and the action.
CHANGED = "cases.changed"
