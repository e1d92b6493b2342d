"""Upgrades the data of an earlier release to this one; proves that nothing of it is lost.

    python scripts/rehearse_upgrade.py [--from REVISION] [--database sqlite|postgresql|both]

Loads the demo of Longgang with the earlier release's own code, keeps a copy of the database, runs
this release's `migrate` on it, and compares every row of every table that both have, over the
columns that both have. Then history must verify, and every role's first pages must open. Without
`--from` the earlier release is the newest tag or, where there is none, what stood before the newest
migration. `--but TABLE.COLUMN` names a column that a migration changes by intent. The exit code is
1 when anything is lost, changed or refused.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.installation import MOMENT  # noqa: E402  # the path above comes first

from district.testing import postgres  # noqa: E402  # as above

#: Django's own books, which a release keeps as it needs them; what a database or the worker makes
#: from the rows again.
_BOOKS = frozenset({"django_migrations", "django_content_type", "auth_permission"})
_BOOKS |= {"sqlite_stat1", "sqlite_stat4", "kernel_search_index"}
_LONGGANG = "districts/longgang"
_FILL = """
import sys
from pathlib import Path
from django.core.management import call_command
from district.loading.folder import read_folder
from district.loading.load import load_district
call_command("migrate", verbosity=0)
print(len(list(load_district(read_folder(Path(sys.argv[1])), demo=True))), "steps loaded")
"""


# -- what runs inside the installation ------------------------------------------------------


def _shape(given: dict[str, Any]) -> None:
    """Of every table its columns."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {
            name: sorted(
                column.name
                for column in connection.introspection.get_table_description(cursor, name)
            )
            for name in names
        }
    Path(given["out"]).write_text(json.dumps(found), encoding="utf-8")


def _rows(given: dict[str, Any]) -> None:
    """Of every given table its rows over the given columns, as sorted digests."""
    from django.db import connection

    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for table, columns in given["columns"].items():
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)}")  # noqa: S608  # names the database has told
            found[table] = sorted(
                hashlib.sha256(repr(row).encode()).hexdigest()[:32] for row in _all(cursor)
            )
    Path(given["out"]).write_text(json.dumps(found), encoding="utf-8")


def _all(cursor: Any) -> Iterator[Any]:
    while rows := cursor.fetchmany(5000):
        yield from rows


def _upgrade(_given: dict[str, Any]) -> None:
    """What an operator does: the new release's migrations, and its assets."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def _opened(_given: dict[str, Any]) -> None:
    """History is sound, and the first pages of each role open."""
    from django.contrib.auth.models import User
    from django.test import Client, override_settings

    from district.kernel.history.public import verify
    from district.testing.demo import PEOPLE

    report = verify({})
    if not report.sound:
        raise SystemExit(f"history is not sound: {report.problems[:3]}")
    refused = []
    with override_settings(ALLOWED_HOSTS=["*"], DISTRICT_DEMO=True):
        for role, name in PEOPLE.items():
            client = Client()
            if name is not None:
                client.force_login(User.objects.get(username=name))
            for address in ("/",) if name is None else ("/home/", "/plan_tracking/"):
                status = client.get(address, follow=True).status_code
                if status >= 400 and not (status == 403 and address != "/home/"):
                    refused.append(f"{address} as {role}: {status}")
    if refused:
        raise SystemExit("; ".join(refused))


_STEPS: dict[str, Callable[[dict[str, Any]], None]] = {
    "shape": _shape,
    "rows": _rows,
    "upgrade": _upgrade,
    "opened": _opened,
}


# -- the rehearsal --------------------------------------------------------------------------


class Place:
    """An installation's folder and database, and which code looks at it."""

    def __init__(self, home: Path, code: Path) -> None:
        self.home, self.code = home, code

    def run(self, database: str, command: list[str], *, code: Path | None = None) -> None:
        """Run Python in the installation, with this release's code or an earlier one's."""
        root = code or self.code
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(root), str(root / "src"))),
            "DJANGO_SETTINGS_MODULE": "district.conf.dev",
            "DISTRICT_DATABASE": database,
            "DISTRICT_VAR": str(self.home),
            "DISTRICT_SYSTEMS": "",
            "DISTRICT_CLOCK_OFFSET": str(int((MOMENT - datetime.now(UTC)).total_seconds())),
        }
        subprocess.run(  # noqa: S603  # our own command, without a shell
            [sys.executable, "-W", "ignore", *command], env=environment, cwd=root, check=True
        )

    def step(self, database: str, name: str, **given: Any) -> Any:
        """Run a step of this file; what it wrote, if anything."""
        out = self.home / "told.json"
        given = {**given, "out": str(out)}
        self.run(database, [str(Path(__file__)), "--step", name, json.dumps(given)])
        return json.loads(out.read_text(encoding="utf-8")) if name in ("shape", "rows") else None


def before_this(given: str) -> str:
    """The earlier release: as given, the newest tag, or what stood before the newest migration."""
    if given:
        return given
    tags = _git("tag", "--sort=-v:refname", "--list", "v*").split()
    if tags:
        return tags[0]
    last = _git("log", "-1", "--format=%H", "--", ":(glob)src/district/**/migrations/*.py")
    return f"{last.strip()}~1"


def _git(*arguments: str) -> str:
    return subprocess.run(  # noqa: S603  # our own command, without a shell
        ["git", *arguments],  # noqa: S607  # the git that checked this out
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@contextmanager
def code_of(revision: str, home: Path) -> Iterator[Path]:
    """The earlier release's code, with its message catalogues."""
    folder = home / "earlier"
    _git("worktree", "add", "--detach", str(folder), revision)
    try:
        environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
        subprocess.run(
            [sys.executable, "-m", "district.cli", "messages", "compile"],
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def compared(place: Place, kept: str, now: str, but: frozenset[str]) -> tuple[int, list[str]]:
    """How many rows of both are the same, and what is not, a line each."""
    before, after = place.step(kept, "shape"), place.step(now, "shape")
    lost = [f"{table} is gone" for table in sorted(set(before) - set(after) - _BOOKS)]
    columns = {
        table: [one for one in names if one in set(after[table]) and f"{table}.{one}" not in but]
        for table, names in sorted(before.items())
        if table in after and table not in _BOOKS
    }
    lost += [
        f"{table}.{one} is gone"
        for table, names in sorted(before.items())
        for one in names
        if table in columns and one not in after[table] and f"{table}.{one}" not in but
    ]
    first, then = (place.step(each, "rows", columns=columns) for each in (kept, now))
    for table, rows in first.items():
        if rows != then[table]:
            missing = len(set(rows) - set(then[table]))
            more = len(then[table]) - len(rows)
            lost.append(f"{table}: {missing} of {len(rows)} rows are not as they were, {more} more")
    return sum(map(len, first.values())), lost


def on_sqlite(place: Place, earlier: Path, but: frozenset[str]) -> tuple[int, list[str]]:
    """Fill by the earlier code, copy the file, upgrade, compare."""
    file, kept = place.home / "district.sqlite3", place.home / "kept.sqlite3"
    place.run(f"sqlite:///{file}", ["-c", _filling(), str(earlier / _LONGGANG)], code=earlier)
    shutil.copyfile(file, kept)
    return _upgraded(place, f"sqlite:///{kept}", f"sqlite:///{file}", but)


def on_postgresql(place: Place, earlier: Path, but: frozenset[str]) -> tuple[int, list[str]]:
    """As on SQLite; the copy is a database made after it."""
    binaries = postgres.binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed; apt-get install postgresql")
    with postgres.cluster(binaries) as address:
        now = postgres.create(address, "district")
        place.run(now, ["-c", _filling(), str(earlier / _LONGGANG)], code=earlier)
        kept = postgres.create(address, "kept", template="district")
        return _upgraded(place, kept, now, but)


def _filling() -> str:
    return f"import django; django.setup()\n{_FILL}"


def _upgraded(place: Place, kept: str, now: str, but: frozenset[str]) -> tuple[int, list[str]]:
    place.step(now, "upgrade")
    rows, lost = compared(place, kept, now, but)
    print(f"{rows} rows, {len(lost)} differences", flush=True)
    place.step(now, "opened")
    return rows, lost


def main() -> int:
    """Parse the options; rehearse, or run one step inside an installation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="earlier", default="", help="tag or commit")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--but", nargs="*", default=[], metavar="TABLE.COLUMN")
    parser.add_argument("--step", nargs=2, metavar=("NAME", "GIVEN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        import django

        django.setup()
        _STEPS[options.step[0]](json.loads(options.step[1]))
        return 0
    revision, failed = before_this(options.earlier), False
    for name, rehearse in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        if options.database not in (name, "both"):
            continue
        with tempfile.TemporaryDirectory(prefix="district-upgrade-") as folder:
            home = Path(folder)
            (home / "var").mkdir()
            with code_of(revision, home) as earlier:
                place = Place(home / "var", ROOT)
                rows, lost = rehearse(place, earlier, frozenset(options.but))
        print(f"{name}, from {revision}: {rows} rows {'DIFFER' if lost else 'as they were'}")
        for line in lost:
            print(f"    {line}")
        failed = failed or bool(lost)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
