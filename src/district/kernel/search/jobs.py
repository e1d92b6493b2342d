"""What the worker does for search."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.search.services import fill_due

declare_periodic("search.fill", timedelta(minutes=5), fill_due)
