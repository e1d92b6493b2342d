"""How well spaces are found on the labelled set, and how long one demand takes among 20,000 units.

First the table of docs/spaces-set.md: recall and nDCG at 10 of what the product shows, of a keyword
search (BM25), and of the product without its parts, on both halves of the set, and what the hard
constraints leave out of what is suitable. Then, on both databases, 20,000 units of all kinds with
listings, a third of their facts not on record; matched are 20 demands, as a page asks for them.
Held to: a better recall than keywords.

The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is
the recall at 10 of all demands, the peer's that of keywords. `DISTRICT_BENCH_SPACES=2000` makes it
shorter.
"""

from __future__ import annotations

import os
import random
import sys
import time
from decimal import Decimal
from typing import Any

from benchmarks.harness import close, percentile
from benchmarks.installation import engines, installed

SIZE = int(os.environ.get("DISTRICT_BENCH_SPACES", "20000"))
_ASKED = 20
_CALL = """
import json, sys
from benchmarks import spaces_set
print(json.dumps(spaces_set.{what}(int(sys.argv[1]))))
"""


def scores(_size: int) -> dict[str, Any]:
    """Recall and nDCG at 10 by half and ranking, and by half how suitable units stand on record."""
    from district.systems.spaces.tests.labelled import scored
    from district.testing.relevance import ndcg_at_10, recall_at_10

    halves = {
        "looked at": scored.train(),
        "held out": scored.held_out(),
        "all": list(scored.demands()),
    }
    return {
        half: {
            "rankings": {
                name: [recall_at_10(one, asked), ndcg_at_10(one, asked)]
                for name, one in scored.RANKINGS.items()
            },
            "standing": scored.standing(asked),
        }
        for half, asked in halves.items()
    }


def measure(size: int) -> dict[str, Any]:
    """Seconds of every demand from the database to what a page shows; inside an installation."""
    from django.db import connection

    from district.kernel.base import clock
    from district.kernel.history.public import Actor
    from district.systems.spaces.models import Demand
    from district.systems.spaces.selectors.demands import matched_among
    from district.systems.spaces.selectors.firms import vacant_units
    from district.systems.spaces.selectors.vacancy import supplies_of
    from district.systems.spaces.services.demands import save_demand

    rng, loader = random.Random(7), Actor.system("loader")  # noqa: S311  # invented units
    _fill(size, rng, loader)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    taken, parts = [], []
    for at in range(_ASKED + 1):
        area = Decimal(rng.randrange(300, 3000))
        values = {
            "firm": f"试验{at}有限公司", "use": rng.choice(_USES), "lead_unit": "901",
            "area_from": area, "area_to": area * 2, "load": Decimal(8), "power": Decimal(300),
            "budget": Decimal(35), "hazard": "4",
        }  # fmt: skip
        row = Demand.objects.get(pk=save_demand(values, None, loader).pk)
        began = time.perf_counter()
        found = matched_among(row, vacant_units())
        took = time.perf_counter() - began
        supplies_of(vacant_units(), clock.today())
        if at:  # the first one warms up
            taken.append(took)
            parts.append(time.perf_counter() - began - took)
            if not (found.fitting and found.to_confirm):
                raise SystemExit("nothing was found")
    return {"taken": taken, "read": parts}


_USES = ("CNC机加工", "锂电池组装", "SMT贴片", "注塑加工", "食品分装", "光学镀膜", "印刷包装")


def _fill(size: int, rng: random.Random, loader: Any) -> None:
    """A hundred parks of a building of ten floors each, and units on them."""
    from district.kernel.organisation.public import UnitRow, load_units
    from district.systems.spaces.models import Building, Floor, Park, SpaceUnit

    units = [UnitRow("9", "试验区", "district")]
    streets = [f"9{number:02d}" for number in range(1, 12)]
    load_units(
        [*units, *(UnitRow(code, f"{code}街道", "street", "9") for code in streets)], actor=loader
    )
    floors = []
    for at in range(100):
        street = rng.choice(streets)
        park = Park.objects.create(
            code=f"P{at}", name=f"试验{at}园", lead_unit_id=street, street_unit_id=street,
            industries=rng.choice(_USES),
        )  # fmt: skip
        building = Building.objects.create(
            park=park, code=f"P{at}-1", name="1栋", area=50_000, factory_area=0, storeys=10
        )
        floors += [Floor.objects.create(building=building, number=n) for n in range(1, 11)]

    def some(*values: int) -> int | None:
        return None if rng.random() < 0.3 else rng.choice(values)

    rows = [
        SpaceUnit(
            floor=floors[at % len(floors)],
            code=f"U{at}",
            name=f"{at}号",
            area=rng.randrange(200, 5000),
            load=some(5, 8, 10, 15),
            height=some(4, 5, 6),
            lifts=some(1, 2),
            lift_load=some(2, 3, 5),
            power=some(160, 250, 400, 800),
            hazard=str(some(3, 4) or ""),
            drainage=rng.choice((None, True, False)),
            price=some(18, 25, 30, 40),
            description=f"{at}号，{rng.choice(_USES)}优先，承重{rng.randrange(4, 20)}00公斤，"
            f"用电{rng.randrange(10, 90)}0kVA，可分租{rng.randrange(2, 9)}00平起",
        )
        for at in range(size)
    ]
    SpaceUnit.objects.bulk_create(rows, batch_size=2000)


def main() -> int:
    """Print the scores, then the times on each database."""
    found: dict[str, Any] = {}
    for engine in engines():
        with installed(engine) as installation:
            if not found:
                found = installation.call(_CALL.format(what="scores"), "0")
                _show(found)
            told = installation.call(_CALL.format(what="measure"), str(SIZE))
        print(
            f"{engine}, {SIZE:,} units: one demand, median {percentile(told['taken'], 0.5):.2f} s, "
            f"p95 {percentile(told['taken'], 0.95):.2f} s, of it reading the units "
            f"{percentile(told['read'], 0.5):.2f} s; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    ours, beside = (found["all"]["rankings"][name][0] for name in ("spaces", "keywords"))
    return close(
        "spaces_set",
        ours,
        "recall at 10",
        162,
        peer="BM25 over listing, park and its industries",
        peer_figure=beside,
        holds=ours > beside,
    )


def _show(found: dict[str, Any]) -> None:
    for half, told in found.items():
        for name, (recall, ndcg) in told["rankings"].items():
            print(f"{half:10} {name:34} recall at 10 {recall:.3f}, nDCG at 10 {ndcg:.3f}")
        print(f"{half:10} suitable units on record: {told['standing']}")


if __name__ == "__main__":
    sys.exit(main())
