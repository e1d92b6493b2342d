"""What warnings keep."""

from district.kernel.warnings.models.alerts import Alert, Message
from district.kernel.warnings.models.drafts import Draft
from district.kernel.warnings.models.lines import AlertLine, LineRing
from district.kernel.warnings.models.sources import CatalogueText, Source, SourceKey, Unfit
from district.kernel.warnings.models.words import ColourName

__all__ = [
    "Alert",
    "AlertLine",
    "CatalogueText",
    "ColourName",
    "Draft",
    "LineRing",
    "Message",
    "Source",
    "SourceKey",
    "Unfit",
]
