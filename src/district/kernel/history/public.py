"""What other parts may use of history."""

from district.kernel.history.consumers import (
    Message,
    consumer,
    consumer_of_many,
    run_consumers,
)
from district.kernel.history.kinds import declare_kind, kinds, label_of
from district.kernel.history.persons import person_of
from district.kernel.history.records import (
    Actor,
    Entry,
    EventView,
    Personal,
    Problem,
    Subject,
    VerificationReport,
)
from district.kernel.history.sealing import export_roots, seal_all, seal_pending, verify
from district.kernel.history.selectors import backlog, events_of, events_of_many, recent_events
from district.kernel.history.services import (
    erase_person,
    open_for_counting,
    open_for_delivery,
    protect,
    protect_new,
    publish,
    record,
    record_many,
    reveal,
)
from district.kernel.history.tail import OutboxTail, Told

__all__ = [
    "Actor",
    "Entry",
    "EventView",
    "Message",
    "OutboxTail",
    "Personal",
    "Problem",
    "Subject",
    "Told",
    "VerificationReport",
    "backlog",
    "consumer",
    "consumer_of_many",
    "declare_kind",
    "erase_person",
    "events_of",
    "events_of_many",
    "export_roots",
    "kinds",
    "label_of",
    "open_for_counting",
    "open_for_delivery",
    "person_of",
    "protect",
    "protect_new",
    "publish",
    "recent_events",
    "record",
    "record_many",
    "reveal",
    "run_consumers",
    "seal_all",
    "seal_pending",
    "verify",
]
