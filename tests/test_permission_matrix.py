"""Every cell of the committed permission matrix holds in the product: role x situation x action."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from scripts.make_permission_matrix import (
    ABOVE,
    BELOW,
    ELSEWHERE,
    HERE,
    OTHERS,
    ROLES,
    SITUATIONS,
    TABLE,
    allowed,
    product_actions,
    table,
)

from district.kernel.history.public import Actor
from district.kernel.organisation.models import Unit
from district.kernel.organisation.public import (
    Owned,
    Role,
    Scope,
    UnitRow,
    actor_for,
    create_member,
    declared_actions,
    load_units,
    permitted,
    posts_of,
    visible,
)
from district.kernel.organisation.selectors.rights import Standing, standing_kept

LOADER = Actor.system("tests")


@pytest.fixture
def actors(db: None) -> dict[str, Actor]:
    load_units(
        [
            UnitRow(ABOVE, "区", "district"),
            UnitRow(HERE, "东街道", "street", ABOVE),
            UnitRow(BELOW, "桥头社区", "community", HERE),
            UnitRow(ELSEWHERE, "西街道", "street", ABOVE),
        ],
        actor=LOADER,
    )
    found = {role: actor_for(create_member("甲", HERE, role, actor=LOADER)) for role in ROLES}
    without = create_member("乙", HERE, "viewer", actor=LOADER)
    without.assignments.all().delete()
    found |= {
        "member without a post": actor_for(without),
        "system": LOADER,
        "public": Actor.anonymous(),
    }
    return found


def test_the_committed_table_is_what_is_declared() -> None:
    assert set(ROLES) == set(Role.values)
    assert TABLE.read_text(encoding="utf-8") == table(product_actions()), (
        "rights have changed: run scripts/make_permission_matrix.py and read the difference"
    )


@contextmanager
def asked_once(actor: Actor) -> Iterator[None]:
    """Within, the actor's posts are known, as they are while a request is answered."""
    with standing_kept(Standing(actor.id, posts_of(actor))):
        yield


def decided(actor: Actor, row: dict[str, str]) -> bool:
    """What the product says of a row of the table."""
    situation = SITUATIONS[row["situation"]]
    if situation is None:
        return permitted(actor, row["action"])
    lead, co_unit, own = situation
    co_units = frozenset({HERE} if co_unit else ())
    return permitted(actor, row["action"], Owned(lead, co_units, actor.id if own else ""))


# It is decided in Python; scopes, which are SQL, are asked of both databases.
@pytest.mark.one_database
def test_the_product_decides_every_cell_as_the_table_says(actors: dict[str, Actor]) -> None:
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = 0
    for who in ROLES + OTHERS:
        with asked_once(actors[who]):
            for row in rows:
                cell = (row["action"], row["situation"], who)
                assert decided(actors[who], row) == (row[who] == "yes"), cell
                cells += 1
        # A job asks the database each time: the same, of one row in eleven.
        for row in rows[::11]:
            assert decided(actors[who], row) == (row[who] == "yes"), (row["action"], who)
    assert cells == len(product_actions()) * len(SITUATIONS) * len(ROLES + OTHERS)


def test_lists_show_exactly_the_units_whose_objects_are_permitted(
    actors: dict[str, Actor],
) -> None:
    found: dict[Scope, set[str]] = {}
    for who in ROLES + OTHERS:
        with asked_once(actors[who]):
            for action in declared_actions():
                scope = visible(actors[who], action.key)
                if scope not in found:
                    rows = Unit.objects.filter(scope.q(""))
                    found[scope] = set(rows.values_list("code", flat=True))
                expected = {
                    lead
                    for lead in (ABOVE, HERE, BELOW, ELSEWHERE)
                    if allowed(action, who, (lead, False, False))
                }
                assert found[scope] == expected, (action.key, who)


def test_what_nobody_granted_is_denied_and_the_public_may_nothing() -> None:
    for action in product_actions():
        for situation in SITUATIONS.values():
            assert not allowed(action, "public", situation)
            assert not allowed(action, "member without a post", situation)
