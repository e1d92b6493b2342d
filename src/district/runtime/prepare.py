"""What a start needs: tables, collected assets, the district's data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.management import call_command

from district.loading.folder import DistrictFolder, FolderError, read_folder
from district.loading.ledger import last_mark
from district.loading.load import load_district, wanted_mark


@contextmanager
def _step(name: str) -> Iterator[None]:
    print(f"==> {name} ...", end="", flush=True)
    began = time.monotonic()
    yield
    print(f" done ({time.monotonic() - began:.1f} s)", flush=True)


def everything(folder: str, *, demo: bool) -> None:
    """Migrate, collect assets and load the district, each only as far as it is needed.

    Raises FolderError when the district's folder cannot be loaded.
    """
    source = read_folder(folder)
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with _step("database"):
        call_command("migrate", verbosity=0, interactive=False)
    if _assets_are_old():
        with _step("assets"):
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            _stamp().touch()
    load_if_changed(source, demo=demo)


def warnings() -> list[str]:
    """What our own checks find in the settings, a line each with what to do."""
    found = checks.run_checks(tags=[checks.Tags.security])
    ours = [one for one in found if str(one.id).startswith("district.")]
    return [f"district: warning: {one.msg} {one.hint or ''}".rstrip() for one in ours]


def _stamp() -> Path:
    stamp: Path = settings.VAR / "static" / ".collected"
    return stamp


def _assets_are_old() -> bool:
    """Whether any static source is newer than the last collection."""
    if not _stamp().exists():
        return True
    collected = _stamp().stat().st_mtime
    package = Path(__file__).resolve().parent.parent
    return any(
        path.stat().st_mtime > collected
        for folder in package.rglob("static")
        for path in folder.rglob("*")
        if path.is_file()
    )


def load_if_changed(source: DistrictFolder, *, demo: bool) -> bool:
    """Load the district unless this database holds this very data; whether it was loaded."""
    if last_mark(source.code) == wanted_mark(source, demo=demo):
        return False
    print(f"==> loading {source.name} from {source.folder}", flush=True)
    _load(source, demo=demo, indent="    ")
    return True


def load(folder: str, *, demo: bool) -> int:
    """`district load`: 0, or 2 with one line when the folder is unusable.

    Makes the tables where they are missing, so that it works before the first `run`.
    """
    try:
        source = read_folder(folder)
        settings.VAR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        _load(source, demo=demo)
    except FolderError as error:
        print(f"district: {error}")
        return 2
    return 0


def _load(source: DistrictFolder, *, demo: bool, indent: str = "") -> None:
    began = time.monotonic()
    for line in load_district(source, demo=demo):
        print(f"{indent}{line}", flush=True)
    print(f"{indent}loaded in {time.monotonic() - began:.1f} s", flush=True)
