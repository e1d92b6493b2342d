"""How long a register of 1,000,000 enterprises takes to come in from a file, on both databases.

The file has 18 columns, as a registry sends them; one row in a hundred is wrong and left out. The
import is what the worker runs: the file is checked as a whole, then its good rows are written in
batches, each in its own transaction, with what the source said of every enterprise. Held to: a
million rows of CSV in less than 180 s on either database. The same file again, a second source
that contradicts one row in twenty and a third whose every row is news are timed as well, XLSX and
Parquet at a tenth of the size, and what it takes to read the whole population anew, in columns as
the worker does and row by row.

The peer does on the same database what a plain Django import would do: `csv.DictReader`, a check
of each row's code, `bulk_create` of `Enterprise` alone, without sources, on a tenth of the rows.
The last line is JSON: {name, figure, unit, rows, peer, peer_figure, ratio, holds};
`DISTRICT_BENCH_ENTERPRISES=100000` makes a shorter run.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.harness import close
from benchmarks.installation import Installation, engines, installed

BOUND_SECONDS = 180.0
ROWS = int(os.environ.get("DISTRICT_BENCH_ENTERPRISES", "1000000"))
_STREETS = ("901", "902", "903")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_START = """
from district.kernel.history.public import Actor
from district.kernel.organisation.public import UnitRow, load_units
rows = [UnitRow("9", "试验区", "district")]
rows += [UnitRow(code, f"{code}街道", "street", "9") for code in ("901", "902", "903")]
load_units(rows, actor=Actor.system("loader"))
"""
_IMPORT = """
import json, resource, sys, time
from pathlib import Path
from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.systems.enterprises.services.imports import run_import, start_import
path, source = Path(sys.argv[1]), sys.argv[2]
began, used = time.perf_counter(), time.process_time()
with path.open("rb") as file:
    run = start_import(path.name, iter(lambda: file.read(1 << 20), b""), source=source,
        told_on=clock.today(), actor=Actor.system("bench"), queued=False)
checked = []
def tell(at):
    if at.state == "writing" and not checked:
        checked.append(time.perf_counter() - began)
run_import(run, tell)
print(json.dumps({"seconds": time.perf_counter() - began, "processor": time.process_time() - used,
    "checked": checked[0] if checked else 0.0,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "added": run.added, "changed": run.changed, "unchanged": run.unchanged,
    "rejected": run.rejected, "problem": run.problem}))
"""
_READ = """
import json, resource, time
from district.kernel.matching.public import population_spec
from district.kernel.matching.reading import entities, whole
from district.kernel.matching.rules.population import Population
from district.systems.enterprises.names import POPULATION
spec, found = population_spec(POPULATION), {}
began, used = time.perf_counter(), time.process_time()
columns = Population.of_frame(spec.schema(), *whole(spec))
found["seconds"], found["processor"] = time.perf_counter() - began, time.process_time() - used
found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
used = time.process_time()
rows = Population.of(spec.schema(), entities(spec))
found["rows"], found["count"] = time.process_time() - used, columns.count
assert columns.count == rows.count
print(json.dumps(found))
"""
_PEER = """
import csv, json, sys, time
from datetime import date
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.rules.credit_code import is_credit_code
began, rows = time.perf_counter(), []
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        if is_credit_code(row["code"]):
            rows.append(Enterprise(code=row["code"], name=row["name"], kind=row["kind"],
                status=row["status"], street_unit_id=row["street"], lead_unit_id=row["street"],
                address=row["address"], industry=row["industry"], size=row["size"],
                established_on=date.fromisoformat(row["established_on"]), capital=row["capital"],
                revenue=row["revenue"] or None, staff=row["staff"], rd_share=row["rd_share"],
                patents=row["patents"], is_dishonest=row["is_dishonest"] == "true",
                lon=row["lon"], lat=row["lat"], added_on=date(2025, 9, 26)))
Enterprise.objects.bulk_create(rows, batch_size=5000)
print(json.dumps(time.perf_counter() - began))
"""


def made(rows: int) -> pl.DataFrame:
    """Invented enterprises; every hundredth has a wrong check character."""
    dice = np.random.default_rng(26)

    def pick(*values: str) -> Any:
        return dice.choice(np.array(values), rows)

    def money(top: int) -> list[str]:
        return [f"{number / 100:.2f}" for number in dice.integers(0, top, rows)]

    words = np.array(list("华龙鑫科达信创诚盛宇"))
    middle = ["".join(three) for three in words[dice.integers(0, 10, (rows, 3))]]
    days = np.datetime64("1990-01-01") + dice.integers(0, 12_900, rows)
    return pl.DataFrame(
        {
            "code": _codes(rows),
            "name": [f"深圳市{word}{at}有限公司" for at, word in enumerate(middle)],
            "kind": pick("company", "individual", "branch"),
            "status": pick("active", "active", "active", "cancelled"),
            "street": pick(*_STREETS),
            "address": [f"龙岗大道{number}号" for number in dice.integers(1, 9999, rows)],
            "industry": pick("C3921", "C3973", "I6513", "F5179", "H62", "L72", "F5211"),
            "size": pick("large", "medium", "small", "micro"),
            "established_on": days.astype(str),
            "capital": money(10**7),
            "revenue": [text if at % 3 else "" for at, text in enumerate(money(10**7))],
            "revenue_growth": [f"{number / 10}" for number in dice.integers(-300, 600, rows)],
            "staff": dice.integers(0, 3000, rows).astype(str),
            "rd_share": [f"{number / 10}" for number in dice.integers(0, 200, rows)],
            "patents": dice.integers(0, 30, rows).astype(str),
            "is_dishonest": pick("true", "false"),
            "lon": [f"{114 + number / 1e5:.5f}" for number in dice.integers(0, 40_000, rows)],
            "lat": [f"{22.6 + number / 1e6:.5f}" for number in dice.integers(0, 200_000, rows)],
        }
    )


def _codes(rows: int) -> list[str]:
    weights = np.array([pow(3, at, 31) for at in range(17)])
    values = np.zeros((rows, 17), dtype=np.int64)
    values[:, :8] = [_ALPHABET.index(letter) for letter in "91440300"]
    rest = np.arange(rows)
    for at in range(16, 7, -1):
        values[:, at] = rest % 31
        rest //= 31
    check = -(values @ weights) % 31
    check[::100] = (check[::100] + 1) % 31
    letters = np.array([ord(letter) for letter in _ALPHABET], dtype=np.uint8)
    text = letters[np.column_stack([values, check])].tobytes().decode()
    return [text[at : at + 18] for at in range(0, len(text), 18)]


def main() -> int:
    """Print every run on each database and the JSON line."""
    worst, ratio_peer = 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        files = _files(Path(folder))
        for engine in engines():
            taken = _on(engine, files)
            if taken[0] > worst:
                worst, ratio_peer = taken
    return close(
        "enterprise_import",
        worst,
        "s",
        ROWS,
        peer="csv.DictReader and bulk_create of the entities alone, ten times a tenth of the rows",
        peer_figure=ratio_peer,
        holds=worst < BOUND_SECONDS,
    )


def _files(folder: Path) -> dict[str, Path]:
    whole = made(ROWS)
    tenth = whole.head(ROWS // 10)
    files = {
        name: folder / name
        for name in ("all.csv", "tax.csv", "customs.csv", "part.csv", "a.xlsx", "a.parquet")
    }
    whole.write_csv(files["all.csv"])
    tax = whole.select("code", "name", "revenue", "staff")
    odd = pl.int_range(pl.len()) % 20 == 0
    staff = pl.when(odd).then(pl.lit("7")).otherwise(pl.col("staff"))
    tax.with_columns(staff.alias("staff")).write_csv(files["tax.csv"])
    exports = pl.col("staff").alias("exports")
    whole.select("code", exports).write_csv(files["customs.csv"])
    tenth.write_csv(files["part.csv"])
    tenth.write_excel(files["a.xlsx"])
    tenth.write_parquet(files["a.parquet"])
    return files


def _on(engine: str, files: dict[str, Path]) -> tuple[float, float]:
    """Seconds of the import that is held to the bound, and of the peer for as many rows."""
    with installed(engine) as installation:
        installation.call(_START)
        first = _run(installation, files["all.csv"], "market_registry", "first import")
        if first["added"] != ROWS - -(-ROWS // 100):
            raise AssertionError(f"not all rows came in: {first}")
        _run(installation, files["all.csv"], "market_registry", "the same file again")
        _run(installation, files["tax.csv"], "tax", "a second source")
        _run(installation, files["customs.csv"], "customs", "a third source, all of it news")
        read = installation.call(_READ)
        print(
            f"{engine}: the population of {read['count']:,d} read anew in {read['seconds']:.1f} s, "
            f"processor {read['processor']:.1f} s, {read['memory']} MB; row by row processor "
            f"{read['rows']:.1f} s",
            flush=True,
        )
    for name in ("a.xlsx", "a.parquet"):
        with installed(engine) as installation:
            installation.call(_START)
            _run(installation, files[name], "market_registry", f"{name}, a tenth")
    with installed(engine) as installation:
        installation.call(_START)
        peer = float(installation.call(_PEER, str(files["part.csv"]))) * 10
    print(f"{engine}: the peer {peer:.1f} s for as many rows", flush=True)
    return float(first["seconds"]), peer


def _run(installation: Installation, path: Path, source: str, words: str) -> dict[str, Any]:
    done: dict[str, Any] = installation.call(_IMPORT, str(path), source)
    print(
        f"{installation.engine}: {words}: {done['seconds']:.1f} s (checked after "
        f"{done['checked']:.1f}), processor {done['processor']:.1f} s, {done['memory']} MB; "
        f"{done['added']:,d} added, {done['changed']:,d} changed, {done['unchanged']:,d} "
        f"unchanged, {done['rejected']:,d} rejected {done['problem']}; "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return done


if __name__ == "__main__":
    raise SystemExit(main())
