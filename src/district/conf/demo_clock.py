"""A demo's clock: set once to a stated moment, then running with the machine's.

The offset is kept in the installation's `var/clock.json`, so that server, worker and commands
agree and a restart does not send anybody back in time.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

_FILE = "clock.json"


def offset(var: Path) -> int:
    """Seconds to add to the machine's clock; 0 when no demo clock was set."""
    path = var / _FILE
    if not path.exists():
        return 0
    return int(json.loads(path.read_text(encoding="utf-8"))["offset_seconds"])


def set_to(var: Path, moment: datetime) -> int:
    """Set the demo clock to `moment` (aware) as of now, unless it was set before."""
    path = var / _FILE
    if not path.exists():
        if moment.tzinfo is None:
            raise ValueError("the demo's date needs an offset, e.g. 2025-09-26T09:00+08:00")
        seconds = int((moment - datetime.now(UTC)).total_seconds())
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"offset_seconds": seconds, "set_to": moment.isoformat()}
        path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    return offset(var)


def forget(var: Path) -> None:
    """Let the next `set_to` set the clock anew; for an installation that starts from nothing."""
    (var / _FILE).unlink(missing_ok=True)
