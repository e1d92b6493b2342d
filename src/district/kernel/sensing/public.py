"""What other parts may use of sensing."""

from district.kernel.sensing.batches import Batch, Tick
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
from district.kernel.sensing.log import History, InUse, LogReader, LogWriter
from district.kernel.sensing.log.folder import folder_of
from district.kernel.sensing.models import (
    Datastream,
    LatestReading,
    Location,
    ObservationType,
    Quarantined,
    Reason,
    Source,
    State,
    Thing,
)
from district.kernel.sensing.names import VIEW as VIEW_THINGS
from district.kernel.sensing.rights import source_actor
from district.kernel.sensing.selectors import latest_points, series_of
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
    "VIEW_THINGS",
    "Appended",
    "Batch",
    "DatabaseQuarantine",
    "DatabaseRegister",
    "Datastream",
    "Held",
    "History",
    "InUse",
    "LatestReading",
    "Location",
    "LogReader",
    "LogWriter",
    "Misconfigured",
    "MqttPublisher",
    "NotConfigured",
    "NotPublished",
    "ObservationType",
    "ProductClock",
    "Quarantined",
    "Readings",
    "Reason",
    "Refused",
    "Source",
    "State",
    "Thing",
    "Tick",
    "authenticate",
    "change_datastream",
    "change_thing",
    "folder_of",
    "from_micros",
    "gateway_configuration",
    "gateway_is_wanted",
    "is_configured",
    "issue_credential",
    "latest_points",
    "make_gateway",
    "move_thing",
    "place_anew",
    "plug",
    "quarantine",
    "readings",
    "register_datastream",
    "register_source",
    "register_thing",
    "retire_datastream",
    "retire_thing",
    "rotate_credential",
    "save_location",
    "save_property",
    "save_sensor",
    "series_of",
    "source_actor",
    "to_micros",
    "write_latest",
]
