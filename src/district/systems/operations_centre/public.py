"""What other systems may use of the operations centre.

`on_duty_in` says who answers for a unit now. `make_call` calls people who must answer, as the
caller's own system actor or as a member, once for a `key`; what nobody answers rises by itself.
"""

from district.systems.operations_centre.duty.names import INCIDENT
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
    "Wanted",
    "make_call",
    "on_duty_at",
    "on_duty_in",
    "report_incident",
    "withdraw_call",
]
