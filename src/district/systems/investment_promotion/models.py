"""What investment promotion keeps besides its cases: projects, people, visits, trips, verdicts."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_settings import DistrictSetting
from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Setting(DistrictSetting):
    """What a district says of investment promotion, instead of what the product brings."""


class Project(Versioned):
    """A lead (招商线索) and the project (招商项目) that it becomes; how it stands is the case's.

    Money is in 万元, `space_area` in m2, `land_area` in hectares. `chain` is a link of the industry
    chain and the case's matter, `source` a way by which leads come, both keys of the district's
    settings; `industry` is a code of GB/T 4754. `organisation_key` finds the same organisation
    however its name is written. `agreed` is the investment of the agreement, `subscribed` the
    capital that the register held when the landing was verified, `counted` the larger of the two,
    by which a landed project falls into a band. `landed_on` is the day of the first verification.
    `demand` is the key of its demand in the system `spaces`.
    """

    class Wanted(models.TextChoices):
        NOTHING = "none", _("不需要")
        SPACE = "space", _("厂房或办公用房")
        LAND = "land", _("用地")
        BOTH = "both", _("用房和用地")

    case = models.OneToOneField(
        "kernel_cases.Case", models.PROTECT, primary_key=True, related_name="investment_project"
    )
    organisation = models.CharField(_("投资方"), max_length=120)
    organisation_key = models.CharField(max_length=120, db_index=True, editable=False)
    code = models.CharField(_("投资方信用代码"), max_length=18, blank=True, default="")
    country = models.CharField(_("国家或地区"), max_length=40, blank=True, default="")
    city = models.CharField(_("城市"), max_length=40, blank=True, default="")
    chain = models.CharField(_("产业链环节"), max_length=40)
    industry = models.CharField(_("行业"), max_length=5, blank=True, default="")
    source = models.CharField(_("线索来源"), max_length=40)
    recommended_by = models.CharField(_("推荐企业或机构"), max_length=120, blank=True, default="")
    investment = ExactDecimalField(_("意向投资额"), null=True, blank=True)
    wanted = models.CharField(
        _("空间需求"), max_length=5, choices=Wanted.choices, default=Wanted.NOTHING
    )
    space_area = ExactDecimalField(_("需要用房面积"), null=True, blank=True)
    land_area = ExactDecimalField(_("需要用地面积"), null=True, blank=True)
    distinct = models.CharField(_("与已有线索的区别"), max_length=200, blank=True, default="")
    told_on = models.DateField(_("线索日期"))
    signed_on = models.DateField(_("签约日期"), null=True, blank=True)
    agreement = models.CharField(_("协议编号"), max_length=60, blank=True, default="")
    agreed = ExactDecimalField(_("协议投资额"), null=True, blank=True)
    signed_by = models.CharField(max_length=40, blank=True, default="", editable=False)
    entity_code = models.CharField(_("落户主体信用代码"), max_length=18, blank=True, default="")
    entity_name = models.CharField(_("落户主体"), max_length=200, blank=True, default="")
    registered_by = models.CharField(max_length=40, blank=True, default="", editable=False)
    landed_on = models.DateField(_("落户日期"), null=True, blank=True)
    subscribed = ExactDecimalField(_("认缴资本"), null=True, blank=True)
    counted = ExactDecimalField(_("计入金额"), null=True, blank=True)
    demand = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("招商项目")
        ordering = ("-told_on", "-pk")
        indexes = (
            models.Index(fields=("code",), name="inv_project_code"),
            models.Index(fields=("landed_on",), name="inv_project_landed"),
            models.Index(fields=("signed_on",), name="inv_project_signed"),
            models.Index(fields=("told_on",), name="inv_project_told"),
        )

    def __str__(self) -> str:
        return self.organisation

    def get_absolute_url(self) -> str:
        """The page of the project."""
        return reverse("investment_project", args=[self.pk])


class ContactPerson(models.Model):
    """Somebody of the investor; `name`, `post` and `phone` are ciphertext under the key `id`."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="contacts")
    name = models.TextField()
    post = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("联系人")
        ordering = ("added_at", "pk")

    def __str__(self) -> str:
        return f"{self.project_id} {self.pk}"


class Trip(Versioned):
    """A journey to investors (出行计划) with the visits that it consists of; days of China."""

    class State(models.TextChoices):
        PLANNED = "planned", _("计划中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("组织单位")
    )
    head = models.CharField(_("带队人"), max_length=60)
    members = models.CharField(_("同行人员"), max_length=300, blank=True, default="")
    cities = models.CharField(_("目的地"), max_length=120)
    starts_on = models.DateField(_("出发日期"))
    ends_on = models.DateField(_("返回日期"))
    purpose = models.TextField(_("目的"))
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.PLANNED)

    class Meta:
        verbose_name = _("出行计划")
        ordering = ("-starts_on", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the trip."""
        return reverse("investment_trip", args=[self.pk])


class Visit(Versioned):
    """A visit (行程): planned, then held and recorded, or cancelled. Times are aware.

    It counts once it is held and its minutes are written. `visitors` are the district's people,
    `hosts` those of the other side, both names with posts as officers write them. (lon, lat) is
    WGS-84. `next_on` is the day by which `next_step` is to be done.
    """

    class Kind(models.TextChoices):
        OUT = "out", _("外出拜访")
        IN = "in", _("来访接待")
        ONLINE = "online", _("线上洽谈")

    class State(models.TextChoices):
        PLANNED = "planned", _("计划中")
        HELD = "held", _("已成行")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, blank=True, related_name="visits")
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("出访单位")
    )
    organisation = models.CharField(_("拜访对象"), max_length=120)
    kind = models.CharField(_("方式"), max_length=6, choices=Kind.choices, default=Kind.OUT)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.PLANNED)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    city = models.CharField(_("城市"), max_length=40)
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    visitors = models.CharField(_("我方人员"), max_length=300)
    hosts = models.CharField(_("对方人员"), max_length=300, blank=True, default="")
    purpose = models.CharField(_("目的"), max_length=300)
    agenda = models.TextField(_("议程"), blank=True, default="")
    minutes = models.TextField(_("会谈纪要"), blank=True, default="")
    result = models.CharField(_("结果"), max_length=300, blank=True, default="")
    next_step = models.CharField(_("下一步"), max_length=300, blank=True, default="")
    next_on = models.DateField(_("下一步期限"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("记录时间"), null=True, blank=True)
    reason = models.CharField(_("取消原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("行程")
        ordering = ("-starts_at", "-pk")
        indexes = (
            models.Index(fields=("starts_at", "id"), name="inv_visit_starts"),
            models.Index(fields=("lead_unit", "starts_at"), name="inv_visit_unit"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="inv_visit_ends_after"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.organisation}"

    def get_absolute_url(self) -> str:
        """The page of the visit."""
        return reverse("investment_visit", args=[self.pk])


class Verification(models.Model):
    """A look at whether a project has landed, by the condition that was in force.

    `values` is what was known, `clauses` [{"text", "outcome"}] in the order of the condition;
    `outcome` is that of the whole: holds, fails or unknown. `accepted`: it counts since.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("核验")
        WATCH = "watch", _("自动复查")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="verifications")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField(_("时间"))
    actor_id = models.CharField(max_length=40, blank=True, default="")
    actor_name = models.CharField(_("核验人"), max_length=80, blank=True, default="")
    condition = models.TextField(_("落户条件"))
    values = models.JSONField(default=dict)
    clauses = models.JSONField(default=list)
    outcome = models.CharField(max_length=8)
    accepted = models.BooleanField(_("认定落户"))
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("落户核验")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.project_id} {self.at}"


class LandOffer(models.Model):
    """A parcel (of the system `spaces`, by its code) that was put forward to a project."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="land_offers")
    parcel = models.CharField(_("宗地号"), max_length=30)
    name = models.CharField(_("宗地"), max_length=120)
    area = ExactDecimalField(_("面积"))
    at = models.DateTimeField(_("推荐时间"))
    by = models.CharField(_("推荐人"), max_length=80)

    class Meta:
        verbose_name = _("用地推荐")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("project", "parcel"), name="inv_land_offer_once"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.parcel}"
