"""Pictures of inspections: each comes in once, is drawn anew, and waits for its inspection."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.attachments import (
    discard,
    harmless_file,
    keep_harmless,
    private_storage,
    sweep,
)
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor
from district.systems.inspections.models import Inspection, Photo
from district.systems.inspections.services.claiming import claimed_task

#: Of one inspection, and of one member without an inspection yet.
MOST_OF_ONE = 60
MOST_WAITING = 600
#: A picture whose inspection never came is kept so long.
WAITS = timedelta(days=60)


@dataclass(frozen=True)
class Kept:
    """A picture that is there; `repeated` says that it was before."""

    photo: Photo
    repeated: bool = False


def storage() -> FileSystemStorage:
    """Where the pictures lie."""
    return private_storage("inspections")


def keep_photo(
    inspection_key: UUID, task_id: UUID, sha256: str, name: str, content: bytes, *, actor: Actor
) -> Kept:
    """Take in one picture under the digest of its bytes; the same one again changes nothing.

    Raises NotFound, NotPermitted for who may not inspect there, Invalid where the bytes are not
    those of the digest or are no picture, Conflict where the inspection is another member's.
    """
    claimed_task(task_id, actor)
    earlier = _earlier(inspection_key, sha256, actor)
    if earlier is not None:
        return Kept(earlier, repeated=True)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Invalid("photo", _("照片没有传完整。"), _("请在网络好时再同步。"))
    _refuse_unless_room(inspection_key, actor)
    file = harmless_file(name or "photo.jpg", content, field="photo")
    if not file.is_image:
        raise Invalid("photo", _("这不是照片。"), _("请重新拍照。"))
    stored = keep_harmless(storage(), file)
    try:
        with transaction.atomic():
            photo = Photo.objects.create(
                inspection_key=inspection_key,
                source_sha256=sha256,
                sha256=hashlib.sha256(file.content).hexdigest(),
                task_id=task_id,
                member_id=UUID(actor.id),
                stored=stored,
                name=file.name,
                content_type=file.content_type,
                size=len(file.content),
                received_at=clock.now(),
            )
    except BaseException as error:
        discard(storage(), stored)
        if isinstance(error, IntegrityError):  # the same one came at the same moment
            earlier = _earlier(inspection_key, sha256, actor)
            if earlier is not None:
                return Kept(earlier, repeated=True)
        raise
    return Kept(photo)


def _earlier(inspection_key: UUID, sha256: str, actor: Actor) -> Photo | None:
    of_one = Photo.objects.filter(inspection_key=inspection_key)
    if of_one.exclude(member_id=UUID(actor.id)).exists():
        raise NotPermitted(_("这次检查是别人的，不能上传照片。"))
    return of_one.filter(source_sha256=sha256).first()


def _refuse_unless_room(inspection_key: UUID, actor: Actor) -> None:
    if Photo.objects.filter(inspection_key=inspection_key).count() >= MOST_OF_ONE:
        most = {"most": MOST_OF_ONE}
        raise Conflict(_("一次检查最多%(most)s张照片。请只留最能说明情况的。") % most)
    known = Inspection.objects.values("pk")
    waiting = Photo.objects.filter(member_id=UUID(actor.id)).exclude(inspection_key__in=known)
    if waiting.count() >= MOST_WAITING:
        raise Conflict(_("等待提交的照片太多。请先提交已完成的检查，再上传照片。"))


def read_photos(inspection_key: UUID, digests: Iterable[str]) -> list[tuple[str, bytes]]:
    """Name and content of the pictures of these digests, in their order."""
    wanted = list(digests)
    rows = {
        photo.source_sha256: photo
        for photo in Photo.objects.filter(inspection_key=inspection_key, source_sha256__in=wanted)
    }
    found = []
    for one in wanted:
        with storage().open(rows[one].stored) as file:
            found.append((rows[one].name, file.read()))
    return found


def sweep_photos() -> int:
    """Forget pictures whose inspection never came, and files that no row knows of; how many."""
    known = Inspection.objects.values("pk")
    old = Photo.objects.filter(received_at__lt=clock.now() - WAITS)
    left = list(old.exclude(inspection_key__in=known)[:500])
    for photo in left:
        photo.delete()
        discard(storage(), photo.stored)

    def kept(names: Collection[str]) -> Collection[str]:
        return set(Photo.objects.filter(stored__in=names).values_list("stored", flat=True))

    return len(left) + sweep(storage(), kept)
