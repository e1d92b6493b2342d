"""Missions: a drone looks whether there is a fire."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.early_warning.models.places import DroneNest, FrontEnd, unit_key


class Mission(Versioned):
    """Finding out whether an episode is a fire (核查任务).

    (lon, lat) is where to look, WGS-84; `target_basis` says how that is known. `metres` and
    `flight_seconds` are of the way from `nest`, `considered` the nests that were weighed with what
    spoke against each. `known_at` is when the alarm was known here: the clock runs from there, and
    `in_time` says whether the verdict came before `bound_at`. `is_open` until the drone is back or
    the mission is given up; there is one open mission of an episode at most.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待机场")
        PROPOSED = "proposed", _("待起飞")
        FLYING = "flying", _("飞行中")
        ON_SITE = "on_site", _("到达现场")
        VERIFIED = "verified", _("已核查，返航中")
        RETURNED = "returned", _("已返航")
        DONE = "done", _("已核查")
        ABORTED = "aborted", _("已中止")

    class Verdict(models.TextChoices):
        TRUE = "true", _("确认火情")
        FALSE = "false", _("误报")

    class Means(models.TextChoices):
        DRONE = "drone", _("无人机")
        CAMERA = "camera", _("视频")
        PATROL = "patrol", _("人员到场")

    class Why(models.TextChoices):
        """Why an alarm was none."""

        FOG = "fog", _("雾气、水汽")
        LIGHT = "light", _("阳光、灯光反射")
        DUST = "dust", _("扬尘")
        BURNING = "burning", _("经批准的用火")
        COOKING = "cooking", _("炊烟")
        HEAT = "heat", _("工业热源、车辆")
        FAULT = "fault", _("设备故障")
        NOTHING = "nothing", _("现场未发现异常")
        OTHER = "other", _("其他")

    class Basis(models.TextChoices):
        BEARING = "bearing", _("按方位和距离推算")
        FRONT_END = "front_end", _("监测前端所在位置")
        HAND = "hand", _("值班员标定")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("任务编号"), max_length=20, unique=True)
    episode = models.ForeignKey(
        "kernel_alarms.Episode", models.PROTECT, related_name="missions", verbose_name=_("告警")
    )
    front_end = models.ForeignKey(
        FrontEnd, models.PROTECT, null=True, blank=True, related_name="missions"
    )
    title = models.CharField(_("任务"), max_length=200)
    lead_unit = unit_key(_("责任单位"))
    street_unit = unit_key(_("街道"), null=True)
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    lon = ExactDecimalField(_("经度"))
    lat = ExactDecimalField(_("纬度"))
    target_basis = models.CharField(_("位置依据"), max_length=9, choices=Basis.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    is_open = models.BooleanField(default=True)
    nest = models.ForeignKey(
        DroneNest, models.PROTECT, null=True, blank=True, related_name="missions"
    )
    metres = models.PositiveIntegerField(_("直线距离"), null=True, blank=True)
    flight_seconds = models.PositiveIntegerField(_("预计到达"), null=True, blank=True)
    considered = models.JSONField(default=list, blank=True)
    raised_at = models.DateTimeField(_("发生时间"))
    known_at = models.DateTimeField(_("告警时间"))
    bound_at = models.DateTimeField(_("核查时限"))
    proposed_at = models.DateTimeField(_("派出时间"), null=True, blank=True)
    took_off_at = models.DateTimeField(_("起飞时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到达时间"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    returned_at = models.DateTimeField(_("返航时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    verdict = models.CharField(
        _("核查结果"), max_length=5, choices=Verdict.choices, blank=True, default=""
    )
    means = models.CharField(
        _("核查方式"), max_length=6, choices=Means.choices, blank=True, default=""
    )
    why_false = models.CharField(
        _("误报原因"), max_length=8, choices=Why.choices, blank=True, default=""
    )
    note = models.CharField(_("说明"), max_length=500, blank=True, default="")
    verified_by = models.CharField(_("核查人"), max_length=120, blank=True, default="")
    in_time = models.BooleanField(_("按时核查"), null=True, blank=True)
    clock = models.ForeignKey(
        "kernel_tracking.TrackedRow", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "kernel_cases.Case", models.PROTECT, null=True, blank=True, related_name="fire_missions"
    )

    class Meta:
        verbose_name = _("核查任务")
        ordering = ("-known_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("episode",), condition=models.Q(is_open=True), name="ew_mission_once"
            ),
        )
        indexes = (
            models.Index(fields=("is_open", "-known_at"), name="ew_mission_open"),
            models.Index(fields=("-verified_at",), name="ew_mission_verified"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("early_warning_mission", args=[self.pk])


class MissionPhoto(models.Model):
    """A picture that a mission brought back: drawn anew, under a random name."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="photos")
    stored = models.CharField(max_length=64, db_index=True, editable=False)
    name = models.CharField(_("文件名"), max_length=140)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    added_by = models.CharField(_("上传人"), max_length=120)
    at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("核查照片")
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("mission", "sha256"), name="ew_photo_once"),)

    def __str__(self) -> str:
        return self.name
