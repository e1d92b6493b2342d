"""What the worker does for the duty desk, every minute; both bear being called again."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.operations_centre.duty.services import open_hand_overs, rise_due

declare_periodic("operations_centre.hand_overs", timedelta(minutes=1), open_hand_overs)
declare_periodic("operations_centre.calls", timedelta(minutes=1), rise_due)
