"""What can go wrong with the log, one class for each thing that a caller does differently."""

from __future__ import annotations

from pathlib import Path


class LogError(Exception):
    """Anything that the log could not do; the text says what, where and what to do about it."""


class Busy(LogError):
    """The backlog is full: nothing of this append was taken. Answer 503, or do not acknowledge."""


class NotWritten(LogError):
    """The disk refused: this append is not acknowledged, and whoever sent it must send again.

    `errno` is the system's number (ENOSPC, EIO, ...). What was refused by a failed fsync may
    still come back after a crash, as anything may that was sent and never acknowledged.
    """

    def __init__(self, text: str, errno: int | None) -> None:
        super().__init__(text)
        self.errno = errno


class Closed(LogError):
    """The writer was closed, or gave up after an error that it could not put right."""


class InUse(LogError):
    """Another process (or another writer of this one) holds the folder."""


class Gone(LogError):
    """The position asked for lies before the first that is kept."""


class Corrupt(LogError):
    """What was acknowledged cannot be read back; names the file and the offset in bytes."""

    def __init__(self, path: Path, offset: int, what: str) -> None:
        super().__init__(f"{path}, byte {offset}: {what}")
        self.path = path
        self.offset = offset
