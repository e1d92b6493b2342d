"""All writes of tracking: one named transactional function each."""

from district.kernel.tracking.services.beginning import begin
from district.kernel.tracking.services.calendars import (
    YearAnnounced,
    announce_year,
    load_announcement,
    save_calendar,
    settle_announcements,
)
from district.kernel.tracking.services.halting import cancel, finish, pause, reopen, resume
from district.kernel.tracking.services.lights import (
    Refreshed,
    apply_light,
    lights_together,
    refresh_lights,
    refresh_rows,
    refresh_subjects,
)
from district.kernel.tracking.services.rows import (
    describe,
    reassign,
    reschedule,
    running,
    track,
    track_many,
)
from district.kernel.tracking.services.turning import Turning
from district.kernel.tracking.services.urging import urge

__all__ = [
    "Refreshed",
    "Turning",
    "YearAnnounced",
    "announce_year",
    "apply_light",
    "begin",
    "cancel",
    "describe",
    "finish",
    "lights_together",
    "load_announcement",
    "pause",
    "reassign",
    "refresh_lights",
    "refresh_rows",
    "refresh_subjects",
    "reopen",
    "reschedule",
    "resume",
    "running",
    "save_calendar",
    "settle_announcements",
    "track",
    "track_many",
    "urge",
]
