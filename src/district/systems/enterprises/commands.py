"""`district enterprises ...`: importing a file from the server itself."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The steps and their options. Django is not started yet."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    step = steps.add_parser("import", help="import a CSV, XLSX or Parquet file of enterprises")
    step.add_argument("file")
    step.add_argument("--source", required=True, help="key of the source, e.g. market_registry")
    step.add_argument("--told-on", type=date.fromisoformat, help="the day of the data; else today")
    step.add_argument("--rejected", help="where to put the rows that were left out")


def run(arguments: argparse.Namespace) -> int:
    """Import the file here and now; 0 when it was written, 1 when it could not be used."""
    from district.kernel.base import clock
    from district.kernel.base.errors import DistrictError
    from district.kernel.history.public import Actor
    from district.systems.enterprises.importing.places import rejected_of
    from district.systems.enterprises.services.imports import run_import, start_import

    path = Path(arguments.file)
    began = time.monotonic()
    try:
        with path.open("rb") as file:
            started = start_import(
                path.name,
                iter(lambda: file.read(1 << 20), b""),
                source=arguments.source,
                told_on=arguments.told_on or clock.today(),
                actor=Actor.system("enterprises.command"),
                queued=False,
            )
        done = run_import(started, lambda run: _tell(run.rows, run.rows_done))
    except (OSError, DistrictError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    print(file=sys.stderr)
    for one in done.problems[:20]:
        print(f"row {one['row']}, {one['column']}: {one['problem']}，{one['remedy']}")
    if arguments.rejected and rejected_of(done.pk).exists():
        Path(arguments.rejected).write_bytes(rejected_of(done.pk).read_bytes())
    if done.problem:
        print(f"{path}: {done.problem}", file=sys.stderr)
        return 1
    print(
        f"{done.rows} rows in {time.monotonic() - began:.1f} s: {done.added} added, "
        f"{done.changed} changed, {done.unchanged} unchanged, {done.rejected} rejected"
    )
    return 0


def _tell(rows: int, done: int) -> None:
    print(f"\r{rows} rows read, {done} written", end="", file=sys.stderr, flush=True)
