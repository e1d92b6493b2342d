"""What the worker does for sensing."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.sensing.logged import keep_latest
from district.kernel.sensing.services import forget_quarantined

declare_periodic("sensing.latest", timedelta(seconds=2), keep_latest)
declare_periodic("sensing.forget_quarantined", timedelta(hours=1), forget_quarantined)
