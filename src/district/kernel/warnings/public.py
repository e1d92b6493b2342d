"""What other parts may use of warnings.

`draft_from` makes a draft of what an alarm or event says. `declare_answering` lets a system say
who answers for a unit now. `alerts_in_force` reads; `cap` is the standard as plain values.
"""

from district.kernel.warnings import cap
from district.kernel.warnings.answering import declare_answering
from district.kernel.warnings.models import Alert, AlertLine, Draft, Message, Source
from district.kernel.warnings.names import WRITE_DRAFT
from district.kernel.warnings.selectors.alerts import alert_subject, line_subject
from district.kernel.warnings.selectors.alerts import in_force as alerts_in_force
from district.kernel.warnings.selectors.catalogue import catalogue, colour_name, kind_name
from district.kernel.warnings.selectors.concern import answering_for
from district.kernel.warnings.services import (
    DraftValues,
    Entered,
    EventFacts,
    Receipt,
    acknowledge,
    approve_draft,
    change_by_hand,
    draft_from,
    enter_by_hand,
    lift_by_hand,
    load_catalogue,
    receive,
    save_draft,
    save_source,
    submit_draft,
)
from district.kernel.warnings.services.applying import CHANGED

__all__ = [
    "CHANGED",
    "WRITE_DRAFT",
    "Alert",
    "AlertLine",
    "Draft",
    "DraftValues",
    "Entered",
    "EventFacts",
    "Message",
    "Receipt",
    "Source",
    "acknowledge",
    "alert_subject",
    "alerts_in_force",
    "answering_for",
    "approve_draft",
    "cap",
    "catalogue",
    "change_by_hand",
    "colour_name",
    "declare_answering",
    "draft_from",
    "enter_by_hand",
    "kind_name",
    "lift_by_hand",
    "line_subject",
    "load_catalogue",
    "receive",
    "save_draft",
    "save_source",
    "submit_draft",
]
