"""Credit codes of many enterprises at once, as an import checks them; one code is checked by
`kernel.base.credit_code`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from district.kernel.base.credit_code import ALPHABET, LENGTH, WEIGHTS

_TABLE = np.full(256, -1, dtype=np.int16)
for _number, _character in enumerate(ALPHABET):
    _TABLE[ord(_character)] = _number


def are_credit_codes(codes: list[str]) -> NDArray[np.bool_]:
    """Whether each of many codes, of eighteen ASCII characters, is one (`is_credit_code`)."""
    if not codes:
        return np.zeros(0, dtype=bool)
    letters = np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(-1, LENGTH)
    values = _TABLE[letters]
    weights = np.array((*WEIGHTS, 1), dtype=np.int32)
    good = (values >= 0).all(axis=1) & ((values.astype(np.int32) @ weights) % 31 == 0)
    return np.asarray(good, dtype=bool)
