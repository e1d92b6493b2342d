"""The forms of early warning."""

from district.systems.early_warning.forms.forest import NestStateForm, TargetForm, VerdictForm
from district.systems.early_warning.forms.roads import SurveyForm

__all__ = ["NestStateForm", "SurveyForm", "TargetForm", "VerdictForm"]
