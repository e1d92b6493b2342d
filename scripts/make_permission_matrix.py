"""Writes tests/permission_matrix.csv: who may do what, in every situation, for people to read.

The table is computed from the declared grants by a plain oracle that shares no code with
`organisation.permitted`; a test holds the product against it cell by cell. Run it after declaring
an action, and read the difference before committing it: `python scripts/make_permission_matrix.py`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from district.kernel.organisation.public import Action

TABLE = Path(__file__).resolve().parents[1] / "tests" / "permission_matrix.csv"
ROLES = (
    "administrator", "planner", "leader", "unit_head", "officer", "duty_officer", "supervisor",
    "auditor", "viewer",
)  # fmt: skip
# The member acts for HERE. Its parent is ABOVE, its child BELOW; ELSEWHERE is another branch.
ABOVE, HERE, BELOW, ELSEWHERE = "9", "901", "901001", "902"
PARENT = {BELOW: HERE, HERE: ABOVE, ELSEWHERE: ABOVE, ABOVE: ""}
# Situation -> (lead unit of the object or None, whether HERE is a co-unit, whether it is the
# member's own); "no object" is asked about nothing in particular.
SITUATIONS: dict[str, tuple[str | None, bool, bool] | None] = {
    "no object": None,
    "led by own unit": (HERE, False, False),
    "led by a unit below": (BELOW, False, False),
    "led by the unit above": (ABOVE, False, False),
    "led elsewhere": (ELSEWHERE, False, False),
    "led elsewhere, own unit is co-unit": (ELSEWHERE, True, False),
    "led elsewhere, the member's own": (ELSEWHERE, False, True),
    "led by nobody yet": (None, False, False),
}
OTHERS = ("member without a post", "system", "public")


def _reaches(relation: str, situation: tuple[str | None, bool, bool] | None) -> bool:
    if relation == "any":
        return True
    if situation is None:
        return False
    lead, co_unit, own = situation
    if relation == "unit":
        return lead == HERE
    if relation == "co_unit":
        return co_unit
    if relation == "self":
        return own
    if relation in ("centre", "leader"):
        # No situation of this table has a desk or a leader in charge; those of case types do.
        return False
    step = lead or ""
    if relation == "superior":
        step = PARENT.get(step, "")
    while step:
        if step == HERE:
            return True
        step = PARENT[step]
    return False


def allowed(action: Action, who: str, situation: tuple[str | None, bool, bool] | None) -> bool:
    """The oracle: whether `who` (a role posted at HERE, or one of OTHERS) may do `action`."""
    if who == "system":
        return action.system
    return any(g.role == who and _reaches(g.relation, situation) for g in action.grants)


def table(actions: Iterable[Action]) -> str:
    """The matrix as CSV text, one row for each action and situation."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["action", "situation", *ROLES, *OTHERS])
    for action in sorted(actions, key=lambda one: one.key):
        for name, situation in SITUATIONS.items():
            cells = ["yes" if allowed(action, who, situation) else "-" for who in ROLES + OTHERS]
            writer.writerow([action.key, name, *cells])
    return out.getvalue()


def product_actions() -> list[Action]:
    """The actions of the kernel and of the systems in use, without the dummy system's."""
    from district.kernel.organisation.public import declared_actions

    return [action for action in declared_actions() if not action.key.startswith("dummy.")]


def main() -> None:
    """Write the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "district.conf.test")
    import django

    django.setup()
    TABLE.write_text(table(product_actions()), encoding="utf-8")
    print(f"{TABLE}: {len(product_actions())} actions")


if __name__ == "__main__":
    main()
