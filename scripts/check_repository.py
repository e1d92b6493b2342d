"""What no linter checks: committed secrets, machine paths, registry addresses, long files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
# Written in parts, so that this file does not find itself.
FORBIDDEN = {
    "a registry's address": re.compile(
        "|".join(["registry" + r"\.npmjs", "files" + r"\.pythonhosted", "pypi" + r"\.org/simple"])
    ),
    "a lock's resolved address": re.compile(r'"resolved"' + r":\s*\""),
    "a private key": re.compile("BEGIN [A-Z ]*PRIVATE" + " KEY"),
    "an index option": re.compile("^--(extra-)?index-" + "url|^--find-" + "links", re.MULTILINE),
    "a home folder": re.compile(r"/(?:home|root)/[a-z.]"),
}


def tracked() -> list[Path]:
    """The files that git tracks."""
    # git's own name is resolved by the PATH of whoever runs the checks.
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)  # noqa: S607  # as said above
    return [ROOT / name for name in out.stdout.decode().split("\0") if name]


def problems() -> list[str]:
    """One line for every file that breaks a rule."""
    found = []
    for path in tracked():
        if not path.is_file():
            continue
        name = path.relative_to(ROOT).as_posix()
        if path.name == "uv.lock":
            found.append(f"{name}: lock files with addresses are not committed")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: holds {what}" for what, rule in FORBIDDEN.items() if rule.search(text)]
        lines = text.count("\n")
        if path.suffix == ".py" and lines > LONGEST and "/migrations/" not in f"/{name}":
            found.append(f"{name}: {lines} lines; split it (at most {LONGEST})")
    return found


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines) or "repository: nothing that should not be here")
    sys.exit(1 if lines else 0)
