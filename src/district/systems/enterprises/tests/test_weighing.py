"""Whom to believe over whole columns: the same as row by row, whoever said what in what order."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from district.systems.enterprises.rules.plain import json_texts
from district.systems.enterprises.rules.resolving import (
    Telling,
    is_outdated,
    resolve,
    superseded,
)
from district.systems.enterprises.rules.weighing import (
    ENTERPRISE,
    KEYS,
    PLAIN,
    TELLINGS,
    believed,
    news,
    with_facts,
)

RANKS = {"manual": 1, "registry": 2, "tax": 3, "statistics": 3, "self": 7}
DAYS = [date(2025, 9, day) for day in (1, 2, 3)]
FIRMS = ["a" * 32, "b" * 32, "c" * 32]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["甲公司", "乙“公”司", 'a"b\\c\n']),
    "staff": st.sampled_from([0, 7]),
    "revenue": st.sampled_from(["0", "-1.5", "12345.000001"]),
    "is_dishonest": st.booleans(),
    "established_on": st.sampled_from(["2020-02-29", "2021-01-01"]),
    "street": st.sampled_from(["901", "902"]),
}
said = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), min_size=1).flatmap(
    lambda keys: st.fixed_dictionaries({key: VALUES[key] for key in keys})
)
places = st.tuples(st.sampled_from(FIRMS), st.sampled_from(sorted(RANKS)), st.sampled_from(DAYS))
Kept = dict[tuple[str, str, date], dict[str, Any]]


def kept_frame(kept: Kept) -> pl.DataFrame:
    """As the table of records is read: with keys and JSON texts."""
    rows = [
        {"pk": pk, ENTERPRISE: firm, "source": source, "rank": RANKS[source], "told_on": day}
        for pk, (firm, source, day) in enumerate(kept, 1)
    ]
    kinds = {"pk": pl.Int64, ENTERPRISE: pl.String, "source": pl.String, "rank": pl.Int64,
             "told_on": pl.Date}  # fmt: skip
    facts = pl.DataFrame([dict.fromkeys(KEYS) | values for values in kept.values()], schema=PLAIN)
    frame = pl.DataFrame(rows, schema=kinds)
    return with_facts(frame.with_columns(json_texts(facts)))


def told_frame(told: dict[str, dict[str, Any]]) -> pl.DataFrame:
    rows = [{ENTERPRISE: firm, **dict.fromkeys(KEYS), **values} for firm, values in told.items()]
    return pl.DataFrame(rows, schema={ENTERPRISE: pl.String(), **PLAIN})


def known(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in KEYS if row[key] is not None}


def one_by_one(
    told: dict[str, Any], old: list[tuple[int, Telling]], by: Telling
) -> tuple[Telling, list[int], list[Telling]] | None:
    """What the row-by-row rules say of one enterprise: the new telling, the keys of those that it
    supersedes, and all that is heard of it; None where nothing new is said."""
    new = Telling(by.source, by.rank, by.told_on, told)
    tellings = [one for _pk, one in old]
    mine = [one for one in tellings if (one.source, one.told_on) == (by.source, by.told_on)]
    if is_outdated(new, tellings) or any(told.items() <= one.values.items() for one in mine):
        return None
    for one in mine:
        new = Telling(new.source, new.rank, new.told_on, {**one.values, **new.values})
    gone = superseded(new, tellings)
    return new, [pk for pk, one in old if one in gone], [
        new, *(one for one in tellings if one not in gone)
    ]  # fmt: skip


@given(
    st.dictionaries(places, said, max_size=10),
    st.dictionaries(st.sampled_from(FIRMS), said, min_size=1),
    st.sampled_from(sorted(RANKS)),
    st.sampled_from(DAYS),
)
def test_news_over_columns_is_news_row_by_row(
    kept: Kept, told: dict[str, dict[str, Any]], source: str, day: date
) -> None:
    by = Telling(source, RANKS[source], day, {})
    found = news(told_frame(told), kept_frame(kept), by)
    new = {row[ENTERPRISE]: known(row) for row in found.told.iter_rows(named=True)}
    gone = found.superseded.rows()
    now = {row[ENTERPRISE]: known(row) for row in believed(found.weighed).iter_rows(named=True)}
    expected_gone = []
    for firm, values in told.items():
        old = [
            (pk, Telling(who, RANKS[who], when, said))
            for pk, ((whose, who, when), said) in enumerate(kept.items(), 1)
            if whose == firm
        ]
        wanted = one_by_one(values, old, by)
        assert (firm in new) == (wanted is not None)
        before = {key: one.value for key, one in resolve(one for _pk, one in old).items()}
        if wanted is None:
            assert firm not in now
            continue
        telling, over, heard = wanted
        assert new[firm] == telling.values
        expected_gone += [(firm, pk) for pk in over]
        after = {key: one.value for key, one in resolve(heard).items()}
        assert now.get(firm, before) == after
    assert gone == sorted(expected_gone)
    assert set(TELLINGS) == set(found.weighed.columns)


@given(st.dictionaries(places, said, max_size=12))
def test_believed_over_columns_is_believed_row_by_row(kept: Kept) -> None:
    found = {
        row[ENTERPRISE]: known(row) for row in believed(kept_frame(kept)).iter_rows(named=True)
    }
    for firm in FIRMS:
        tellings = [
            Telling(who, RANKS[who], when, values)
            for (whose, who, when), values in kept.items()
            if whose == firm
        ]
        wanted = {key: one.value for key, one in resolve(tellings).items()}
        assert found.get(firm, {}) == wanted
