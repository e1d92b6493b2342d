"""Names that the parts of early warning share."""

from district.kernel.history.public import Actor

#: Case types.
FIRE = "forest_fire"
VOID = "road_void"
GAS = "gas_leak"

VIEW_SCREEN = "early_warning.screen.view"
VIEW_FRONT_END = "early_warning.front_end.view"
SAVE_FRONT_END = "early_warning.front_end.save"
VIEW_NEST = "early_warning.nest.view"
SAVE_NEST = "early_warning.nest.save"
SET_NEST = "early_warning.nest.set_state"
VIEW_MISSION = "early_warning.mission.view"
FLY_MISSION = "early_warning.mission.fly"
VERIFY_MISSION = "early_warning.mission.verify"
VIEW_STATION = "early_warning.station.view"
SAVE_STATION = "early_warning.station.save"
VIEW_SURVEY = "early_warning.survey.view"
SAVE_SURVEY = "early_warning.survey.save"
VIEW_GAS = "early_warning.gas_point.view"
SAVE_GAS = "early_warning.gas_point.save"
#: What the product itself does: missions that follow from episodes, forecasts.
RUN = "early_warning.system.run"

#: Registers.
FRONT_ENDS = "early_warning-front_ends"
NESTS = "early_warning-nests"
MISSIONS = "early_warning-missions"
STATIONS = "early_warning-stations"
INPUTS = "early_warning-station_inputs"
FORECASTS = "early_warning-forecasts"
SURVEYS = "early_warning-surveys"
VOIDS = "early_warning-voids"
GAS_POINTS = "early_warning-gas_points"

#: How history and tracking call each of them.
FRONT_END = "early_warning.front_end"
NEST = "early_warning.nest"
MISSION = "early_warning.mission"
STATION = "early_warning.station"
SURVEY = "early_warning.survey"
VOID_SUBJECT = "early_warning.void"
GAS_POINT = "early_warning.gas_point"

#: Messages in the outbox: a mission moved, a nest may take another one.
MISSION_CHANGED = "early_warning.mission.changed"
NEST_FREED = "early_warning.nest.freed"

#: The live page of the duty officer.
STREAM = "early_warning"

#: The system's own jobs; it also moves the clocks of its missions.
SYSTEM = Actor.system("early_warning")
