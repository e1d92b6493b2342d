"""What inspections keep."""

from district.systems.inspections.models.enforcement import Enforcement
from district.systems.inspections.models.places import Place
from district.systems.inspections.models.results import Answer, Inspection, Photo
from district.systems.inspections.models.rounds import ChecklistVersion, Round
from district.systems.inspections.models.tasks import Task

__all__ = [
    "Answer",
    "ChecklistVersion",
    "Enforcement",
    "Inspection",
    "Photo",
    "Place",
    "Round",
    "Task",
]
