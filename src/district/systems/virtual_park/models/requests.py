"""Which requests a firm raised by itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.systems.virtual_park.models.people import Firm


class FirmRequest(models.Model):
    """A request (诉求) that a firm raised here, and the reporter of its case as whom it goes on."""

    case = models.OneToOneField("kernel_cases.Case", models.PROTECT, primary_key=True,
                                related_name="park_request")  # fmt: skip
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="requests")
    reporter = models.ForeignKey("kernel_cases.Reporter", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        verbose_name = _("企业诉求")
        ordering = ("-raised_at",)

    def __str__(self) -> str:
        return str(self.pk)
