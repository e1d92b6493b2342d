"""What the worker does for matching."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.matching.populations import catch_up
from district.kernel.matching.services import prune_changes

declare_periodic("matching.prune_changes", timedelta(hours=1), prune_changes)
# After a bulk import the worker reads the rows and keeps them in a file, from which the server's
# processes go on.
declare_periodic("matching.catch_up", timedelta(minutes=2), catch_up)
