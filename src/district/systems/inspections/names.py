"""Names that the parts of inspections share."""

from district.kernel.history.public import Actor

#: The case type of what was found wrong.
HAZARD = "hazard"

VIEW_PLACE = "inspections.place.view"
SAVE_PLACE = "inspections.place.save"
VIEW_ROUND = "inspections.round.view"
MANAGE_ROUND = "inspections.round.manage"
VIEW_TASK = "inspections.task.view"
ASSIGN_TASK = "inspections.task.assign"
INSPECT = "inspections.task.inspect"
VIEW_RESULT = "inspections.inspection.view"
VIEW_CASE = "inspections.enforcement.view"
SAVE_CASE = "inspections.enforcement.save"

#: Registers.
PLACES = "inspections-places"
ROUNDS = "inspections-rounds"
TASKS = "inspections-tasks"
RESULTS = "inspections-inspections"
CASES = "inspections-enforcements"

#: How history and tracking call each of them.
PLACE = "inspections.place"
ROUND = "inspections.round"
TASK = "inspections.task"
RESULT = "inspections.inspection"
ENFORCEMENT = "inspections.enforcement"

#: The system's own jobs; it also moves the clocks of its tasks.
SYSTEM = Actor.system("inspections")
