"""Pictures of projects: drawn anew, kept apart, shown to whoever sees the project."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.attachments import (
    Harmless,
    harmless_pictures,
    keep_harmless,
    kept_or_discarded,
    private_storage,
    sweep,
)
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.projects.models import Photo, Project
from district.systems.projects.names import SAVE
from district.systems.projects.selectors.rights import (
    locked_project,
    owned_project,
    project_for,
    project_subject,
)

MOST_AT_ONCE, MOST_OF_ONE = 9, 400


def storage() -> FileSystemStorage:
    """Where the pictures lie."""
    return private_storage("projects")


def add_photos(
    key: UUID | str,
    files: Iterable[tuple[str, bytes]],
    taken_on: date,
    caption: str = "",
    *,
    actor: Actor,
) -> list[Photo]:
    """Keep pictures of a project, all of them or none; the same one again changes nothing.

    Not inside a transaction of the caller's: drawing them anew takes seconds. Raises NotFound,
    NotPermitted, Conflict, Invalid naming the field; OSError on a full disk, with nothing kept.
    """
    authorise(actor, SAVE, owned_project(project_for(key, actor)))
    if taken_on > clock.today():
        raise Invalid("taken_on", _("拍摄日期不对。"), _("请填写今天或以前的日期。"))
    pictures = harmless_pictures(files, MOST_AT_ONCE)
    with kept_or_discarded(storage()) as stored, transaction.atomic():
        project = locked_project(key)
        return _keep(project, pictures, taken_on, caption.strip()[:120], stored, actor)


def _keep(
    project: Project,
    pictures: list[Harmless],
    taken_on: date,
    caption: str,
    stored: list[str],
    actor: Actor,
) -> list[Photo]:
    known = set(project.photos.values_list("sha256", flat=True))
    rows = []
    for file in pictures:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        if len(known) > MOST_OF_ONE:
            raise Conflict(
                _("一个项目最多%(most)s张照片。请只留最能说明情况的。") % {"most": MOST_OF_ONE}
            )
        stored.append(keep_harmless(storage(), file))
        rows.append(
            Photo(
                project=project,
                stored=stored[-1],
                name=file.name[:140],
                content_type=file.content_type,
                size=len(file.content),
                sha256=digest,
                caption=caption,
                taken_on=taken_on,
                by=actor.name[:80],
                at=clock.now(),
            )
        )
    Photo.objects.bulk_create(rows)
    if rows:
        told = {"sha256": [row.sha256 for row in rows], "taken_on": taken_on}
        record(project_subject(project.pk), "projects.project.photos", told, actor=actor)
    return rows


def sweep_photos() -> int:
    """Delete files that no row knows of; returns how many."""

    def known(names: Collection[str]) -> Collection[str]:
        return set(Photo.objects.filter(stored__in=names).values_list("stored", flat=True))

    return sweep(storage(), known)
