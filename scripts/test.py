"""Runs every check and every test: `make test`. What the machine lacks is named and skipped.

Checks first (they are quick), then the tests on SQLite, on PostgreSQL, and in the browser. The
exit code is 0 only when all that could run has passed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from district.testing import chromium, postgres  # noqa: E402  # the path above comes first

BIN = ROOT / ".venv" / "bin"
PY = str(BIN / "python")
# Two processes; the tests of a file, which share what is dear to make, stay in one of them.
_TWO = ["-n", "2", "--dist", "loadfile"]
CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "--no-cache", "."],
    "format": [str(BIN / "ruff"), "format", "--no-cache", "--check", "-q", "."],
    "mypy": [str(BIN / "mypy")],
    "imports": [str(BIN / "lint-imports")],
    "migrations": [PY, "-m", "django", "makemigrations", "--check", "--dry-run", "-v", "1"],
    "messages": [PY, "-m", "district.cli", "messages", "check"],
    "systems": [PY, "-m", "district.cli", "systems", "--check"],
    "repository": [PY, "scripts/check_repository.py"],
}


class Run:
    """Runs the steps one after another and keeps what came of them."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def step(self, name: str, command: list[str], **environment: str) -> None:
        """Run one command; its failure is kept, the next steps still run."""
        print(f"==> {name}", flush=True)
        began = time.monotonic()
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "district.conf.test", **environment}
        # The commands are this file's own and are run without a shell.
        code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode  # noqa: S603  # as said above
        print(f"    {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)")
        if code:
            self.failed.append(name)

    def skip(self, name: str, reason: str) -> None:
        """Say loudly that something was not run, and why."""
        self.skipped.append(f"{name}: {reason}")
        print(f"==> SKIPPED {name}: {reason}", flush=True)

    def close(self) -> int:
        """Print the summary; the exit code."""
        for line in self.skipped:
            print(f"skipped  {line}")
        for name in self.failed:
            print(f"FAILED   {name}")
        print("all checks and tests passed" if not self.failed else "there are failures")
        return 1 if self.failed else 0


def main() -> int:
    """Parse the options, run the steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-checks", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgres", "browser"])
    options, pytest_arguments = parser.parse_known_args()
    run = Run()
    if not options.only:
        for name, command in CHECKS.items():
            run.step(name, command)
    if not options.only_checks:
        for name in ("sqlite", "postgres", "browser"):
            if options.only in (None, name):
                _tests(run, name, pytest_arguments)
    return run.close()


def _tests(run: Run, name: str, arguments: list[str]) -> None:
    pytest = [PY, "-m", "pytest", *arguments]
    if name == "sqlite":
        run.step("tests on SQLite", [*pytest, "-m", "not browser", *_TWO], DISTRICT_DATABASE="")
    elif name == "postgres":
        found = postgres.binaries()
        if found is None:
            run.skip("tests on PostgreSQL", "no initdb found; apt-get install postgresql")
            return
        with postgres.cluster(found) as url:
            mark = "not browser and not one_database"
            run.step("tests on PostgreSQL", [*pytest, "-m", mark, *_TWO], DISTRICT_DATABASE=url)
    elif not re.match(r"/", chromium.executable() or ""):
        run.skip("browser tests", "no Chromium found; apt-get install chromium fonts-noto-cjk")
    else:
        # Each test by itself to whoever is free: two take minutes, and the demo is loaded once.
        two = ["-n", "2", "--dist", "load"]
        run.step("browser tests", [*pytest, "-m", "browser", *two], DISTRICT_DATABASE="")


if __name__ == "__main__":
    sys.exit(main())
