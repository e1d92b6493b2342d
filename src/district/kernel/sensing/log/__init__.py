"""The durable log of readings.

What an acknowledged append promises: when `append` has returned a position (or its future has
a result), every reading of it is in a frame of that position, whole, once, and fsync has
returned success for the file, and for the folder that names it. No kill of any process at any
moment takes it away, nor a stopped consumer, a full disk or a killed sealing; whoever reads
from a position on gets the same frames in the same order for ever, raw or sealed.

What it does not promise. An append that was not acknowledged may be there after a crash, whole,
or not: whoever sends it again relies on the check for duplicates (`intake.check`). And tests
that kill processes prove nothing about a loss of power: a killed process leaves the system's
page cache intact, so they would pass without any fsync. That fsync means what it says is up
to the file system, the drive and its cache; a drive that answers before its data is safe, or
a virtual disk that does so in its name, loses what was promised. After an fsync that failed
nothing is written to that file again, and no fsync is ever repeated in hope.

Damage at rest is found by checksums when it is read, named by file and offset, and never
skipped. Only the tail of the last commit, which nobody was promised, is cut when a log is
opened; where the mark of the folder says that it was promised, that is refused too.
"""

from __future__ import annotations

from district.kernel.sensing.log.days import compact
from district.kernel.sensing.log.errors import (
    Busy,
    Closed,
    Corrupt,
    Gone,
    InUse,
    LogError,
    NotWritten,
)
from district.kernel.sensing.log.history import History
from district.kernel.sensing.log.reader import Cursor, LogReader
from district.kernel.sensing.log.retention import forget
from district.kernel.sensing.log.sealing import seal, sealer_lock
from district.kernel.sensing.log.writer import Limits, LogWriter, State

__all__ = [
    "Busy",
    "Closed",
    "Corrupt",
    "Cursor",
    "Gone",
    "History",
    "InUse",
    "Limits",
    "LogError",
    "LogReader",
    "LogWriter",
    "NotWritten",
    "State",
    "compact",
    "forget",
    "seal",
    "sealer_lock",
]
