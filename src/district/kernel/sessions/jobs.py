"""What the worker does for sessions."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.sessions.services import forget_ended

declare_periodic("sessions.forget_ended", timedelta(hours=1), forget_ended)
