"""Names that the parts of environment share."""

from district.kernel.base.tickets import Tickets
from district.kernel.history.public import Actor

#: The case type of permits for work at night.
PERMIT = "night_permit"
#: Of the form of application.
TICKETS = Tickets("environment.permit", "permit", "night permit code")

VIEW = "environment.result.view"
VIEW_NOISE = "environment.noise.view"
VIEW_PLACE = "environment.place.view"
SAVE_POINT = "environment.point.save"
SAVE_SITE = "environment.site.save"
SAVE_SAMPLE = "environment.sample.save"
SAVE_PLACE = "environment.place.save"
COMPUTE = "environment.result.compute"
LOAD_RULE = "environment.rule.load"

#: Registers.
STATIONS = "environment-stations"
AIR_DAYS = "environment-air_days"
AIR_SPANS = "environment-air_spans"
SECTIONS = "environment-sections"
SAMPLES = "environment-samples"
WATER_VALUES = "environment-water_values"
SECTION_MONTHS = "environment-section_months"
SITES = "environment-sites"
NOISE_POINTS = "environment-noise_points"
NOISE = "environment-noise"
DECISIONS = "environment-melts"
WASTE = "environment-waste_points"
ESTATES = "environment-estates"

#: The system's own jobs.
SYSTEM = Actor.system("environment")
