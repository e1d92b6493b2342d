"""Names that the parts of investment promotion share."""

from district.kernel.history.public import Actor

#: The case type of a lead and of the project that it becomes.
TYPE = "investment_project"

VIEW = f"cases.{TYPE}.view"
OPEN = "investment_promotion.lead.open"
SAVE = "investment_promotion.lead.save"
CONTACT = "investment_promotion.contact.read"
VERIFY = "investment_promotion.landing.verify"
VIEW_VISIT = "investment_promotion.visit.view"
SAVE_VISIT = "investment_promotion.visit.save"
LOAD = "investment_promotion.setting.load"

#: Registers.
PROJECTS = "investment_promotion-projects"
VISITS = "investment_promotion-visits"
TRIPS = "investment_promotion-trips"

#: How history calls things.
PROJECT = "investment_promotion.project"
VISIT = "investment_promotion.visit"
TRIP = "investment_promotion.trip"
SETTING = "investment_promotion.setting"

#: The system's own acts.
SYSTEM = Actor.system("investment_promotion")
#: Stages in their order, as far as a project gets.
WAY = ("lead", "contact", "talks", "signed", "registered", "landed")
#: Stages in which the verifying unit reads a project.
VERIFIED = ("registered", "recheck", "landed")
#: Stages in which somebody follows the project up.
FOLLOWED = ("contact", "talks", "signed", "registered")
#: Stages of projects that are one with another, and the condition over the register for all others.
MERGED = ("merged", "joined")
ALONE = 'not stage in ("merged", "joined")'
