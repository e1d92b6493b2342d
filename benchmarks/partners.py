"""How well partners are found on the labelled set, and how long it takes among 942,000 firms.

First the table of docs/partners.md: recall and nDCG at 10 of the ranking, of a keyword search
(BM25), and of the ranking without vocabulary and relations, on both halves of the set. Then, on
both databases, firms with a product each (and every third with a need), of all classes alike, with
points in eleven streets; asked are 60 questions for suppliers and buyers by firms among them, as
everybody may ask them. Held to: less than a second for each (p95 is shown), and a better recall
than keywords.

The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds}; the figure is
the recall at 10 of all questions, the peer's that of keywords. `DISTRICT_BENCH_PARTNERS=100000`
makes it shorter.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import Any

from benchmarks.harness import close, percentile
from benchmarks.installation import engines, installed

SIZE = int(os.environ.get("DISTRICT_BENCH_PARTNERS", "942000"))
BOUND_S = 1.0
_ASKED = 60
_CALL = """
import json, sys
from benchmarks import partners
print(json.dumps(partners.{what}(int(sys.argv[1]))))
"""


def scores(_size: int) -> dict[str, Any]:
    """Recall and nDCG at 10 by half and ranking."""
    from district.systems.enterprises.rules.partners import Setting, rank
    from district.systems.enterprises.rules.products import Vocabulary
    from district.systems.enterprises.rules.relations import Relations
    from district.systems.enterprises.tests.partners import labelled

    bare = Setting(labelled.weights(), Vocabulary([], {}), Relations([], []))

    def without(question: labelled.Question) -> list[str]:
        ask = labelled.ask_of(question)
        firms = labelled.firms().values()
        nothing: frozenset[str] = frozenset()
        plain = _without_classes(ask, nothing)
        return [one.key for one in rank(plain, [_without_classes(f, nothing) for f in firms], bare)]

    rankings = {
        "keywords": labelled.keywords,
        "without vocabulary": without,
        "partners": labelled.ours(),
    }
    halves = {
        "looked at": labelled.train(),
        "held out": labelled.held_out(),
        "all": list(labelled.questions()),
    }
    return {
        half: {
            name: [labelled.recall_at_10(one, asked), labelled.ndcg_at_10(one, asked)]
            for name, one in rankings.items()
        }
        for half, asked in halves.items()
    }


def _without_classes(thing: Any, nothing: frozenset[str]) -> Any:
    """A question or firm of which no class is known."""
    from dataclasses import replace

    from district.systems.enterprises.rules.partners import Firm

    if isinstance(thing, Firm):
        return replace(
            thing,
            supplies=tuple(replace(item, codes=nothing) for item in thing.supplies),
            needs=tuple(replace(item, codes=nothing) for item in thing.needs),
        )
    firm = _without_classes(thing.firm, nothing) if thing.firm else None
    return replace(thing, codes=nothing, uses=nothing, firm=firm)


def measure(size: int) -> dict[str, Any]:
    """Seconds of every question, and how many firms were ranked; inside an installation."""
    from django.db import connection

    from district.systems.enterprises.models import Enterprise
    from district.systems.enterprises.selectors.catalogue import vocabulary
    from district.systems.enterprises.selectors.partners import Asked, partners

    rng = random.Random(7)  # noqa: S311  # invented firms
    _fill(size, rng)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    askers = list(Enterprise.objects.order_by("code")[:_ASKED])
    words = [one.words[-1] for one in vocabulary().by_code.values()]
    taken, ranked = [], []
    for at, asker in enumerate([askers[0], *askers]):
        direction: Any = "buyers" if at % 2 else "suppliers"
        asked = Asked(direction, rng.choice(words), amount="500万只", firm=asker)
        began = time.perf_counter()
        found = partners(asked, None)
        if at:  # the first one warms up
            taken.append(time.perf_counter() - began)
            ranked.append(found.ranked)
    return {"taken": taken, "ranked": ranked}


def _fill(size: int, rng: random.Random) -> None:
    """The firms and their products."""
    from district.kernel.history.public import Actor
    from district.kernel.organisation.public import UnitRow, load_units
    from district.systems.enterprises.models import Enterprise, Product
    from district.systems.enterprises.models.sources import Source
    from district.systems.enterprises.selectors.catalogue import vocabulary
    from district.systems.enterprises.services.catalogue import put_catalogue

    streets = [f"9{number:02d}" for number in range(1, 12)]
    rows = [UnitRow("9", "区", "district")]
    rows += [UnitRow(code, f"{code}街道", "street", "9") for code in streets]
    load_units(rows, actor=Actor.system("benchmark"))
    put_catalogue({}, [], actor=Actor.system("loader"))
    source, classes = Source.objects.get(key="self"), list(vocabulary().by_code.values())
    for start in range(0, size, 10_000):
        firms, products = [], []
        for at in range(start, min(size, start + 10_000)):
            one, street = rng.choice(classes), rng.choice(streets)
            firm = Enterprise(
                code=f"{at:018d}", name=f"深圳市{at}有限公司", kind="company",
                status="active" if at % 9 else "cancelled", street_unit_id=street,
                lead_unit_id=street, industry=one.industry, size="small",
                lon=114 + rng.random() / 3, lat=22.6 + rng.random() / 5, added_on="2025-01-01",
            )  # fmt: skip
            firms.append(firm)
            sides = (("supply", one), ("need", rng.choice(classes)))[: 2 if at % 3 == 0 else 1]
            products += [
                Product(
                    enterprise=firm, side=side, name=f"{rng.choice(each.words)}{at % 97}",
                    product_class=each.code, capacity=rng.randrange(1, 900), unit="万只",
                    source=source, told_on="2025-07-01",
                )
                for side, each in sides
            ]  # fmt: skip
        Enterprise.objects.bulk_create(firms, batch_size=2000)
        Product.objects.bulk_create(products, batch_size=2000)


def main() -> int:
    """Print the scores, then the times on each database."""
    found: dict[str, Any] = {}
    worst = 0.0
    for engine in engines():
        with installed(engine) as installation:
            if not found:
                found = installation.call(_CALL.format(what="scores"), "0")
                _show(found)
            told = installation.call(_CALL.format(what="measure"), str(SIZE))
        p95 = percentile(told["taken"], 0.95)
        worst = max(worst, *told["taken"])
        print(
            f"{engine}, {SIZE:,} firms: median {percentile(told['taken'], 0.5):.3f} s, p95 "
            f"{p95:.3f} s, at most {max(told['taken']):.3f} s; ranked "
            f"{min(told['ranked'])} to {max(told['ranked'])} firms; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    ours, beside = found["all"]["partners"][0], found["all"]["keywords"][0]
    return close(
        "partners",
        ours,
        "recall at 10",
        SIZE,
        peer="BM25 over name and products",
        peer_figure=beside,
        holds=ours > beside and worst < BOUND_S,
    )


def _show(found: dict[str, Any]) -> None:
    for half, rankings in found.items():
        for name, (recall, ndcg) in rankings.items():
            print(f"{half:10} {name:20} recall at 10 {recall:.3f}, nDCG at 10 {ndcg:.3f}")


if __name__ == "__main__":
    sys.exit(main())
