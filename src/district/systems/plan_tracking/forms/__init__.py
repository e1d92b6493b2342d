"""What people fill in. The services decide; a form only reads and words."""

from district.systems.plan_tracking.forms.reports import AmendForm, BulkForm, UploadForm
from district.systems.plan_tracking.forms.statements import StatementForm
from district.systems.plan_tracking.forms.successions import SuccessionForm

__all__ = ["AmendForm", "BulkForm", "StatementForm", "SuccessionForm", "UploadForm"]
