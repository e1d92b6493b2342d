"""Forms of the duty desk; what they mean is checked by the services."""

from district.systems.operations_centre.duty.forms.calls import CallForm
from district.systems.operations_centre.duty.forms.incidents import IncidentForm
from district.systems.operations_centre.duty.forms.roster import TurnsForm

__all__ = ["CallForm", "IncidentForm", "TurnsForm"]
