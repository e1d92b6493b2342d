"""What is kept of investment projects. Money is in 万元, days are those of China."""

from district.systems.projects.models.coordination import Call, CallLine, Problem, ProblemStep
from district.systems.projects.models.following import FollowUp, FollowUpPhoto, Week
from district.systems.projects.models.projects import (
    Durations,
    Fund,
    Item,
    ItemEvent,
    Month,
    Photo,
    Project,
    Reckoning,
    Setting,
    StageStep,
    TemplateVersion,
)

__all__ = [
    "Call",
    "CallLine",
    "Durations",
    "FollowUp",
    "FollowUpPhoto",
    "Fund",
    "Item",
    "ItemEvent",
    "Month",
    "Photo",
    "Problem",
    "ProblemStep",
    "Project",
    "Reckoning",
    "Setting",
    "StageStep",
    "TemplateVersion",
    "Week",
]
