"""Runs the benchmarks: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

_SHARED = {
    "__init__",
    "__main__",
    "harness",
    "installation",
    "pages",
    "case_population",
    "readings_gateway",
    "sensing_population",
    "matching_polars",
    "matching_population",
    "nowcast_population",
    "nowcast_public",
    "projects_population",
    "projects_run",
}


def names() -> list[str]:
    """The benchmarks of this folder: every module with a `main`."""
    folder = Path(__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if path.stem not in _SHARED)


def main(wanted: list[str]) -> int:
    """Run the named benchmarks, or all; 2 when a name is unknown."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are: {', '.join(known)}")
        return 2
    code = 0
    for name in wanted or known:
        print(f"==> {name}", flush=True)
        code |= int(import_module(f"benchmarks.{name}").main())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
