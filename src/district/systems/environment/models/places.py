"""Where waste is sorted, and estates whose sewage does not reach the rivers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.systems.environment.models.shared import Placed, unit_key


class WastePoint(Placed):
    """A place where households hand in sorted waste (垃圾分类投放点).

    `households` are those that it serves, `taking_part` those that sort, as found when it was last
    inspected.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("待建")
        UNCHECKED = "unchecked", _("待检查")
        GOOD = "good", _("达标")
        BAD = "bad", _("不达标")

    estate = models.CharField(_("小区"), max_length=120, blank=True, default="")
    community_unit = unit_key(_("社区"), null=True, blank=True)
    state = models.CharField(
        _("检查状态"), max_length=9, choices=State.choices, default=State.UNCHECKED
    )
    inspected_on = models.DateField(_("检查日期"), null=True, blank=True)
    households = models.PositiveIntegerField(_("服务户数"), default=0)
    taking_part = models.PositiveIntegerField(_("参与户数"), default=0)

    class Meta:
        verbose_name = _("垃圾分类投放点")
        ordering = ("code",)


class Estate(Placed):
    """An estate that is to discharge nothing directly (零直排小区), until it is accepted."""

    class State(models.TextChoices):
        PLANNED = "planned", _("未启动")
        WORKS = "works", _("改造中")
        CHECKING = "checking", _("待验收")
        ACCEPTED = "accepted", _("已验收")
        RETURNED = "returned", _("验收未通过")

    community_unit = unit_key(_("社区"), null=True, blank=True)
    state = models.CharField(
        _("创建状态"), max_length=8, choices=State.choices, default=State.PLANNED
    )
    accepted_on = models.DateField(_("验收日期"), null=True, blank=True)
    households = models.PositiveIntegerField(_("户数"), default=0)

    class Meta:
        verbose_name = _("零直排小区")
        ordering = ("code",)
