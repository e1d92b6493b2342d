"""The register as the intake needs it: arrays by number, names by code, secrets by source."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.gateway import reasons
from district.kernel.sensing.gateway.ports import Kind, Register, SourceRow
from district.kernel.sensing.intake import Checked, Reason, Recent, Streams, check

#: What stands for a sender in a column where it is nobody that we know.
NOBODY_KNOWN = -2
_SUSPENDED = -3
#: And where a reading names another datastream than its address or topic.
_ELSEWHERE = -4
_LONGEST = 1 << 61


@dataclass(frozen=True, slots=True)
class Declared:
    """One look at the register. `edition` counts the looks that found something new."""

    edition: int
    sources: dict[str, SourceRow]
    #: The longest that a reading may be late or ahead, µs: how far back duplicates matter.
    horizon: int
    _digest: Register
    _streams: Streams
    _skew: NDArray[np.int64]
    _kind: NDArray[np.int8]
    _retired: NDArray[np.bool_]
    _suspended: NDArray[np.int64]

    @classmethod
    def read(cls, register: Register, edition: int) -> Declared:
        """Ask the register for everything; ValueError for numbers that nobody can use."""
        rows, sources = register.streams(), register.sources()
        writable = rows.active & (rows.source >= 0)
        streams = Streams.of(rows.number[writable], rows.source[writable], rows.lateness[writable])
        length = int(rows.number.max()) + 1 if len(rows.number) else 0
        skew = np.zeros(length, np.int64)
        kind = np.zeros(length, np.int8)
        retired = np.zeros(length, np.bool_)
        skew[rows.number] = np.clip(rows.skew, 0, _LONGEST)
        kind[rows.number] = rows.kind
        retired[rows.number] = ~rows.active
        late = int(rows.lateness[writable].max()) if writable.any() else 0
        ahead = int(skew.max()) if length else 0
        return cls(
            edition,
            {row.code: row for row in sources},
            min(late + ahead, _LONGEST),
            register,
            streams,
            skew,
            kind,
            retired,
            np.array(sorted(row.number for row in sources if not row.active), np.int64),
        )

    @property
    def datastreams(self) -> int:
        """How many datastreams take readings."""
        return int((self._streams.owner >= 0).sum())

    def authenticate(self, code: str, secret: str, now: int) -> SourceRow | None:
        """The source that knows this secret, suspended or not; None for anybody else.

        Takes the same time whether the code or the secret is wrong.
        """
        row = self.sources.get(code)
        sent = self._digest.digest(code, secret)
        right = False
        for digest, until in (row.secrets if row else ()) or (("", None),):
            same = hmac.compare_digest(digest, sent)
            right |= same and (until is None or now < until)
        return row if right else None

    def check(
        self, batch: Batch, source: NDArray[np.int64], named: NDArray[np.int64], recent: Recent
    ) -> Checked:
        """`intake.check`, and what it does not know: suspended senders, kinds, retired streams.

        `source` is the sender of each reading or NOBODY_KNOWN; `named` the datastream that its
        address or topic names, -1 for none. `reasons` of the answer may be those of `reasons`.
        """
        suspended = np.isin(source, self._suspended)
        asked = np.where(suspended, _SUSPENDED, source)
        asked[(named >= 0) & (named != batch.stream)] = _ELSEWHERE
        known = (batch.stream >= 0) & (batch.stream < len(self._skew))
        slot = np.where(known, batch.stream, 0)
        skew = self._skew[slot] if len(self._skew) else np.zeros(len(batch), np.int64)
        fitting = self._fitting(batch, known, slot)
        checked = check(fitting, asked.astype(np.int32), self._streams, recent, skew=skew)
        if len(self._skew):
            retired = known & self._retired[slot] & (checked.reasons == Reason.UNKNOWN_STREAM)
            checked.reasons[retired] = reasons.RETIRED
        checked.reasons[suspended] = reasons.SUSPENDED
        checked.reasons[source == NOBODY_KNOWN] = reasons.UNKNOWN_SOURCE
        return checked

    def _fitting(self, batch: Batch, known: NDArray[np.bool_], slot: NDArray[np.int32]) -> Batch:
        """The batch, with no number in place of values that do not fit their datastream."""
        if not len(self._kind):
            return batch
        kind = np.where(known, self._kind[slot], Kind.MEASUREMENT)
        if not kind.any():
            return batch
        truth = (batch.value == 0) | (batch.value == 1)
        whole = batch.value == np.floor(batch.value)
        wrong = ((kind == Kind.TRUTH) & ~truth) | ((kind == Kind.COUNT) & ~whole)
        if not wrong.any():
            return batch
        value = np.where(wrong, np.nan, batch.value)
        return Batch(batch.stream, batch.time, value, batch.received, batch.sequence)
