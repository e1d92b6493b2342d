"""Partners on the labelled set, beside a keyword search; what feedback of one half does to others.

The set was made before the ranking (docs/partners.md). Floors stand a little below what was
measured when the ranking was settled.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace

import pytest

from district.systems.enterprises.rules.partners import Said
from district.systems.enterprises.tests.partners.labelled import (
    Question,
    ask_of,
    firms,
    held_out,
    keywords,
    ndcg_at_10,
    ours,
    questions,
    recall_at_10,
    train,
)


def test_the_set_is_as_its_description_says() -> None:
    assert len(firms()) == 190
    assert sum(not firm.is_active for firm in firms().values()) == 3
    asked = questions()
    assert [one.direction for one in asked].count("suppliers") == 25
    assert [one.direction for one in asked].count("buyers") == 21
    assert len(train()) == len(held_out()) == 23
    for one in asked:
        assert one.judged.keys() <= firms().keys()
        assert one.firm not in one.judged
        assert set(one.judged.values()) <= {1, 2}
        assert all(firms()[key].is_active for key in one.judged)


@pytest.mark.parametrize(("half", "floor"), [("train", 0.95), ("held_out", 0.95)])
def test_partners_are_found_better_than_by_keywords(half: str, floor: float) -> None:
    asked = train() if half == "train" else held_out()
    found, beside = recall_at_10(ours(), asked), recall_at_10(keywords, asked)
    assert found >= floor
    assert found > beside
    assert ndcg_at_10(ours(), asked) > ndcg_at_10(keywords, asked)


def said_of(question: Question, key: str) -> Said:
    """What somebody who knows the labels says of a firm as an answer to a question."""
    ask, other = ask_of(question), firms()[key]
    assert ask.firm is not None
    supplier, buyer = (other, ask.firm) if ask.direction == "suppliers" else (ask.firm, other)
    verdict = "useful" if key in question.judged else "unsuitable"
    codes = ask.codes or supplier.makes
    return Said(supplier.key, buyer.key, codes, buyer.makes, verdict)


def test_feedback_on_what_was_shown_moves_what_is_shown_next() -> None:
    asked = [one for one in train() if one.firm]
    said = [said_of(one, key) for one in asked for key in ours()(one)[:10]]
    assert recall_at_10(ours(said), asked) > recall_at_10(ours(), asked)
    assert ndcg_at_10(ours(said), asked) > ndcg_at_10(ours(), asked)


def test_feedback_on_some_firms_ranks_others_of_their_classes_better() -> None:
    """Half of the firms are spoken of, the ranking of the other half is scored; both ways."""
    before, after = [], []
    for half in (0, 1):
        told = {key for key in firms() if int(key[1:]) % 2 == half}
        rest = firms().keys() - told
        for one in train():
            judged = {key: grade for key, grade in one.judged.items() if key in rest}
            spoken = [key for key in ours()(one)[:20] if key in told]
            if not one.firm or not judged or not spoken:
                continue
            said = [said_of(one, key) for key in spoken]
            other = [replace(one, judged=judged)]
            before.append(ndcg_at_10(among(rest, []), other))
            after.append(ndcg_at_10(among(rest, said), other))
    assert len(before) > 30
    assert sum(after) > sum(before)


def among(keys: AbstractSet[str], said: list[Said]) -> Callable[[Question], list[str]]:
    """The ranking, of these firms alone."""
    return lambda question: [key for key in ours(said)(question) if key in keys]


def test_feedback_of_one_half_does_no_harm_to_the_other() -> None:
    said = [said_of(one, key) for one in train() if one.firm for key in ours()(one)[:10]]
    assert recall_at_10(ours(said), held_out()) >= recall_at_10(ours(), held_out())
