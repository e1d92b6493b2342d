"""To whom series, their values and decompositions belong."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.organisation.public import Owned, root_code
from district.systems.economy.models import Decomposition, Series, SeriesImport, SeriesValue
from district.systems.economy.selectors.patterns import with_revised
from district.systems.economy.selectors.settings import statistics_unit


def owned_values(series: Series | None, source: str) -> Owned:
    """Whose the values of a source are: the statistics bureau's, or those of the series' unit.
    Several series at once (None) are told by the bureau alone."""
    if source == SeriesValue.Source.BUREAU or series is None:
        return Owned(statistics_unit())
    return Owned(series.lead_unit_id)


def owned_series(series: Series) -> Owned:
    """A series and its decompositions belong to its lead unit."""
    return Owned(series.lead_unit_id)


def owned_whole() -> Owned:
    """What is the district's own."""
    return Owned(root_code())


def series_for(key: str) -> Series:
    """The series of that key with its lead unit; NotFound where there is none in use."""
    found = Series.objects.filter(pk=key, is_active=True).select_related("lead_unit").first()
    if found is None:
        raise NotFound(_("没有这个经济指标。"))
    return found


def decomposition_for(key: object) -> Decomposition:
    """A decomposition with its series, its light and whether its pattern was revised; NotFound
    where there is none."""
    rows = with_revised(Decomposition.objects.select_related("series__lead_unit", "tracked"))
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这个目标分解。"))
    return found


def import_for(key: object) -> SeriesImport:
    """An import with its series; NotFound where there is none."""
    found = SeriesImport.objects.select_related("series__lead_unit").filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这次导入。"))
    return found
