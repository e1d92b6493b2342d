"""Who goes on with whom: against a slow oracle that looks at every pair."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.plan.rules.succession import Promise, pair

_NAMES = ("公办义务教育学位", "全区公办义务教育学位", "幼儿园", "碧道", "“碧道”")


def _promises(prefix: str) -> st.SearchStrategy[list[Promise]]:
    one = st.tuples(
        st.sampled_from(_NAMES),
        st.sampled_from(("个", "所")),
        st.sampled_from(("", "yoy")),
        st.sampled_from(("", "m1", "m2")),
    )
    return st.lists(one, max_size=6).map(
        lambda rows: [Promise(f"{prefix}{at}", *row) for at, row in enumerate(rows)]
    )


def _oracle(
    formers: Sequence[Promise], fresh: Sequence[Promise], said: dict[str, str]
) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for former, promise in said.items():
        if promise not in [taken for taken, _way in found.values()]:
            found[former] = (promise, "sentence")
    for way in ("measure", "words"):

        def same(one: Promise, other: Promise, way: str = way) -> bool:
            if (one.unit, one.basis) != (other.unit, other.basis):
                return False
            if way == "measure":
                return one.measure != "" and one.measure == other.measure
            return one.words == other.words

        left = [one for one in formers if one.key not in found]
        taken = {promise for promise, _way in found.values()}
        free = [one for one in fresh if one.key not in taken]
        step = {}
        for one in left:
            mine = [other for other in free if same(one, other)]
            rivals = [other for other in left if same(one, other)]
            if len(mine) == 1 and len(rivals) == (1 if same(one, one) else 0):
                step[one.key] = (mine[0].key, way)
        found |= step
    return found


@settings(max_examples=100)
@given(_promises("f"), _promises("n"), st.data())
def test_pairs_are_those_of_the_oracle_and_nobody_is_taken_twice(
    formers: list[Promise], fresh: list[Promise], data: st.DataObject
) -> None:
    said: dict[str, str] = {}
    if formers and fresh:
        said = data.draw(
            st.dictionaries(
                st.sampled_from([one.key for one in formers]),
                st.sampled_from([one.key for one in fresh]),
                max_size=3,
            )
        )
    found = pair(formers, fresh, said)
    assert found == _oracle(formers, fresh, said)
    taken = [promise for promise, _way in found.values()]
    assert len(taken) == len(set(taken))


def test_place_words_blanks_and_marks_do_not_tell_names_apart() -> None:
    former = Promise("f", "全区“碧道” ", "公里")
    assert pair([former], [Promise("n", "碧道", "公里")], {}) == {"f": ("n", "words")}


def test_where_two_could_be_meant_nobody_is_chosen() -> None:
    former = Promise("f", "碧道", "公里")
    fresh = [Promise("n1", "碧道", "公里"), Promise("n2", "全区碧道", "公里")]
    assert pair([former], fresh, {}) == {}
