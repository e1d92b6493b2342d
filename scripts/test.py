"""Runs every check and every test: `make test`. What the machine lacks is named and skipped.

Checks first, the longest beside all others, then the tests on SQLite, on PostgreSQL, and in the
browser. The empty databases that all of them begin with are made while the checks run. The exit
code is 0 only when all that could run has passed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from district.testing import chromium, kept, postgres  # noqa: E402  # the path above comes first

BIN = ROOT / ".venv" / "bin"
PY = str(BIN / "python")
# The tests of a file, which share what is dear to make, stay in one process. Files keep their
# order, in which the longest are first (conftest.py).
_BY_FILE = ["--dist", "loadfile", "--no-loadscope-reorder"]
#: It takes as long as all other checks together, so it runs beside them.
LONGEST = "mypy"
CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "--no-cache", "."],
    "format": [str(BIN / "ruff"), "format", "--no-cache", "--check", "-q", "."],
    "mypy": [str(BIN / "mypy")],
    "imports": [str(BIN / "lint-imports")],
    "migrations": [PY, "-m", "django", "makemigrations", "--check", "--dry-run", "-v", "1"],
    "messages": [PY, "-m", "district.cli", "messages", "check"],
    "systems": [PY, "-m", "district.cli", "systems", "--check"],
    "repository": [PY, "scripts/check_repository.py"],
    "dependencies": [PY, "scripts/check_dependencies.py"],
}
TESTS = ("sqlite", "postgres", "browser")


class Run:
    """Runs the steps one after another and keeps what came of them."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def step(self, name: str, command: list[str], **environment: str) -> None:
        """Run one command; its failure is kept, the next steps still run."""
        print(f"==> {name}", flush=True)
        self.beside(name, command, **environment)()

    def beside(self, name: str, command: list[str], **environment: str) -> Callable[[], None]:
        """Start one command; what is returned waits for its end, says and keeps how it went."""
        began = time.monotonic()
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "district.conf.test", **environment}
        # The commands are this file's own and are run without a shell.
        process = subprocess.Popen(command, cwd=ROOT, env=env)  # noqa: S603  # as said above

        def end() -> None:
            _, status, used = os.wait4(process.pid, 0)
            code = process.returncode = os.waitstatus_to_exitcode(status)
            took, busy = time.monotonic() - began, used.ru_utime + used.ru_stime
            said = "ok" if code == 0 else "FAILED"
            print(f"    {name}: {said} ({took:.0f} s, {busy:.0f} s of processor)", flush=True)
            if code:
                self.failed.append(name)

        return end

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
    parser.add_argument("--only", choices=TESTS)
    parser.add_argument(
        "--processes", default="2", help="how many run tests (default: %(default)s)"
    )
    options, pytest_arguments = parser.parse_known_args()
    run = Run()
    names = [name for name in TESTS if options.only in (None, name) and not options.only_checks]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="district-tests-")))
        _keep_bytecode(folder)
        databases = _Databases(opened, folder, names)
        if not options.only:
            _checks(run)
        databases.wait()
        for name in names:
            _tests(run, name, databases, ["-n", options.processes, *pytest_arguments])
    return run.close()


def _keep_bytecode(folder: Path) -> None:
    """Where Python is told to write no bytecode, it writes some into the folder of the run: the
    sessions and the killed processes import the product a hundred times."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")


def _checks(run: Run) -> None:
    """All checks; the longest beside the others, one after another."""
    print(f"==> {LONGEST}, beside the others", flush=True)
    longest = run.beside(LONGEST, CHECKS[LONGEST])
    for name in (each for each in CHECKS if each != LONGEST):
        run.step(name, CHECKS[name])
    longest()


class _Databases:
    """What the tests begin with: a folder of the run, a cluster, in both every table and no row."""

    def __init__(self, opened: ExitStack, folder: Path, names: list[str]) -> None:
        self.postgres = ""
        self._making: list[subprocess.Popen[bytes]] = []
        if not names:
            return
        os.environ[kept.FOLDER] = str(folder)
        if {"sqlite", "browser"} & set(names):
            self._migrate(f"sqlite:///{kept.empty_file(folder)}")
        found = postgres.binaries() if "postgres" in names else None
        if found is not None:
            self.postgres = opened.enter_context(postgres.cluster(found))
            os.environ[kept.TEMPLATE] = "district_empty"
            self._migrate(postgres.create(self.postgres, "district_empty"))

    def _migrate(self, url: str) -> None:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "district.conf.test"}
        env["DISTRICT_DATABASE"] = url
        command = [PY, "-W", "ignore", "-m", "django", "migrate", "-v", "0"]
        self._making.append(subprocess.Popen(command, cwd=ROOT, env=env))  # noqa: S603  # our own command

    def wait(self) -> None:
        """Until they are made; a failure shows again in every test, so it is only printed."""
        for process in self._making:
            process.wait()


def _tests(run: Run, name: str, databases: _Databases, arguments: list[str]) -> None:
    pytest = [PY, "-m", "pytest", *arguments]
    if name == "sqlite":
        # Every part of the demo is in the one that is loaded here; by itself each is played on the
        # other database, where there is one (docs/testing.md).
        mark = "not browser and not demo_alone" if databases.postgres else "not browser"
        run.step("tests on SQLite", [*pytest, "-m", mark, *_BY_FILE], DISTRICT_DATABASE="")
    elif name == "postgres":
        if not databases.postgres:
            run.skip("tests on PostgreSQL", "no initdb found; apt-get install postgresql")
            return
        mark = "not browser and not one_database"
        url = databases.postgres
        run.step("tests on PostgreSQL", [*pytest, "-m", mark, *_BY_FILE], DISTRICT_DATABASE=url)
    elif not re.match(r"/", chromium.executable() or ""):
        run.skip("browser tests", "no Chromium found; apt-get install chromium fonts-noto-cjk")
    else:
        # Each test by itself to whoever is free: one takes minutes, and none waits behind it.
        by_test = ["--dist", "load", "--maxschedchunk", "1"]
        run.step("browser tests", [*pytest, "-m", "browser", *by_test], DISTRICT_DATABASE="")


if __name__ == "__main__":
    sys.exit(main())
