"""Which readings are accepted, and why the others are not. Pure, and by whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.intake.recent import Recent, keys, order_by

#: Streams are looked up by number in arrays as long as the greatest; more is a mistake.
_MOST_STREAM = 50_000_000
#: The longest lateness, µs (over 70,000 years): sums with times stay in 64 bits.
_LONGEST = 1 << 61
NOBODY = -1


class Reason(IntEnum):
    """Why a reading is set aside. When several hold, the first of this order is said."""

    ACCEPTED = 0
    #: No datastream of this number is declared (or it is declared no more).
    UNKNOWN_STREAM = 1
    #: The datastream belongs to another source.
    NOT_YOURS = 2
    #: The value is no finite number.
    MALFORMED = 3
    #: The event time is later than the time of receipt by more than the allowed skew.
    FUTURE = 4
    #: The event time is before the time of receipt by more than the datastream's lateness.
    LATE = 5
    #: The same stream, event time and value were accepted before, or stand earlier here.
    DUPLICATE = 6
    #: The same stream and event time were accepted with another value, which stays.
    CONTRADICTION = 7


@dataclass(frozen=True, slots=True)
class Streams:
    """What is declared of datastreams, looked up by their number.

    `owner` is the number of the source that may write, NOBODY where nothing is declared;
    `lateness` in microseconds.
    """

    owner: NDArray[np.int32]
    lateness: NDArray[np.int64]

    @classmethod
    def of(cls, stream: object, owner: object, lateness: object) -> Streams:
        """From columns of the register: number, owning source, lateness in microseconds.

        Numbers lie from 0 to 50 million and sources are not negative, else ValueError.
        """
        numbers = np.asarray(stream, dtype=np.int64)
        owners = np.asarray(owner, dtype=np.int32)
        if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) < _MOST_STREAM:
            raise ValueError(f"a datastream's number lies from 0 to {_MOST_STREAM - 1}")
        if len(owners) and int(owners.min()) < 0:
            raise ValueError("a source's number is not negative")
        length = int(numbers.max()) + 1 if len(numbers) else 0
        by_owner = np.full(length, NOBODY, dtype=np.int32)
        by_lateness = np.zeros(length, dtype=np.int64)
        by_owner[numbers] = owners
        by_lateness[numbers] = np.clip(np.asarray(lateness, dtype=np.int64), 0, _LONGEST)
        return cls(by_owner, by_lateness)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a batch: `reasons` has a Reason for each of its readings.

    `accepted` are those that may be appended, in their order; `refused` the indices of the
    others in the batch.
    """

    accepted: Batch
    refused: NDArray[np.intp]
    reasons: NDArray[np.int8]


def check(
    batch: Batch,
    source: int | NDArray[np.int32],
    streams: Streams,
    recent: Recent,
    *,
    skew: int | NDArray[np.int64],
) -> Checked:
    """Accept or set aside each reading of a batch; changes nothing, neither `recent`.

    `source` is the number of whoever sent it, for all or for each reading. Future and late are
    told against each reading's time of receipt; `skew`, for all or for each, in microseconds. Of
    readings of one stream and event time in the batch the first counts.
    """
    reasons = np.zeros(len(batch), dtype=np.int8)
    stream = batch.stream
    known = (stream >= 0) & (stream < len(streams.owner))
    slot = np.where(known, stream, 0)
    if len(streams.owner):
        owner, lateness = streams.owner[slot], streams.lateness[slot]
    else:
        owner, lateness = np.full(len(batch), NOBODY), np.zeros(len(batch), dtype=np.int64)
    known &= owner != NOBODY
    # From the last to the first, so that the first that holds is what stays.
    reasons[batch.time < batch.received - lateness] = Reason.LATE
    reasons[batch.time > batch.received + skew] = Reason.FUTURE
    reasons[~np.isfinite(batch.value)] = Reason.MALFORMED
    reasons[owner != source] = Reason.NOT_YOURS
    reasons[~known] = Reason.UNKNOWN_STREAM
    if reasons.any():
        left = np.flatnonzero(reasons == Reason.ACCEPTED)
        reasons[left] = _repeated(batch.take(left), recent)
    else:
        reasons = _repeated(batch, recent)
    if not reasons.any():
        return Checked(batch, np.empty(0, dtype=np.intp), reasons)
    good = reasons == Reason.ACCEPTED
    return Checked(batch.take(good), np.flatnonzero(~good), reasons)


def _repeated(batch: Batch, recent: Recent) -> NDArray[np.int8]:
    """DUPLICATE or CONTRADICTION for what was there before, in the log or in the batch."""
    reasons = np.zeros(len(batch), dtype=np.int8)
    seen, value = recent.find(batch.stream, batch.time)
    if seen.any():
        reasons[seen] = _said(value[seen], batch.value[seen])
    if _all_differ(batch):
        return reasons
    order = order_by(batch.stream, batch.time)
    stream, time = batch.stream[order], batch.time[order]
    again = np.zeros(len(batch), dtype=np.bool_)
    again[1:] = (stream[1:] == stream[:-1]) & (time[1:] == time[:-1])
    # Each repeated one against the first of its run, which stands before it in the batch.
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(batch))))
    later = order[again]
    said = _said(batch.value[order[first[again]]], batch.value[later])
    reasons[later] = np.where(reasons[later] == Reason.ACCEPTED, said, reasons[later])
    return reasons


def _said(before: NDArray[np.float64], now: NDArray[np.float64]) -> NDArray[np.int8]:
    return np.where(before == now, Reason.DUPLICATE, Reason.CONTRADICTION).astype(np.int8)


def _all_differ(batch: Batch) -> bool:
    """Whether no (stream, time) stands twice, as far as a quick look tells."""
    if len(batch) < 2:
        return True
    step = np.diff(batch.stream)
    if (step >= 0).all() and bool(((step > 0) | (np.diff(batch.time) > 0)).all()):
        return True
    key = keys(batch.stream, batch.time)
    if key is None:
        return False
    key.sort()
    return bool((key[1:] != key[:-1]).all())
