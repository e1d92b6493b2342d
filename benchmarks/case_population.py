"""What the benchmarks of cases share: a district with a case type, and many cases in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks.installation import ROOT, Installation

#: Cases of a growth curve; `DISTRICT_BENCH_CASES=10000,100000` makes a shorter one.
SIZES = tuple(
    int(size) for size in os.environ.get("DISTRICT_BENCH_CASES", "10000,100000,1000000").split(",")
)
#: SQLite is measured up to here: the smaller stated limit of the embedded default.
SQLITE_LIMIT = 100_000
_TYPE = ROOT / "src" / "district" / "kernel" / "cases" / "tests" / "request.toml"
_FILL = """
import json, sys
from benchmarks import case_population
given = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
print(json.dumps(case_population.make(*given)))
"""


def declare() -> Any:
    """Declare the kernel's example of a case type, with its register, in this process."""
    from district.kernel.cases.public import declare_case_register, declare_case_type
    from district.kernel.cases.tests.conftest import MATTERS

    case_type = declare_case_type(Path(_TYPE), matters=MATTERS.get)
    declare_case_register(case_type)
    return case_type


def make(count: int, open_share: float, days: int, type_key: str = "") -> dict[str, Any]:
    """Load the district where there is none, and make cases; runs inside an installation.

    They are of the kernel's example, or of a type of a system, which the server knows as well.
    """
    import random
    from dataclasses import asdict

    from district.kernel.base.planner import look_over_tables
    from district.kernel.cases.public import case_type_of
    from district.kernel.organisation.public import Unit
    from district.kernel.tracking.public import calendars, save_calendar
    from district.loading.folder import read_folder
    from district.loading.load import load_district
    from district.testing.population.cases import populate_cases
    from district.testing.population.making import LONGGANG
    from district.testing.population.people import make_members
    from district.testing.population.shared import ACTOR

    case_type = case_type_of(type_key) if type_key else declare()
    if not Unit.objects.exists():
        for _line in load_district(read_folder(LONGGANG), demo=False):
            pass
        make_members(random.Random(1), "")  # noqa: S311  # made-up people
    known = calendars()
    for kind in ("24x7", "working_days", "working_hours"):
        if kind not in known:
            hours = (("09:00", "12:00"), ("14:00", "18:00")) if kind == "working_hours" else ()
            save_calendar(kind, kind=kind, name=kind, hours=hours, actor=ACTOR)
    made = populate_cases(count, case_type, open_share=open_share, days=days)
    look_over_tables()
    return asdict(made)


def fill_cases(
    installation: Installation,
    count: int,
    open_share: float = 0.05,
    days: int = 1000,
    type_key: str = "",
) -> dict[str, Any]:
    """Fill an installation with a district and `count` cases; what was made."""
    given = (str(count), str(open_share), str(days), type_key)
    made: dict[str, Any] = installation.call(_FILL, *given)
    return made


def sizes(engine: str) -> tuple[int, ...]:
    """How many cases are measured on a database."""
    return SIZES if engine != "sqlite" else tuple(s for s in SIZES if s <= SQLITE_LIMIT)
