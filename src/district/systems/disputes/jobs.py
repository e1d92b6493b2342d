"""What the worker does for disputes."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.disputes.services import forget_due

declare_periodic("disputes.forget", timedelta(hours=1), forget_due)
