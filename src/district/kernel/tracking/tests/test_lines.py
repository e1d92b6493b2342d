"""Lines rise by the steps that find somebody, and stop where there is nobody any more."""

from __future__ import annotations

from uuid import UUID

from district.kernel.tracking.lines import Climb, climb

ONE = UUID(int=1)


def test_steps_that_find_nobody_are_passed_over() -> None:
    found = {"above": [ONE]}
    assert climb(0, ["deputy", "head", "above"], lambda to: found.get(to, [])) == Climb(
        3, 2, (ONE,)
    )


def test_the_last_step_is_taken_again_while_it_finds_somebody() -> None:
    assert climb(5, ["head", "above"], lambda _to: [ONE]) == Climb(6, 1, (ONE,))


def test_a_line_stops_where_there_is_nobody_any_more() -> None:
    asked: list[str] = []

    def nobody(to: str) -> list[UUID]:
        asked.append(to)
        return []

    assert not climb(1, ["head", "above"], nobody).members
    assert asked == ["above"]
    assert climb(0, [], nobody) == Climb(0, 0)
