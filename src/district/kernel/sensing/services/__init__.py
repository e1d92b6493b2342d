"""All writes of sensing."""

from district.kernel.sensing.services.catalogue import (
    change_feature,
    change_property,
    change_sensor,
    delete_feature,
    delete_property,
    delete_sensor,
    save_feature,
    save_property,
    save_sensor,
)
from district.kernel.sensing.services.datastreams import (
    DEFAULT_LATENESS,
    DEFAULT_SKEW,
    change_datastream,
    register_datastream,
    retire_datastream,
)
from district.kernel.sensing.services.importing import save_datastream_row, save_thing_row
from district.kernel.sensing.services.latest import write_latest, write_latest_in_parts
from district.kernel.sensing.services.locations import (
    change_location,
    delete_location,
    place_anew,
    save_location,
)
from district.kernel.sensing.services.quarantine import Held, forget_quarantined, quarantine
from district.kernel.sensing.services.sources import (
    authenticate,
    change_source,
    digest_of,
    issue_credential,
    register_source,
    resume_source,
    revoke_credential,
    rotate_credential,
    suspend_source,
)
from district.kernel.sensing.services.things import (
    change_thing,
    move_thing,
    register_thing,
    retire_thing,
)

__all__ = [
    "DEFAULT_LATENESS",
    "DEFAULT_SKEW",
    "Held",
    "authenticate",
    "change_datastream",
    "change_feature",
    "change_location",
    "change_property",
    "change_sensor",
    "change_source",
    "change_thing",
    "delete_feature",
    "delete_location",
    "delete_property",
    "delete_sensor",
    "digest_of",
    "forget_quarantined",
    "issue_credential",
    "move_thing",
    "place_anew",
    "quarantine",
    "register_datastream",
    "register_source",
    "register_thing",
    "resume_source",
    "retire_datastream",
    "retire_thing",
    "revoke_credential",
    "rotate_credential",
    "save_datastream_row",
    "save_feature",
    "save_location",
    "save_property",
    "save_sensor",
    "save_thing_row",
    "suspend_source",
    "write_latest",
    "write_latest_in_parts",
]
