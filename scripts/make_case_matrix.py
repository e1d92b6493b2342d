"""Writes tests/case_matrix.csv: who may see, open and act on cases, for people to read.

The table is computed from the types' TOML files alone, by a plain oracle that shares no code with
the product; a test holds the product against it cell by cell. Run it after changing a type, and
read the difference before committing it: `python scripts/make_case_matrix.py`.
"""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "case_matrix.csv"
#: The type of the kernel's own tests uses everything; the others are what systems declare.
TYPES = (
    ROOT / "src/district/kernel/cases/tests/request.toml",
    *sorted(ROOT.glob("src/district/systems/*/case_types/*.toml")),
)
ROLES = (
    "administrator", "planner", "leader", "unit_head", "officer", "duty_officer", "supervisor",
    "auditor", "viewer",
)  # fmt: skip
OTHERS = ("member without a post", "system", "public", "reporter")
# The member acts for HERE. Its parent is ABOVE, its child BELOW; ELSEWHERE is another street.
ABOVE, HERE, BELOW, ELSEWHERE = "9", "901", "901001", "902"
PARENT = {BELOW: HERE, HERE: ABOVE, ELSEWHERE: ABOVE, ABOVE: ""}


class Situation(NamedTuple):
    """Lead unit, unit whose desk it is, co-unit, whether the member handles it, unit that it is
    about, whether the member is the leader in charge."""

    lead: str
    centre: str
    co_unit: str = ""
    own: bool = False
    about: str = ""
    leads: bool = False


SITUATIONS: dict[str, Situation] = {
    "led by own unit": Situation(HERE, ABOVE),
    "led by a unit below": Situation(BELOW, ABOVE),
    "led by the unit above": Situation(ABOVE, ABOVE),
    "led by another street": Situation(ELSEWHERE, ABOVE),
    "led by another street, own unit is co-unit": Situation(ELSEWHERE, ABOVE, HERE),
    "led by another street, the member handles it": Situation(ELSEWHERE, ABOVE, own=True),
    "led by another street, the member is the leader in charge": Situation(
        ELSEWHERE, ABOVE, leads=True
    ),
    "led by another street, on own desk": Situation(ELSEWHERE, HERE),
    "about own unit, on own desk": Situation(ELSEWHERE, HERE, HERE, True, HERE, True),
    "about another street, led by own unit": Situation(HERE, ABOVE, about=ELSEWHERE),
}
VIEW, CREATE = "(view)", "(create)"


@cache
def types() -> dict[str, dict[str, Any]]:
    """The content of every type's file, by its key."""
    found = [tomllib.loads(path.read_text("utf-8")) for path in TYPES]
    return {data["key"]: data for data in found}


def _chain(unit: str) -> list[str]:
    found = [unit]
    while PARENT[found[-1]]:
        found.append(PARENT[found[-1]])
    return found


def _reaches(relation: str, situation: Situation) -> bool:
    return {
        "any": True,
        "unit": situation.lead == HERE,
        "subtree": HERE in _chain(situation.lead),
        "superior": HERE in _chain(situation.lead)[1:],
        "centre": situation.centre == HERE,
        "co_unit": situation.co_unit == HERE,
        "self": situation.own,
        "leader": situation.leads,
    }[relation]


def allowed(data: dict[str, Any], action: str, who: str, situation: Situation) -> bool:
    """The oracle: whether `who` (a role posted at HERE, or one of OTHERS) may do `action`."""
    if action == VIEW:
        pairs, system = data["view"], True
    elif action == CREATE:
        pairs, system = data["create"], True
    else:
        pairs = data["actions"][action].get("who", [])
        system = data["actions"][action].get("system", False)
    if who == "system":
        return bool(system)
    if who in ("public", "reporter"):
        # A reporter is known by the code alone; anybody may report what is open to all.
        open_to_all = ["public", "reporter"] in pairs
        return open_to_all and (who == "reporter" or action == CREATE)
    if situation.about and situation.about in _chain(HERE):
        return False
    return any(role == who and _reaches(relation, situation) for role, relation in pairs)


def cell(data: dict[str, Any], action: str, who: str, situation: Situation) -> str:
    """What stands in the table."""
    return "yes" if allowed(data, action, who, situation) else "-"


def table() -> str:
    """The matrix as CSV text, one row for each type, action and situation."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["type", "action", "situation", *ROLES, *OTHERS])
    for key, data in sorted(types().items()):
        for action in (VIEW, *data["actions"]):
            for name, situation in SITUATIONS.items():
                cells = [cell(data, action, who, situation) for who in ROLES + OTHERS]
                writer.writerow([key, action, name, *cells])
        for name in ("on own desk", "on the desk of the unit above"):
            desk = HERE if name == "on own desk" else ABOVE
            situation = Situation(desk, desk)
            cells = [cell(data, CREATE, who, situation) for who in ROLES + OTHERS]
            writer.writerow([key, CREATE, name, *cells])
    return out.getvalue()


def main() -> None:
    """Write the table."""
    text = table()
    TABLE.write_text(text, encoding="utf-8")
    print(f"{TABLE}: {text.count(chr(10)) - 1} rows of {len(TYPES)} case types")


if __name__ == "__main__":
    main()
