"""A batch is columns of one length and of stated types."""

from __future__ import annotations

import numpy as np
import pytest

from district.kernel.sensing.batches import DTYPES, NO_SEQUENCE, Batch


def _batch() -> Batch:
    return Batch.of([3, 1, 2], [30, 10, 20], [0.5, float("nan"), -2.0], sequence=[7, 8, 9])


def test_columns_have_the_stated_types_and_defaults() -> None:
    batch = Batch.of([1], [10], [1.5])
    assert [getattr(batch, name).dtype for name in DTYPES] == list(DTYPES.values())
    assert batch.received.tolist() == [10]
    assert batch.sequence.tolist() == [NO_SEQUENCE]


def test_take_follows_a_mask_indices_and_a_slice() -> None:
    batch = _batch()
    assert batch.take(np.array([True, False, True])).stream.tolist() == [3, 2]
    assert batch.take(np.array([2, 0])).time.tolist() == [20, 30]
    assert batch.take(slice(1, 3)).sequence.tolist() == [8, 9]


def test_concat_keeps_the_order_and_leaves_out_nothing() -> None:
    batch = _batch()
    both = Batch.concat([batch, Batch.empty(), batch.take(slice(0, 1))])
    assert both.stream.tolist() == [3, 1, 2, 3]
    assert both.take(slice(0, 3)).same(batch)
    assert Batch.concat([batch]) is batch
    assert len(Batch.concat([])) == 0


def test_same_compares_bits() -> None:
    batch = _batch()
    assert batch.same(_batch())
    assert not batch.same(batch.take(slice(0, 2)))
    assert not batch.same(batch.take(np.array([0, 2, 1])))


def test_a_column_of_another_length_or_type_is_refused() -> None:
    batch = _batch()
    with pytest.raises(ValueError, match="time: 2 values beside 3"):
        Batch(batch.stream, batch.time[:2], batch.value, batch.received, batch.sequence)
    with pytest.raises(ValueError, match="stream: int32"):
        Batch(batch.time, batch.time, batch.value, batch.received, batch.sequence)  # type: ignore[arg-type]  # the wrong type is what is tried
