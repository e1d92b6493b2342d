"""The log of readings as this process reaches it: read from its folder, written by the gateway."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from district.conf.secrets import secret
from district.kernel.base.errors import DistrictError
from district.kernel.sensing.batches import Batch
from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient
from district.kernel.sensing.log import Cursor, History, LogReader
from district.kernel.sensing.log.folder import folder_of
from district.kernel.sensing.log.parquet import batch_of
from district.kernel.sensing.models import LatestReading
from district.kernel.sensing.newest import Rows, merged, newest_of, nothing
from district.kernel.sensing.services.latest import write_latest_in_parts
from district.kernel.sensing.store import Appended, Order, Refused, plug

#: All time that a log can tell of, in microseconds since 1970 UTC.
_FIRST, _LAST = -(2**62), 2**62
#: So many frames are looked through before the newest readings of them are written.
_FRAMES_AT_ONCE = 20_000
#: No stretch has more frames than this: the last read may bring some megabytes of them at once.
_MOST_FRAMES = 100_000
#: A run that took longer than this (seconds) is followed by a rest of so many times its length.
_LONG, _REST = 0.2, 4.0
_DISK_FULL = 507


class NotTaken(DistrictError):
    """The gateway took nothing in: it is away, too much waits, or the disk is full."""

    def __init__(self, error: GatewayAway) -> None:
        self.status = _DISK_FULL if error.status == _DISK_FULL else 503
        full = error.status == _DISK_FULL
        super().__init__(
            _("磁盘已满，观测值没有写入。请清理后重新发送。")
            if full
            else _("接收观测值的服务暂时没有响应，没有写入任何观测值。请稍后重新发送。")
        )


class LoggedReadings:
    """Readings in the log's folder. Any thread may use it.

    Without a gateway (`client` None, or one that is away) everything can be read and `append`
    raises NotTaken.
    """

    def __init__(self, folder: Path, client: GatewayClient | None) -> None:
        self._folder, self._client = folder, client
        self._local = threading.local()

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        """Have the gateway take readings in; it puts what it refuses into quarantine itself."""
        if self._client is None:
            raise NotTaken(GatewayAway("this process was told of no gateway"))
        try:
            told = self._client.append(
                source or 0,
                readings.stream.tolist(),
                readings.time.tolist(),
                readings.value.tolist(),
                readings.sequence.tolist(),
            )
        except GatewayAway as error:
            raise NotTaken(error) from error
        return Appended(told.position, tuple(Refused(at, why) for at, why in told.refused))

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
        """As `store.Readings.query`."""
        falling = order == "desc"
        found = self._history().readings(streams, *_within(since, until))
        found = found.sort("time", "stream", descending=falling)
        return batch_of(found.slice(offset, limit))

    def count(
        self, streams: Sequence[int], since: int | None = None, until: int | None = None
    ) -> int:
        """As `store.Readings.count`."""
        return self._history().count(streams, *_within(since, until))

    def _history(self) -> History:
        known: History | None = getattr(self._local, "history", None)
        if known is None:
            known = self._local.history = History(LogReader(self._folder))
        return known


def _within(since: int | None, until: int | None) -> tuple[int, int]:
    return _FIRST if since is None else since, _LAST if until is None else until


class LatestKeeper:
    """Follows the log and keeps the newest reading of each datastream in the database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._next: int | None = None
        self._rests_until = 0.0

    def run(self) -> int:
        """Look through what is new; returns how many readings that were.

        Where it had come to before a restart follows from the rows, which are asked once, for
        they are many; what is read twice changes nothing.
        """
        reader = LogReader(self._folder)
        if self._next is None:
            known = LatestReading.objects.aggregate(at=Max("position"))["at"] or 0
            # The last stretch may have been written in part alone.
            self._next = max(0, known - _MOST_FRAMES)
        if not reader.start() <= self._next <= reader.end():  # sorted away, or another log is there
            self._next = reader.start()
        seen, end = 0, reader.end()  # what comes meanwhile is for the next run
        with reader.cursor(self._next) as cursor:
            while self._next < end:
                count, rows = _stretch(cursor, end)
                if cursor.position == self._next:
                    break  # what should be there cannot be read yet
                write_latest_in_parts(rows)
                seen += count
                self._next = cursor.position
        return seen

    def run_in_turn(self) -> int:
        """As `run`, but where that takes long it is rested afterwards: newest values are looked
        at by people, and the database is needed for alarms. Returns 0 while it rests."""
        began = time.monotonic()
        if began < self._rests_until:
            return 0
        seen = self.run()
        ended = time.monotonic()
        if ended - began > _LONG:
            self._rests_until = ended + _REST * (ended - began)
        return seen


def _stretch(cursor: Cursor, end: int) -> tuple[int, Rows]:
    """How many readings were read on, up to about `end`, and the newest among them."""
    frames, readings, found = 0, 0, nothing()
    while frames < _FRAMES_AT_ONCE and cursor.position < end:
        read = cursor.read()
        if not read:
            break
        frames += len(read)
        batches = [(one.position, one.content) for one in read if isinstance(one.content, Batch)]
        if batches:
            lengths = [len(one) for _at, one in batches]
            positions = np.repeat([at for at, _one in batches], lengths).astype(np.int64)
            found = merged(found, newest_of(Batch.concat(one for _at, one in batches), positions))
            readings += sum(lengths)
    return readings, found


def log_folder() -> Path:
    """The folder of this installation's log of readings, whether it is there yet or not."""
    return folder_of(os.environ, settings.VAR)


_keepers: dict[Path, LatestKeeper] = {}


def keep_latest() -> int:
    """Bring the newest readings up to date; 0 where there is no log."""
    folder = log_folder()
    if not folder.is_dir():
        return 0
    return _keepers.setdefault(folder, LatestKeeper(folder)).run_in_turn()


def plug_gateway() -> None:
    """Let this process use the log of its installation, where it was told of a gateway."""
    url = os.environ.get("DISTRICT_GATEWAY_URL", "")
    if url:
        client = GatewayClient(url, secret(settings.VAR, "gateway"))
        plug(LoggedReadings(log_folder(), client))
