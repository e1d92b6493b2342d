"""What the worker does for alarms."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.alarms.services.handing import hand_over
from district.kernel.alarms.services.troubles import watch_over
from district.kernel.base.periodic import declare_periodic

# The process that follows the log does it at once; this is for when it ended in between.
declare_periodic("alarms.hand_over", timedelta(seconds=5), hand_over)
declare_periodic("alarms.troubles", timedelta(seconds=15), watch_over)
