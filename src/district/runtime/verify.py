"""`district verify-history`: what it prints and with which code it ends."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import DatabaseError

from district.kernel.history.public import export_roots, seal_all, verify


def verify_history(*, roots: str | None, export: str | None) -> int:
    """Verify, print one line a problem and a summary; 0 when sound, 1 otherwise, 2 on bad input.

    `roots` names a file that `export` wrote earlier and that was kept outside.
    """
    outside: dict[int, str] = {}
    if roots:
        try:
            rows = json.loads(Path(roots).read_text(encoding="utf-8"))
            outside = {int(row["last_position"]): str(row["root"]) for row in rows}
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"district: {roots} is no file of exported roots ({error})")
            return 2
    try:
        seal_all()
        report = verify(outside)
    except DatabaseError as error:
        print(f"district: there is no history here yet; start with district run ({error})")
        return 2
    for problem in report.problems:
        print(f"{problem.where}: {problem.what}")
    word = "sound" if report.sound else f"{len(report.problems)} problem(s)"
    print(
        f"{report.events} events of {report.subjects} subjects in {report.batches} batches, "
        f"{report.pending} not yet sealed: {word}. Head {report.head[:16]}"
    )
    if not outside:
        print("Without an outside copy of the roots this proves consistency only (see --export).")
    if export and report.sound:
        Path(export).write_text(json.dumps(export_roots(), indent=1) + "\n", encoding="utf-8")
        print(f"Roots written to {export}; keep a copy outside this machine.")
    return 0 if report.sound else 1
