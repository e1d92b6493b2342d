"""What other parts may use of sensing."""

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.gateway.client import GatewayAway, GatewayClient
from district.kernel.sensing.gateway.configuration import Misconfigured
from district.kernel.sensing.gateway.configuration import make as make_gateway
from district.kernel.sensing.gateway.configuration import read as gateway_configuration
from district.kernel.sensing.gateway.mqtt.publishing import NotPublished
from district.kernel.sensing.gateway.mqtt.publishing import Publisher as MqttPublisher
from district.kernel.sensing.gateway.register import (
    DatabaseQuarantine,
    DatabaseRegister,
    ProductClock,
)
from district.kernel.sensing.gateway.register import is_wanted as gateway_is_wanted
from district.kernel.sensing.log import (
    Corrupt,
    Cursor,
    Gone,
    History,
    InUse,
    LogError,
    LogReader,
    LogWriter,
)
from district.kernel.sensing.log.folder import Lock, folder_of, sync_folder
from district.kernel.sensing.logged import log_folder
from district.kernel.sensing.models import (
    Datastream,
    LatestReading,
    Location,
    ObservationType,
    ObservedProperty,
    Quarantined,
    Reason,
    Source,
    State,
    Thing,
)
from district.kernel.sensing.names import VIEW as VIEW_THINGS
from district.kernel.sensing.read_once import log_read_once
from district.kernel.sensing.rights import source_actor
from district.kernel.sensing.rules import durations, tree
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.clauses import read_clause
from district.kernel.sensing.rules.declaration import LEVELS, Rule, parse_rule
from district.kernel.sensing.rules.describing import describe, span_text
from district.kernel.sensing.rules.explain import Explanation, Replay, confirm, replay
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.faults import Reader as RuleReader
from district.kernel.sensing.rules.faults import RuleError
from district.kernel.sensing.rules.groups import Group, Groups, Member
from district.kernel.sensing.rules.quiet import DAYS as WEEKDAYS
from district.kernel.sensing.rules.quiet import QuietHours
from district.kernel.sensing.rules.transitions import Evidence as RuleEvidence
from district.kernel.sensing.rules.transitions import Transition, Withdrawn
from district.kernel.sensing.rules.tree import spans_of
from district.kernel.sensing.rules.trial import frames_of
from district.kernel.sensing.selectors import latest_points, property_names, series_of
from district.kernel.sensing.selectors.series import Series
from district.kernel.sensing.services import (
    Held,
    authenticate,
    change_datastream,
    change_thing,
    issue_credential,
    move_thing,
    place_anew,
    quarantine,
    register_datastream,
    register_source,
    register_thing,
    retire_datastream,
    retire_thing,
    rotate_credential,
    save_location,
    save_property,
    save_sensor,
    write_latest,
)
from district.kernel.sensing.store import (
    Appended,
    NotConfigured,
    Readings,
    Refused,
    is_configured,
    plug,
    readings,
)
from district.kernel.sensing.times import from_micros, to_micros

__all__ = [
    "LEVELS",
    "VIEW_THINGS",
    "WEEKDAYS",
    "Appended",
    "Batch",
    "Binding",
    "Corrupt",
    "Cursor",
    "DatabaseQuarantine",
    "DatabaseRegister",
    "Datastream",
    "Explanation",
    "Frame",
    "GatewayAway",
    "GatewayClient",
    "Gone",
    "Group",
    "Groups",
    "Held",
    "History",
    "InUse",
    "LatestReading",
    "Location",
    "Lock",
    "LogError",
    "LogReader",
    "LogWriter",
    "Member",
    "Misconfigured",
    "MqttPublisher",
    "NotConfigured",
    "NotPublished",
    "ObservationType",
    "ObservedProperty",
    "ProductClock",
    "Quarantined",
    "QuietHours",
    "Readings",
    "Reason",
    "Refused",
    "Replay",
    "Rule",
    "RuleError",
    "RuleEvidence",
    "RuleReader",
    "Series",
    "Source",
    "State",
    "Thing",
    "Tick",
    "Transition",
    "VectorisedEvaluator",
    "Withdrawn",
    "authenticate",
    "change_datastream",
    "change_thing",
    "confirm",
    "describe",
    "durations",
    "folder_of",
    "frames_of",
    "from_micros",
    "gateway_configuration",
    "gateway_is_wanted",
    "is_configured",
    "issue_credential",
    "latest_points",
    "log_folder",
    "log_read_once",
    "make_gateway",
    "move_thing",
    "parse_rule",
    "place_anew",
    "plug",
    "property_names",
    "quarantine",
    "read_clause",
    "readings",
    "register_datastream",
    "register_source",
    "register_thing",
    "replay",
    "retire_datastream",
    "retire_thing",
    "rotate_credential",
    "save_location",
    "save_property",
    "save_sensor",
    "series_of",
    "source_actor",
    "span_text",
    "spans_of",
    "sync_folder",
    "to_micros",
    "tree",
    "write_latest",
]
