"""What the worker does for inspections."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.inspections.services.hazards import settle_left
from district.systems.inspections.services.photos import sweep_photos

declare_periodic("inspections.settle", timedelta(seconds=60), settle_left)
declare_periodic("inspections.sweep_photos", timedelta(days=1), sweep_photos)
