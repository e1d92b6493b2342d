"""What was set aside, as rows for the quarantine: one for each sender, datastream and reason."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.gateway import reasons
from district.kernel.sensing.gateway.declared import NOBODY_KNOWN
from district.kernel.sensing.gateway.ports import Refusal
from district.kernel.sensing.intake import Checked, Gathered


def refusals_of(
    gathered: Gathered, checked: Checked, sources: NDArray[np.int64], received: int
) -> list[Refusal]:
    """The rows for a group; `sources` has the sender of each message. The first is shown."""
    if not len(checked.refused) and not gathered.malformed:
        return []
    return [
        *_of_checked(gathered, checked, sources, received),
        *_of_malformed(gathered, sources, received),
    ]


def _of_checked(
    gathered: Gathered, checked: Checked, sources: NDArray[np.int64], received: int
) -> list[Refusal]:
    refused, batch = checked.refused, gathered.batch
    if not len(refused):
        return []
    keys = np.column_stack(
        [
            sources[gathered.messages[refused]],
            batch.stream[refused].astype(np.int64),
            checked.reasons[refused].astype(np.int64),
        ]
    )
    _, firsts, counts = np.unique(keys, axis=0, return_index=True, return_counts=True)
    found = []
    for first, count in zip(firsts.tolist(), counts.tolist(), strict=True):
        source, stream, reason = keys[first].tolist()
        at = int(refused[first])
        sequence = int(batch.sequence[at])
        shown = {
            "datastream": stream,
            "time": np.datetime_as_string(batch.time[at].astype("datetime64[us]")) + "Z",
            "value": float(batch.value[at]),
            **({"sequence": sequence} if sequence >= 0 else {}),
        }
        found.append(
            Refusal(
                _known(source),
                str(stream),
                reasons.CODES[reason],
                json.dumps(shown),
                received,
                count,
            )
        )
    return found


def _of_malformed(gathered: Gathered, sources: NDArray[np.int64], received: int) -> list[Refusal]:
    found: dict[tuple[int, str], tuple[str, int]] = {}
    for number, bad in gathered.malformed:
        key = (int(sources[number]), bad.fault.code)
        shown, count = found.get(key, (bad.fragment, 0))
        found[key] = (shown, count + 1)
    return [
        Refusal(_known(source), "", reasons.MALFORMED, f"{fault}: {shown}", received, count)
        for (source, fault), (shown, count) in found.items()
    ]


def _known(source: int) -> int | None:
    return None if source == NOBODY_KNOWN else source
