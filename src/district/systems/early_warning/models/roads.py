"""Radar surveys of roads and the voids that they find."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.early_warning.models.places import unit_key


class RoadSurvey(Versioned):
    """A survey of roads by ground-penetrating radar (探地雷达检测).

    `roads` are the names of the roads that it looked at from end to end. Once `matched_at` is set
    its voids have been compared with those of earlier surveys, and no more are taken in.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("检测编号"), max_length=30, unique=True)
    title = models.CharField(_("检测名称"), max_length=120)
    lead_unit = unit_key(_("组织单位"))
    firm = models.CharField(_("检测单位"), max_length=120)
    surveyed_on = models.DateField(_("检测日期"))
    kilometres = ExactDecimalField(_("检测里程"), null=True, blank=True)
    roads = models.JSONField(_("检测道路"), default=list)
    matched_at = models.DateTimeField(_("比对时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("道路雷达检测")
        ordering = ("-surveyed_on", "-number")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("early_warning_survey", args=[self.pk])


class RoadVoid(Versioned):
    """Something below a road that a survey found (道路病害体).

    `depth` is from the surface to its top, `length`, `width` and `height` its size, all in metres.
    `grade` follows from the declared rules, `rule` names the one that gave it. `earlier` is the
    same place in an earlier survey; both share the `case`. `standing` is what surveys say of it;
    what its case says comes on top (`selectors.voids.standing_now`).
    """

    class Kind(models.TextChoices):
        CAVITY = "cavity", _("空洞")
        DETACHED = "detached", _("脱空")
        LOOSE = "loose", _("疏松体")
        WATER = "water", _("富水体")

    class Grade(models.TextChoices):
        I = "1", _("Ⅰ级")  # noqa: E741  # what the trade calls it
        II = "2", _("Ⅱ级")
        III = "3", _("Ⅲ级")
        IV = "4", _("Ⅳ级")

    class Standing(models.TextChoices):
        OPEN = "open", _("未整治")
        RECTIFIED = "rectified", _("已整治，待复测")
        GONE = "gone", _("复测已消除")
        AGAIN = "again", _("复测仍存在")
        WATCHED = "watched", _("观察")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    survey = models.ForeignKey(RoadSurvey, models.PROTECT, related_name="voids")
    code = models.CharField(_("病害编号"), max_length=30)
    lead_unit = unit_key(_("组织单位"))
    street_unit = unit_key(_("街道"), null=True)
    community_unit = unit_key(_("社区"), null=True)
    road = models.CharField(_("道路"), max_length=80)
    position = models.CharField(_("位置"), max_length=200)
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    kind = models.CharField(_("类型"), max_length=8, choices=Kind.choices)
    depth = ExactDecimalField(_("埋深"))
    length = ExactDecimalField(_("长"))
    width = ExactDecimalField(_("宽"))
    height = ExactDecimalField(_("净高"), null=True, blank=True)
    grade = models.CharField(_("等级"), max_length=1, choices=Grade.choices)
    rule = models.CharField(_("定级规则"), max_length=40)
    standing = models.CharField(
        _("现状"), max_length=9, choices=Standing.choices, default=Standing.OPEN
    )
    standing_at = models.DateTimeField(_("现状时间"))
    earlier = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    case = models.ForeignKey(
        "kernel_cases.Case", models.PROTECT, null=True, blank=True, related_name="road_voids"
    )

    class Meta:
        verbose_name = _("道路病害体")
        ordering = ("grade", "road", "code")
        constraints = (models.UniqueConstraint(fields=("survey", "code"), name="ew_void_once"),)
        indexes = (models.Index(fields=("road", "grade"), name="ew_void_road"),)

    def __str__(self) -> str:
        return f"{self.road} {self.code}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("early_warning_void", args=[self.pk])
