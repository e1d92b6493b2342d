"""What appeals keep besides their cases: the catalogue of matters, and what the city sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.systems.appeals.city.models import (
    CityOrder,
    CityPlatform,
    CityRefusal,
    CityReturn,
    CityToken,
)

__all__ = [
    "CatalogueVersion",
    "CityOrder",
    "CityPlatform",
    "CityRefusal",
    "CityReturn",
    "CityToken",
]


class CatalogueVersion(models.Model):
    """A published version of the catalogue of matters (事项清单), known by its hash; never changed.

    `content` is the catalogue's fields and matters as they were read and checked. The newest one
    is in use; a case keeps to the version that its matter was chosen from.
    """

    version = models.CharField(max_length=16, primary_key=True)
    content = models.JSONField()
    published_at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = _("事项清单")
        ordering = ("-published_at",)

    def __str__(self) -> str:
        return self.version
