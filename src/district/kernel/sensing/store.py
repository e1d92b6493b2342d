"""The door to the log of readings: what sensing writes to it and asks of it.

The log itself is another part's; `plug` gives it to this process. Until then every call raises
NotConfigured, which reads as a sentence for whoever meets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from django.utils.translation import gettext as _

from district.kernel.base.errors import DistrictError
from district.kernel.sensing.batches import Batch

Order = Literal["asc", "desc"]


class NotConfigured(DistrictError):
    """No log of readings is plugged in, so none can be written or read."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("本系统还没有接入观测记录库，暂时不能写入或读取观测值。"))


@dataclass(frozen=True)
class Refused:
    """A row that was not accepted but put into quarantine: which, and the `Reason`'s code."""

    index: int
    reason: str


@dataclass(frozen=True)
class Appended:
    """What became of an append, told when it is on disk.

    `position` is where in the log the accepted readings stand, None where none was accepted.
    """

    position: int | None
    refused: tuple[Refused, ...] = ()


class Readings(Protocol):
    """A log of readings. All times are microseconds since 1970 UTC."""

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        """Accept readings of a source durably, or quarantine them; answers after the fsync.

        What late, future and duplicate mean is decided here. May raise DistrictError (a full
        disk, a full spool), and then nothing was accepted.
        """
        ...

    def query(
        self,
        streams: Sequence[int],
        since: int | None = None,
        until: int | None = None,
        *,
        order: Order = "asc",
        limit: int | None = None,
        offset: int = 0,
    ) -> Batch:
        """The readings of datastreams with since <= time < until, by (time, stream) in `order`."""
        ...

    def count(
        self, streams: Sequence[int], since: int | None = None, until: int | None = None
    ) -> int:
        """How many readings `query` without limit would give."""
        ...


class _Nothing:
    """What stands here while no log is plugged in."""

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        raise NotConfigured

    def query(
        self,
        streams: Sequence[int],
        since: int | None = None,
        until: int | None = None,
        *,
        order: Order = "asc",
        limit: int | None = None,
        offset: int = 0,
    ) -> Batch:
        raise NotConfigured

    def count(
        self, streams: Sequence[int], since: int | None = None, until: int | None = None
    ) -> int:
        raise NotConfigured


_plugged: list[Readings] = [_Nothing()]


def readings() -> Readings:
    """The log of this process; one that raises NotConfigured where none is plugged in."""
    return _plugged[0]


def plug(log: Readings | None) -> None:
    """Let this process use a log from now on; None takes it away again."""
    _plugged[0] = log if log is not None else _Nothing()


def is_configured() -> bool:
    """Whether a log is plugged in."""
    return not isinstance(_plugged[0], _Nothing)
