"""Sealing and sorting by day in a process of their own.

Sorting a part takes some hundred megabytes for seconds. A process that ends gives all of it
back, and while it works the process that takes readings in has its interpreter for itself.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.days import compact, read_index
from district.kernel.sensing.log.errors import InUse, LogError
from district.kernel.sensing.log.sealing import seal, sealer_lock

#: What such a process ends with: all is done, it failed, somebody else seals this log.
DONE, FAILED, ELSEWHERE = 0, 1, 3
#: Whoever takes readings in or reads them goes first (nice(2)).
_YIELDS = 5


def is_due(folder: Path) -> bool:
    """Whether a segment is full, or sealed and not sorted yet; looks at names alone."""
    if len(files.raw_segments(folder)) > 1:
        return True
    sealed = files.sealed_segments(folder)
    return bool(sealed) and sealed[-1] >= read_index(folder).next


def tidy(folder: Path) -> None:
    """Seal full segments and sort them by day, all that there are.

    May be killed at any moment and run again. Raises InUse where somebody else does it, other
    LogErrors and OSError as `seal` and `compact` do.
    """
    lock = sealer_lock(folder)
    try:
        seal(folder)
        while compact(folder):
            pass
    finally:
        lock.release()


def command(folder: Path) -> list[str]:
    """How the process is started; it says in a line on its output why it failed."""
    return [sys.executable, "-m", __name__, str(folder)]


def main(folder: Path) -> int:
    """Do it as a process; what it ends with."""
    # Where a unit forbids it, sealing is done all the same.
    with suppress(OSError):
        os.nice(_YIELDS)
    try:
        tidy(folder)
    except InUse:
        return ELSEWHERE
    except (LogError, OSError) as error:
        print(error)
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
