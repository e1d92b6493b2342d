"""Where gas is watched, with whom to call and what to shut."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.systems.early_warning.models.places import Placed


class GasPoint(Placed):
    """A place with a leak sensor (燃气监测点).

    `concentration` is its datastream (percent of the lower explosive limit, 爆炸下限). `company`
    and `company_phone` are the firm's duty desk, no person; `valve` is what shuts the pipe and
    where that is.
    """

    concentration = models.OneToOneField(
        "kernel_sensing.Datastream",
        models.PROTECT,
        related_name="gas_point",
        verbose_name=_("浓度数据流"),
    )
    company = models.CharField(_("燃气企业"), max_length=120)
    company_phone = models.CharField(_("企业值班电话"), max_length=40)
    valve = models.CharField(_("控制阀门"), max_length=60)
    valve_place = models.CharField(_("阀门位置"), max_length=200)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta(Placed.Meta):
        verbose_name = _("燃气监测点")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("early_warning_gas_point", args=[self.pk])
