"""What changes take away, kept so that a past day can be asked: the one way to write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import polars as pl

from district.kernel.base.bulk import update_many
from district.systems.enterprises.importing.raw import insert_frame
from district.systems.enterprises.models import PastState


def keep_past(taken: Mapping[UUID, str], today: date) -> None:
    """Keep what a change of today takes away of some enterprises: {key: JSON text of {attribute:
    value as it stood}}, null where nothing was known.

    What an earlier change of today kept stays, for each row says how things stood at the end of
    the day before. Of an enterprise that the register knows since today nothing is to be kept:
    the caller leaves it out. Inside a transaction that holds the enterprises; two statements
    however many they are, three where some changed today already.
    """
    if not taken:
        return
    until, left = today - timedelta(days=1), dict(taken)
    there = list(PastState.objects.filter(enterprise_id__in=list(left), until=until))
    for past in there:
        past.values = {**json.loads(left.pop(past.enterprise_id)), **past.values}
    update_many(there, ["values"])
    frame = pl.DataFrame(
        {"enterprise_id": [key.hex for key in left], "values": list(left.values())},
        schema={"enterprise_id": pl.String, "values": pl.String},
    )
    insert_frame(PastState, frame.with_columns(pl.lit(until).alias("until")))
