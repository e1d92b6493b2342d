"""Forms of measures. Rules stand in the services; a form only carries the fields."""

from district.kernel.measures.forms.editing import DutyForm, EndForm, MeasureForm
from district.kernel.measures.forms.filings import (
    FilingForm,
    ReviseForm,
    StepForm,
    ValueField,
    plain_number,
)

__all__ = [
    "DutyForm",
    "EndForm",
    "FilingForm",
    "MeasureForm",
    "ReviseForm",
    "StepForm",
    "ValueField",
    "plain_number",
]
