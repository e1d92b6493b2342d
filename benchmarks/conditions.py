"""One condition over 100,000 rows: vectorised, row by row with explanations, and plain Polars.

The language's vectorised execution has to carry unknowns, exact decimals and code hierarchies;
the peer is the same condition written by hand as Polars expressions for this very frame. All
three must give the same verdicts, which is what `holds` says. The last line is JSON: {name,
figure, unit, rows, peer, peer_figure, ratio, holds}.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.harness import close, seconds

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

ROWS = (1_000, 10_000, 100_000)
TODAY = date(2025, 9, 26)
_LIGHTS = ("red", "yellow", "green")
_UNITS = tuple(f"/440307/4403070{n:02d}/" for n in range(1, 30))
_TEXT = (
    '(light in ("red", "yellow") and unit under "440307003" or amount >= 1200.5) '
    'and not (due < 2025-09-26) and title contains "园区"'
)


def rows_of(count: int) -> list[dict[str, Any]]:
    """Rows like those of the commitments' register, a tenth of each field unknown."""
    rng = random.Random(1)  # noqa: S311  # made-up numbers, no secrets

    def some(value: Any) -> Any:
        return None if rng.random() < 0.1 else value

    return [
        {
            "light": some(rng.choice(_LIGHTS)),
            "unit": some(rng.choice(_UNITS)),
            "amount": some(Decimal(rng.randint(0, 2_000_000)) / 1000),
            "due": some(TODAY + timedelta(days=rng.randint(-100, 100))),
            "title": some(rng.choice(("产业园区", "道路改造", "智慧园区", "学位供给"))),
        }
        for _ in range(count)
    ]


def main() -> int:
    """Print the growth curve and the JSON line."""
    import polars as pl
    from django.conf import settings

    settings.configure(USE_TZ=True, TIME_ZONE="Asia/Shanghai", LANGUAGE_CODE="zh-hans")
    from district.kernel.conditions.rules.explaining import explain
    from district.kernel.conditions.rules.parsing import parse
    from district.kernel.conditions.rules.schema import Attribute, Schema
    from district.kernel.conditions.rules.vectorised import evaluate, frame_of

    schema = Schema(
        "things",
        (
            Attribute("light", "灯", "choice", choices=tuple((x, x) for x in _LIGHTS)),
            Attribute("unit", "单位", "code", hierarchy="path"),
            Attribute("amount", "金额", "decimal"),
            Attribute("due", "时限", "date"),
            Attribute("title", "名称", "text"),
        ),
    )
    condition = parse(_TEXT, schema)
    holds, figure, peer = True, 0.0, 0.0
    for count in ROWS:
        rows = rows_of(count)
        frame = frame_of(rows, schema)
        amount = pl.Series("amount", [row["amount"] for row in rows], pl.Decimal(18, 6))
        plain = frame.with_columns(amount=amount)
        by_hand = (
            (
                (pl.col("light").is_in(["red", "yellow"]) & _under(pl, "440307003"))
                | (pl.col("amount") >= Decimal("1200.5"))
            )
            & ~(pl.col("due") < TODAY)
            & pl.col("title").str.contains("园区", literal=True)
        )
        figure = seconds(partial(evaluate, condition, frame, today=TODAY))
        peer = seconds(partial(plain.select, by_hand))
        began = time.perf_counter()
        told = [explain(condition, row, today=TODAY).verdict for row in rows]
        slow = time.perf_counter() - began
        found = evaluate(condition, frame, today=TODAY)
        hand = plain.select(verdict=by_hand)["verdict"].to_list()
        holds &= [v is True for v in told] == found.true.to_list() == [v is True for v in hand]
        holds &= [v is None for v in told] == found.unknown.to_list() == [v is None for v in hand]
        print(
            f"{count:7d} rows: vectorised {figure * 1000:8.2f} ms, explained row by row "
            f"{slow * 1000:9.1f} ms ({slow / figure:.0f} times), "
            f"plain Polars {peer * 1000:.2f} ms; "
            f"{found.true.sum()} hold, {found.unknown.sum()} unknown",
            flush=True,
        )
    return close(
        "conditions",
        figure * 1000,
        "ms",
        ROWS[-1],
        peer="the same condition as Polars expressions written by hand for this frame",
        peer_figure=peer * 1000,
        holds=holds,
    )


def _under(pl: Any, code: str) -> Any:
    return pl.col("unit").str.contains(f"/{code}/", literal=True)


if __name__ == "__main__":
    sys.exit(main())
