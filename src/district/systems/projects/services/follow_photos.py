"""Pictures of follow-ups: each comes in once, is drawn anew, and waits for its follow-up."""

from __future__ import annotations

from uuid import UUID

from district.kernel.base.sent_photos import Kept, Sent, SentPhotos
from district.kernel.history.public import Actor
from district.systems.projects.models import FollowUp, FollowUpPhoto
from district.systems.projects.selectors.rights import authorise_following, project_for

FOLLOW_PHOTOS = SentPhotos(FollowUpPhoto, "follow_up_key", FollowUp, "projects_follow_ups")
sweep_follow_photos = FOLLOW_PHOTOS.sweep


def keep_follow_photo(key: UUID, project: UUID, sent: Sent, *, actor: Actor) -> Kept[FollowUpPhoto]:
    """Take in one picture of a follow-up that is still to come. Raises NotFound, NotPermitted for
    who may not follow the project up, else as `SentPhotos.keep`."""
    row = project_for(project, actor)
    authorise_following(actor, row)
    return FOLLOW_PHOTOS.keep(key, UUID(actor.id), sent, project_id=row.pk)
