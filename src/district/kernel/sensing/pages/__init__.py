"""The pages of sensing: lists, details, the map of newest values, quarantine."""

from district.kernel.sensing.pages.lists import (
    datastreams,
    latest_map,
    latest_map_data,
    quarantined,
    sees,
    sources,
    things,
)
from district.kernel.sensing.pages.registering import (
    datastream_edit,
    datastream_new,
    thing_edit,
    thing_new,
)
from district.kernel.sensing.pages.streams import (
    datastream,
    datastream_retire,
    thing,
    thing_retire,
)
from district.kernel.sensing.pages.writers import (
    credential_issue,
    credential_revoke,
    credential_rotate,
    source,
    source_edit,
    source_new,
    source_resume,
    source_suspend,
)

__all__ = [
    "credential_issue",
    "credential_revoke",
    "credential_rotate",
    "datastream",
    "datastream_edit",
    "datastream_new",
    "datastream_retire",
    "datastreams",
    "latest_map",
    "latest_map_data",
    "quarantined",
    "sees",
    "source",
    "source_edit",
    "source_new",
    "source_resume",
    "source_suspend",
    "sources",
    "thing",
    "thing_edit",
    "thing_new",
    "thing_retire",
    "things",
]
