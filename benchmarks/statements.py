"""How many SQL statements every page costs a planner, with 50,000 tracked rows.

Held to: at most ten a page, session and user included. Every address of the product that shows a
page is opened by Django's test client with the real middleware, by a planner, or where a planner
may not by a supervisor or an administrator; addresses that only write, files and the API are left
out. The peer lists 25 commitments with unit, leader, contact, measure and light in the plain way,
following every relation row by row. The last line is JSON: {name, figure, unit, rows, peer,
peer_figure, ratio, holds}; the figure is the most that any page costs.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks.harness import close
from benchmarks.installation import SIZES, fill, installed

BOUND = 10
_CODE = """
import json, sys
from benchmarks import pages
print(json.dumps(pages.count(json.loads(sys.argv[1]))))
"""


def main() -> int:
    """Print the table of pages and the JSON line."""
    with installed("sqlite") as installation:
        installation.env["DISTRICT_HOSTS"] = "testserver"
        made = fill(installation, SIZES[-1])
        found: dict[str, Any] = installation.call(_CODE, json.dumps(made))
    pages: dict[str, list[Any]] = found["pages"]
    for address, (status, count, milliseconds) in sorted(pages.items(), key=lambda row: -row[1][1]):
        mark = "" if status == 200 and count <= BOUND else f"  <- {status}"
        print(f"{count:4d} statements {milliseconds:7.0f} ms  {address}{mark}", flush=True)
    for address in found["missing"]:
        print(f"   not opened: {address}", flush=True)
    most = max(row[1] for row in pages.values())
    opened = all(row[0] == 200 for row in pages.values()) and not found["missing"]
    print(f"{len(pages)} pages", flush=True)
    return close(
        "statements",
        most,
        "statements a page",
        made["tracked"],
        peer="25 commitments listed plainly, every relation followed row by row",
        peer_figure=found["peer"],
        holds=opened and most <= BOUND,
    )


if __name__ == "__main__":
    sys.exit(main())
