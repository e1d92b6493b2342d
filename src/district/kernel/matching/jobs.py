"""What the worker does for matching."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.matching.services import prune_changes

declare_periodic("matching.prune_changes", timedelta(hours=1), prune_changes)
