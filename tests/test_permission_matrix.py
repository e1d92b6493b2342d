"""Every cell of the committed permission matrix holds in the product: role x situation x action."""

from __future__ import annotations

import csv

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
    UnitRow,
    actor_for,
    create_member,
    declared_actions,
    load_units,
    permitted,
    visible,
)

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


def test_the_product_decides_every_cell_as_the_table_says(actors: dict[str, Actor]) -> None:
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = 0
    for row in rows:
        situation = SITUATIONS[row["situation"]]
        for who in ROLES + OTHERS:
            actor = actors[who]
            owned = None
            if situation is not None:
                lead, co_unit, own = situation
                co_units = frozenset({HERE} if co_unit else ())
                owned = Owned(lead, co_units, actor.id if own else "")
            decided = permitted(actor, row["action"], owned)
            assert decided == (row[who] == "yes"), (row["action"], row["situation"], who)
            cells += 1
    assert cells == len(product_actions()) * len(SITUATIONS) * len(ROLES + OTHERS)


def test_lists_show_exactly_the_units_whose_objects_are_permitted(
    actors: dict[str, Actor],
) -> None:
    for action in declared_actions():
        for who in ROLES + OTHERS:
            scope = visible(actors[who], action.key)
            shown = set(Unit.objects.filter(scope.q("")).values_list("code", flat=True))
            expected = {
                lead
                for lead in (ABOVE, HERE, BELOW, ELSEWHERE)
                if allowed(action, who, (lead, False, False))
            }
            assert shown == expected, (action.key, who)


def test_what_nobody_granted_is_denied_and_the_public_may_nothing() -> None:
    for action in product_actions():
        for situation in SITUATIONS.values():
            assert not allowed(action, "public", situation)
            assert not allowed(action, "member without a post", situation)
