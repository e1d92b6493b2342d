"""Loads a district from its folder, through the same services that people use.

Every step is idempotent: the same folder again changes nothing, a changed file changes only what
it says. A step that fails leaves the earlier ones standing and itself undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, Play, demos, district_files
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.planner import look_over_tables
from district.kernel.base.recent import forget_all
from district.kernel.organisation.public import (
    district_codes,
    load_units,
    parse_units,
    standings_kept,
)
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.plan.public import add_edition, create_report, reports
from district.kernel.tracking.public import load_announcement, save_calendar
from district.loading import ledger
from district.loading.demo.counting import count_bound
from district.loading.demo.delivering import deliver
from district.loading.demo.load import acts_of, load_demo_members, play_demo
from district.loading.folder import Demo, DistrictFolder, FolderError, ReportFile
from district.loading.ledger import LOADER, Mark


def load_district(source: DistrictFolder, *, demo: bool) -> Iterator[str]:
    """Load everything that the folder holds; yields a line for people after each step.

    With `demo` also its invented members and what they did; the first time the clock then
    stands where the demo begins. Raises FolderError naming the file when one cannot be taken,
    when a demo would come into a district that was loaded without it, or when the database holds
    another district; then nothing at all is written.
    """
    _refuse_another_district(source)
    played = source.demo if demo else None
    _refuse_demo_among_real(source, played)
    acts = acts_of(played) if played else []
    last = ledger.last_mark(source.code)
    begin = played.begins_at if played and last is None else None
    yield _step(source.units, lambda _path: _units(source), begin)
    yield _step(source.folder, lambda _path: _work_calendars(source), begin)
    for path in source.calendars:
        yield _step(path, _calendar, begin)
    for path in source.areas:
        yield _step(path, _areas, begin)
    for key, load in district_files().items():
        if key in source.facts:
            yield _step(source.file_of(key), load, begin)
    if played:
        yield _step(played.files["members"], load_demo_members, begin)
    for report in source.reports:
        load = partial(_report, source.code, report)
        yield _step(report.path, load, report.at if begin and report.at else begin)
    if played:
        # A demo acts as many people in turn, thousands of times.
        with standings_kept():
            yield from play_demo(source, acts)
            yield from _played(source, demos(), played)
            if begin:
                yield from count_bound(played)
            yield from _played(source, demos(telling=True), played)
            if begin:
                deliver()
    look_over_tables()
    forget_all()
    ledger.note_mark(source.code, wanted_mark(source, demo=demo))


def _played(source: DistrictFolder, plays: Mapping[str, Play], demo: Demo) -> Iterator[str]:
    try:
        for play in plays.values():
            yield from play(DemoTime(demo.begins_at, demo.starts_at, demo.files))
    except Invalid as error:
        raise FolderError(f"{source.folder / 'district.toml'}: demo: {error}") from error


def wanted_mark(source: DistrictFolder, *, demo: bool) -> Mark:
    """What history shall say once `source` is loaded; a demo stays one for good."""
    last = ledger.last_mark(source.code)
    demo = demo and source.demo is not None
    return Mark(source.fingerprint(), demo or (last is not None and last.demo))


def _refuse_another_district(source: DistrictFolder) -> None:
    """An installation is one district (docs/adr/0032)."""
    held = district_codes() - {source.code}
    if held:
        raise FolderError(
            f"{source.folder}: this database holds district {', '.join(sorted(held))}, and "
            f"{source.code} is another; an installation is one district: take an empty database"
        )


def _refuse_demo_among_real(source: DistrictFolder, played: Demo | None) -> None:
    last = ledger.last_mark(source.code)
    if played and last is not None and not last.demo:
        raise FolderError(
            f"{source.folder}: this database holds {source.name} without its demo, and invented "
            "people must not come among real ones; leave the demo out or take an empty database"
        )


def _step(path: Path, load: Callable[[Path], str], at: datetime | None = None) -> str:
    """Run one step, the clock standing at `at`; what services refuse is said with the file."""
    try:
        with clock.moved_to(at) if at else nullcontext():
            return load(path)
    except Invalid as error:
        raise FolderError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise FolderError(f"{path}: is not UTF-8 text") from error


def _units(source: DistrictFolder) -> str:
    rows = parse_units(source.units.read_text(encoding="utf-8"))
    if source.departments is not None:
        rows += parse_units(source.departments.read_text(encoding="utf-8"))
    done = load_units(rows, actor=LOADER)
    return (
        f"units: {len(done.created)} new, {len(done.changed)} changed, "
        f"{done.unchanged} as they were"
    )


def _work_calendars(source: DistrictFolder) -> str:
    for wanted in source.work_calendars:
        save_calendar(
            wanted.key,
            kind=wanted.kind,
            name=wanted.name,
            name_en=wanted.name_en,
            hours=wanted.hours,
            actor=LOADER,
        )
    return "work calendars: " + ", ".join(wanted.key for wanted in source.work_calendars)


def _areas(path: Path) -> str:
    done = load_areas(parse_areas(path.read_bytes()), actor=LOADER)
    return (
        f"areas: {path.name}: {len(done.created)} new, {len(done.changed)} changed, "
        f"{done.unchanged} as they were"
    )


def _calendar(path: Path) -> str:
    """A calendar file is named for its year: `2025.csv`."""
    if not path.stem.isdigit():
        raise FolderError(f"{path}: a calendar file is named for its year, e.g. 2025.csv")
    done = load_announcement(path.read_bytes(), int(path.stem), actor=LOADER)
    changed = f"{done.days} days" if done.changed else "as it was"
    return f"calendar {done.year}: {changed}"


def _report(code: str, wanted: ReportFile, path: Path) -> str:
    """Make the report, or add the file as an amended edition when its text has changed."""
    known = {(row.year, row.title): row for row in reports()}
    report = known.get((wanted.year, wanted.title))
    if report is None:
        report = create_report(code, wanted.year, wanted.title, actor=LOADER)
    try:
        edition = add_edition(report.pk, path.read_bytes(), path.name, actor=LOADER)
    except Conflict:
        return f"report {wanted.year}: as it was"
    count = edition.statements.count()
    return f"report {wanted.year}: edition {edition.number}, {count} statements"
