"""Publishing the catalogue of matters: each version is kept for good, the newest is in use."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

from district.kernel.base import clock
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise, units
from district.kernel.tracking.public import calendars
from district.systems.appeals.models import CatalogueVersion
from district.systems.appeals.rules.matters import Catalogue, usable_catalogue
from district.systems.appeals.selectors.matters import forget

LOADER = Actor.system("appeals.loader")
VERSION_LENGTH = 16


@transaction.atomic
def publish_catalogue(text: str, *, actor: Actor) -> tuple[CatalogueVersion, bool]:
    """Put a catalogue (CSV text) into use; the version, and whether it is new.

    The same content again changes nothing. Raises Invalid that lists every row with a problem.
    """
    authorise(actor, "appeals.catalogue.publish")
    known = {key: calendar.kind for key, calendar in calendars().items()}
    codes = set(units().values_list("pk", flat=True))
    found = usable_catalogue(text, units=codes, calendars=known)
    version = found.version[:VERSION_LENGTH]
    newest = CatalogueVersion.objects.order_by("-published_at").first()
    if newest is not None and newest.version == version:
        return newest, False
    row, made = CatalogueVersion.objects.get_or_create(
        version=version, defaults={"content": _kept(found), "published_at": clock.now()}
    )
    if not made:
        # An earlier version comes back into use: its day of publishing is today's.
        row.published_at = clock.now()
        row.save(update_fields=["published_at"])
    record(
        Subject("appeals.catalogue", "matters"),
        "appeals.catalogue.published",
        {"version": version, "matters": len(found.matters)},
        actor=actor,
    )
    transaction.on_commit(forget)
    return row, True


def _kept(found: Catalogue) -> dict[str, Any]:
    """A catalogue as JSON."""
    return {
        "fields": [asdict(field) for field in found.fields],
        "matters": [asdict(matter) for matter in found.matters],
    }


def load_catalogue(path: Path) -> str:
    """Read the catalogue that a district's folder names; returns a line for people."""
    row, new = publish_catalogue(path.read_text(encoding="utf-8"), actor=LOADER)
    forget()
    return f"matters: version {row.version}, {'new' if new else 'as it was'}"
