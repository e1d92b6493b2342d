"""What the worker does for disputes."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.cases.public import declare_mask
from district.systems.disputes.names import TYPES
from district.systems.disputes.services import forget_due

# Their papers go too, so disputes forget by a job of their own.
for _key in TYPES:
    declare_mask(_key, None)
declare_periodic("disputes.forget", timedelta(hours=1), forget_due)
