"""What the worker does for the virtual park."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.virtual_park.services.keeping import (
    end_run_out,
    follow_register,
    forget_people,
)

declare_periodic("virtual_park.follow_register", timedelta(hours=1), follow_register)
declare_periodic("virtual_park.end_run_out", timedelta(hours=1), end_run_out)
declare_periodic("virtual_park.forget_people", timedelta(hours=6), forget_people)
