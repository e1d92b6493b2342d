"""Pictures that missions bring back: drawn anew, kept apart, handed on to the fire's case."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
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
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.cases.public import Case, CaseAttachment, attach
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.systems.early_warning.models import Mission, MissionPhoto
from district.systems.early_warning.names import SYSTEM, VERIFY_MISSION
from district.systems.early_warning.selectors.rights import owned_mission
from district.systems.early_warning.services.sending import (
    mission_subject,
    tell,
)

MOST_AT_ONCE = 9
MOST_OF_ONE = 40


def storage() -> FileSystemStorage:
    """Where the pictures lie."""
    return private_storage("early_warning")


def add_photos(
    mission_id: UUID | str, files: Iterable[tuple[str, bytes]], *, actor: Actor
) -> list[MissionPhoto]:
    """Keep pictures of a mission, all of them or none; the same one again changes nothing.

    Not inside a transaction of the caller's: drawing them anew takes seconds. Raises NotFound,
    NotPermitted, Conflict, Invalid naming the file; OSError on a full disk, with nothing kept.
    """
    mission = Mission.objects.filter(pk=mission_id).first()
    if mission is None:
        raise NotFound(_("没有这个核查任务。"))
    authorise(actor, VERIFY_MISSION, owned_mission(mission))
    pictures = harmless_pictures(files, MOST_AT_ONCE)
    with kept_or_discarded(storage()) as stored, transaction.atomic():
        return _keep(mission_id, pictures, stored, actor)


def _keep(
    mission_id: UUID | str, pictures: list[Harmless], stored: list[str], actor: Actor
) -> list[MissionPhoto]:
    mission = Mission.objects.select_for_update().get(pk=mission_id)
    known = set(mission.photos.values_list("sha256", flat=True))
    rows = []
    for file in pictures:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        if len(known) > MOST_OF_ONE:
            most = {"most": MOST_OF_ONE}
            raise Conflict(_("一个任务最多%(most)s张照片。请只留最能说明情况的。") % most)
        stored.append(keep_harmless(storage(), file))
        rows.append(
            MissionPhoto(
                mission=mission,
                stored=stored[-1],
                name=file.name[:140],
                content_type=file.content_type,
                size=len(file.content),
                sha256=digest,
                added_by=actor.name[:120],
                at=clock.now(),
            )
        )
    MissionPhoto.objects.bulk_create(rows)
    if rows:
        told = {"sha256": [row.sha256 for row in rows]}
        record(mission_subject(mission), "early_warning.mission.photos", told, actor=actor)
        tell(mission, "photos")
    return rows


def hand_on(mission_id: UUID | str) -> int:
    """Attach a mission's pictures to its case, as far as they are not there; how many were added.

    Called again it adds nothing twice. Nothing happens without a case that is under way.
    """
    mission = Mission.objects.select_related("case").filter(pk=mission_id).first()
    if mission is None or mission.case is None:
        return 0
    if mission.case.category == Case.Category.DONE:
        return 0
    before = CaseAttachment.objects.filter(case=mission.case).count()
    for photo in mission.photos.all():
        with storage().open(photo.stored) as file:
            content = file.read()
        attach(mission.case.pk, [(photo.name, content)], actor=SYSTEM)
    return CaseAttachment.objects.filter(case=mission.case).count() - before


def sweep_photos() -> int:
    """Delete files that no row knows of; returns how many."""

    def known(names: Collection[str]) -> Collection[str]:
        rows = MissionPhoto.objects.filter(stored__in=names)
        return set(rows.values_list("stored", flat=True))

    return sweep(storage(), known)
