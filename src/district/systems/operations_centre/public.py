"""What other systems may use of the operations centre.

`on_duty_in` says who answers for a unit now. `make_call` calls people who must answer, as the
caller's own system actor or as a member, once for a `key`; what nobody answers rises by itself.
`declare_reports` shows the reports of another case type as documents, as those of incidents.
`live_stream` serves a stream that pages hear of changes by, `answer_live` answers such a page; its
template includes `operations_centre/board/parts/live.html`, the script and style of the board.
"""

from district.systems.operations_centre.board.live.stream import Told, live_stream
from district.systems.operations_centre.board.pages.shared import answer_live
from district.systems.operations_centre.duty.names import INCIDENT
from district.systems.operations_centre.duty.reporting import declare_reports
from district.systems.operations_centre.duty.selectors.standing import (
    OnDuty,
    on_duty_at,
    on_duty_in,
)
from district.systems.operations_centre.duty.services import (
    NewIncident,
    Wanted,
    make_call,
    report_incident,
    withdraw_call,
)

__all__ = [
    "INCIDENT",
    "NewIncident",
    "OnDuty",
    "Told",
    "Wanted",
    "answer_live",
    "declare_reports",
    "live_stream",
    "make_call",
    "on_duty_at",
    "on_duty_in",
    "report_incident",
    "withdraw_call",
]
