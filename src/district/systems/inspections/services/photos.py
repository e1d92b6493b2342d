"""Pictures of inspections: each comes in once, is drawn anew, and waits for its inspection."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import FileSystemStorage

from district.kernel.base.sent_photos import Kept, Sent, SentPhotos
from district.kernel.history.public import Actor
from district.systems.inspections.models import Inspection, Photo
from district.systems.inspections.services.claiming import claimed_task

PHOTOS = SentPhotos(Photo, "inspection_key", Inspection, "inspections")
read_photos = PHOTOS.read
sweep_photos = PHOTOS.sweep


def storage() -> FileSystemStorage:
    """Where the pictures lie."""
    return PHOTOS.storage()


def keep_photo(
    inspection_key: UUID, task_id: UUID, sha256: str, name: str, content: bytes, *, actor: Actor
) -> Kept[Photo]:
    """Take in one picture under the digest of its bytes; the same one again changes nothing.

    Raises NotFound, NotPermitted for who may not inspect there, else as `SentPhotos.keep`.
    """
    claimed_task(task_id, actor)
    sent = Sent(sha256, name, content)
    return PHOTOS.keep(inspection_key, UUID(actor.id), sent, task_id=task_id)
